//! `hearth serve`: everything that runs, started in order and stopped in the reverse.

use super::backend::backend_config;
use crate::{
    application,
    http::{AppState, routes},
    serve::{
        connections::{self, Limits, descriptors},
        data_dir,
        database::Database,
    },
    settings::Settings,
};
use hearth_backend::{Backend, retrieval::vector_index};
use sqlx::postgres::PgConnectOptions;
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpListener, TcpSocket},
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// How often indexes are built for spaces that have grown large, the first time a minute after the start, so that no
/// first answer waits for it.
const INDEXES_EVERY: Duration = Duration::from_secs(3600);

/// Connections that the kernel has accepted and the server has not; Linux allows 4,096. When it is full, the next client
/// tries again after a second.
const BACKLOG: u32 = 4_096;

/// For running answers to be stored when the server stops.
const TIME_TO_SETTLE: Duration = Duration::from_secs(4);

/// Serves until SIGINT or SIGTERM.
pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    routes::check()?;
    descriptors::raise();
    let shutdown = CancellationToken::new();
    stop_on_signal(&shutdown)?;
    data_dir::make(&settings.data_dir)?;
    data_dir::try_to_write(&settings.data_dir)?;
    // The port first: a port in use should be reported before the database is started.
    let listener = listen(settings.listen)?;
    let address = listener.local_addr()?;
    let database = tokio::select! {
        database = Database::start(&settings) => database?,
        // Dropped before it is ready, the bundled server stops with this process.
        () = shutdown.cancelled() => return Ok(()),
    };
    let served = serve_with(&settings, &database, listener, address, shutdown).await;
    database.stop().await;
    tracing::info!("stopped");
    served
}

async fn serve_with(
    settings: &Settings,
    database: &Database,
    listener: TcpListener,
    address: SocketAddr,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let backend = Backend::start(backend_config(settings, database)).await?;
    let state = AppState::new(backend.clone(), settings, shutdown.clone());
    if let Some(owner) = database.owner.clone() {
        keep_indexes(owner, shutdown.clone());
    }
    tracing::info!("ready at http://{address}");
    let limits = Limits {
        proxies: settings.trusted_proxies.clone(),
        ..Limits::of_this_process()
    };
    connections::serve_within(listener, application(state), shutdown, limits).await;
    if timeout(TIME_TO_SETTLE, backend.shut_down()).await.is_err() {
        tracing::warn!("some answers did not settle in time; they will be marked as interrupted");
    }
    Ok(())
}

fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    let listen = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listen().map_err(|error| anyhow::Error::msg(cannot_listen(address, &error)))
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "another program listens on {address} already: end it (perhaps it is another Hearth), or set HEARTH_LISTEN to \
             another port"
        ),
        io::ErrorKind::PermissionDenied => {
            format!("Hearth's account may not listen on {address}: set HEARTH_LISTEN to a port above 1023")
        }
        io::ErrorKind::AddrNotAvailable => format!(
            "this machine does not have the address {}: set HEARTH_LISTEN to one that it has",
            address.ip()
        ),
        _ => format!("cannot listen on {address} ({error}): set HEARTH_LISTEN to another address"),
    }
}

/// The first signal starts the shutdown; a second one ends the process at once, as Ctrl-C pressed twice should.
fn stop_on_signal(shutdown: &CancellationToken) -> anyhow::Result<()> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let shutdown = shutdown.clone();
    tokio::spawn(async move {
        for last in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if last {
                std::process::exit(130);
            }
            tracing::info!("stopping");
            shutdown.cancel();
        }
    });
    Ok(())
}

/// Runs in the background and is cut off by the shutdown; the next start builds again.
fn keep_indexes(owner: PgConnectOptions, shutdown: CancellationToken) {
    tokio::spawn(async move {
        let kept = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            loop {
                if let Err(error) = vector_index::keep_indexes(&owner).await {
                    tracing::warn!(%error, "indexes of large spaces could not be kept; recall there is slower");
                }
                tokio::time::sleep(INDEXES_EVERY).await;
            }
        };
        shutdown.run_until_cancelled(kept).await;
    });
}
