//! Connections: accepted one by one, with limits that axum's own `serve` has no settings for.
//!
//! A client has a few seconds for its request's head, heads are small, and only so many connections are open at
//! once; a slow one costs a waiting task and nothing else.

use axum::{Router, body::Body, extract::ConnectInfo};
use http::Request;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{net::SocketAddr, sync::Arc, time::Duration};
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

/// Open at once.
const MOST_CONNECTIONS: usize = 2_000;

/// For running requests to finish once the server stops.
const TIME_TO_FINISH: Duration = Duration::from_secs(3);

/// The address of ours that a connection came in on.
#[derive(Clone, Copy, Debug)]
pub struct LocalAddress(pub SocketAddr);

/// Serves until `shutdown`, then lets what runs finish.
pub async fn serve(listener: TcpListener, app: Router, shutdown: CancellationToken) {
    let seats = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let graceful = GracefulShutdown::new();
    while let Some((stream, peer, seat)) = accept(&listener, &seats, &shutdown).await {
        answer(stream, peer, seat, &app, &graceful);
    }
    drop(listener);
    if tokio::time::timeout(TIME_TO_FINISH, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::info!("some requests were cut off by the end");
    }
}

async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let next = async {
        let seat = seats.clone().acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return Some((stream, peer, seat)),
                // Out of file descriptors, or a client that was gone at once: wait a little instead of spinning.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    tokio::select! {
        () = shutdown.cancelled() => None,
        accepted = next => accepted,
    }
}

fn answer(
    stream: TcpStream,
    peer: SocketAddr,
    seat: OwnedSemaphorePermit,
    app: &Router,
    graceful: &GracefulShutdown,
) {
    // Without it, each chunk of a page waits 40 ms for the acknowledgement of the one before.
    stream.set_nodelay(true).ok();
    let Ok(local) = stream.local_addr() else { return };
    let service = app.clone().map_request(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.extensions_mut().insert(LocalAddress(local));
        request
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(TIME_FOR_HEAD)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::trace!(%error, "a connection ended badly");
        }
        drop(seat);
    });
}
