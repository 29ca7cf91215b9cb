//! Notices when a model server that was away is back, and lets waiting answers continue.
//!
//! One small request a minute while it is reachable; one every two seconds while it is away.

use crate::Backend;
use std::time::Duration;

const WHILE_FINE: Duration = Duration::from_secs(60);
const WHILE_AWAY: Duration = Duration::from_secs(2);

/// Starts watching the server, and the downloads that were requested or that a previous process left unfinished.
pub fn start_watch(backend: &Backend) {
    let shutdown = &backend.inner.shutdown;
    let watch = shutdown.clone().run_until_cancelled_owned(watch(backend.clone()));
    backend.inner.tasks.spawn(watch);
    let pulls = shutdown
        .clone()
        .run_until_cancelled_owned(super::pulls::run_pulls(backend.clone()));
    backend.inner.tasks.spawn(pulls);
}

async fn watch(backend: Backend) {
    let models = &backend.inner.models.inner;
    let mut away = false;
    loop {
        let reachable = models.server.version().await.is_ok();
        if reachable && away {
            tracing::info!("the model server is back");
            models.catalogue.forget();
            backend.models().announce_change();
        } else if !reachable && !away {
            tracing::warn!(
                url = models.server.base_url(),
                "the model server cannot be reached"
            );
        }
        away = !reachable;
        if away {
            tokio::time::sleep(WHILE_AWAY).await;
        } else {
            // A call that could not reach the server reports it; then it counts as away until it answers.
            away = tokio::time::timeout(WHILE_FINE, models.away.notified())
                .await
                .is_ok();
        }
    }
}
