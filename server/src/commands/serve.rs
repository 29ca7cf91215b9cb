//! `hearth serve`: everything that runs, started in order and stopped in the reverse.

use super::backend_config;
use crate::{connections, database::Database, router::router, routes, settings::Settings, state::AppState};
use anyhow::Context;
use hearth_backend::{Backend, memory::nearest};
use sqlx::postgres::PgConnectOptions;
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// How often spaces are looked at that have grown large enough for an index of their own, the first time a minute
/// after the start: nobody's first answer waits for it.
const INDEXES_EVERY: Duration = Duration::from_secs(3600);

/// For running answers to be stored once the server stops.
const TIME_TO_SETTLE: Duration = Duration::from_secs(4);

/// Serves until SIGINT or SIGTERM.
pub async fn serve(settings: Settings) -> anyhow::Result<()> {
    routes::check()?;
    let shutdown = CancellationToken::new();
    stop_on_signal(&shutdown)?;
    // First the port: "already in use" should not cost a start of the database.
    let listener = listen(settings.listen).await?;
    let address = listener.local_addr()?;
    let database = tokio::select! {
        database = Database::start(&settings) => database?,
        // Dropped half way, the bundled server stops with this process.
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
    connections::serve(listener, router(state), shutdown).await;
    if timeout(TIME_TO_SETTLE, backend.shut_down()).await.is_err() {
        tracing::warn!("some answers did not settle in time; they will be marked as interrupted");
    }
    Ok(())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} (HEARTH_LISTEN names another address)"))
}

/// The first signal begins the end; a second one ends at once, as people expect who press Ctrl-C twice.
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

/// Beside everything else, and given up at the end: the next start begins again.
fn keep_indexes(owner: PgConnectOptions, shutdown: CancellationToken) {
    tokio::spawn(async move {
        let kept = async {
            tokio::time::sleep(Duration::from_secs(60)).await;
            loop {
                if let Err(error) = nearest::keep_indexes(&owner).await {
                    tracing::warn!(%error, "indexes of large spaces could not be kept; recall there is slower");
                }
                tokio::time::sleep(INDEXES_EVERY).await;
            }
        };
        shutdown.run_until_cancelled(kept).await;
    });
}
