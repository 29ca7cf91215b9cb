//! A socket that fails when its client does not read.
//!
//! Progress is measured by what the kernel accepts. Its send buffer is small ([`SEND_BUFFER`]): with the default of
//! several megabytes, progress would show the memory of the machine and not the reading of the client.

use super::connection::Connection;
use rustix::net::sockopt;
use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    time::{Sleep, sleep},
};

/// Bytes in flight to one client; Linux uses twice as much memory. Allows 1.2 MB/s at a round trip of 100 ms, and more
/// than a gigabit network carries within a building.
const SEND_BUFFER: usize = 128 * 1024;

/// Connections inherit it from their listener.
pub fn limit_send_buffers(listener: &TcpListener) {
    if let Err(error) = sockopt::set_socket_send_buffer_size(listener, SEND_BUFFER) {
        tracing::debug!(%error, "send buffers stay as large as the system makes them");
    }
}

pub struct Socket {
    stream: TcpStream,
    connection: Connection,
    /// Runs while the client reads nothing.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Socket {
    pub fn new(stream: TcpStream, connection: Connection) -> Self {
        Self {
            stream,
            connection,
            deadline: None,
        }
    }

    fn within_time<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            if self.deadline.take().is_some() {
                self.connection.set_unread(false);
            }
            return written;
        }
        let connection = &self.connection;
        let deadline = self.deadline.get_or_insert_with(|| {
            connection.set_unread(true);
            Box::pin(sleep(connection.time_to_read()))
        });
        ready!(deadline.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.within_time(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.within_time(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Drop for Socket {
    /// Otherwise the kernel keeps the rest for a client that does not read, for minutes.
    fn drop(&mut self) {
        if self.connection.is_cut_off() {
            sockopt::set_socket_linger(&self.stream, Some(std::time::Duration::ZERO)).ok();
        }
    }
}
