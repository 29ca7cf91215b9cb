//! Connections: accepted one by one, with limits that axum's own `serve` has no settings for.
//!
//! A connection costs a descriptor, two buffers and a waiting task, and any client that reaches the port can open one. So
//! there is a deadline for each thing that a connection may wait for, and always room for the next connection.
//!
//! **Deadlines.** No client can keep a connection open by doing nothing:
//!
//! | the client …                                  | limit                                                        |
//! | --------------------------------------------- | ------------------------------------------------------------ |
//! | sends no request, or only part of its head    | [`TIME_FOR_HEAD`], also between two requests of a connection |
//! | sends a head that does not end                | [`LONGEST_HEAD`] bytes                                       |
//! | sends its body slowly                         | [`crate::http::upload`]; uploads need a session                    |
//! | does not read the answer                      | [`Limits::time_to_read`] without progress ([`socket`])       |
//! | sends many requests at once (pipelining)      | they are answered one after another, unread ones stay in the kernel |
//!
//! A client that reads slowly makes progress and stays. An event stream writes a heartbeat every 15 seconds, so a stream
//! that is no longer read ends once the buffers are full.
//!
//! **Room.** [`Registry`] counts the open connections, in all and for each source (an IPv4 address, or the /64
//! network of an IPv6 address, because one machine has a whole such network). When there is no room, it closes a
//! connection of lower priority instead of letting the new one wait; [`registry`] has the order. The limits follow the
//! process's limit of descriptors ([`Limits::for_descriptors`]): the rest is reserved for the database, for files, and
//! for the model server.

mod connection;
pub mod descriptors;
mod limits;
mod registry;
mod socket;

pub use connection::Connection;
pub use limits::Limits;

use self::{
    connection::Busy,
    registry::{Registry, Slot},
    socket::Socket,
};
use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    extract::ConnectInfo,
};
use http::{Request, Response};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// For the head of a request to arrive; a kept-alive connection may be idle for as long.
const TIME_FOR_HEAD: Duration = Duration::from_secs(15);

/// Bytes of a head, all headers together.
const LONGEST_HEAD: usize = 32 * 1024;

/// Connections that are still closing while their successors are open.
const CLOSING: usize = 64;

/// For running requests to finish once the server stops.
const TIME_TO_FINISH: Duration = Duration::from_secs(3);

/// The server's own address that a connection was made to.
#[derive(Clone, Copy, Debug)]
pub struct LocalAddress(pub SocketAddr);

/// Serves until `shutdown`, then lets what runs finish. The limits are those of this process.
pub async fn serve(listener: TcpListener, app: Router, shutdown: CancellationToken) {
    serve_within(listener, app, shutdown, Limits::of_this_process()).await;
}

/// As [`serve`], within other limits.
pub async fn serve_within(listener: TcpListener, app: Router, shutdown: CancellationToken, limits: Limits) {
    socket::limit_send_buffers(&listener);
    let descriptors = Arc::new(Semaphore::new(limits.total + CLOSING));
    let registry = Registry::new(limits);
    let graceful = GracefulShutdown::new();
    while let Some((stream, peer, descriptor)) = accept(&listener, &registry, &descriptors, &shutdown).await {
        // No connection has a lower priority: the new one is closed at once.
        let Some(slot) = registry.admit(peer.ip()) else {
            continue;
        };
        answer(stream, peer, slot, descriptor, &app, &graceful);
    }
    drop(listener);
    if tokio::time::timeout(TIME_TO_FINISH, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::info!("some requests were cut off by the shutdown");
    }
}

async fn accept(
    listener: &TcpListener,
    registry: &Registry,
    descriptors: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let next = async {
        let descriptor = descriptors.clone().acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, descriptor)),
                Err(error) => make_room_after(&error, registry).await,
            }
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => None,
        accepted = next => accepted,
    }
}

/// A client that has disconnected already needs nothing. Without free descriptors, which other parts of the process may
/// have used up, the connection of lowest priority is closed; its task needs a moment for that.
async fn make_room_after(error: &io::Error, registry: &Registry) {
    if error.kind() == io::ErrorKind::ConnectionAborted {
        return;
    }
    tracing::warn!(%error, "a connection could not be accepted");
    registry.close_one();
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    slot: Slot,
    descriptor: OwnedSemaphorePermit,
    app: &Router,
    graceful: &GracefulShutdown,
) {
    // Otherwise each chunk of a page waits 40 ms for the acknowledgement of the previous one.
    stream.set_nodelay(true).ok();
    let Ok(local) = stream.local_addr() else { return };
    let (app, handle) = (app.clone(), slot.connection.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let (app, handle) = (app.clone(), handle.clone());
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(LocalAddress(local));
            request.extensions_mut().insert(handle.clone());
            let busy = handle.busy();
            let _turn = handle.turn(request.method()).await;
            let response = app.oneshot(request).await?;
            Ok::<Response<Answer>, Infallible>(response.map(|body| Answer { body, _busy: busy }))
        }
    });
    let socket = Socket::new(stream, slot.connection.clone());
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TIME_FOR_HEAD)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(socket), service);
    let served = graceful.watch(served);
    tokio::spawn(async move {
        tokio::select! {
            biased;
            () = slot.connection.closed() => tracing::debug!("a connection made room for another"),
            served = served => if let Err(error) = served {
                tracing::trace!(%error, "a connection failed");
            },
        }
        drop((slot, descriptor));
    });
}

/// The body of an answer; the connection is busy until all of it has been handed over.
struct Answer {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
