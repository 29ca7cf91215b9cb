//! Notices when a model server that was away is back, and lets waiting answers go on.
//!
//! While it is fine there is one small request a minute; while it is away one every two seconds.

use crate::Backend;
use std::time::Duration;

const WHILE_FINE: Duration = Duration::from_secs(60);
const WHILE_AWAY: Duration = Duration::from_secs(2);

/// Starts watching the server, and takes up pulls that somebody wants or that a stopped Hearth left behind.
pub fn start_watch(backend: &Backend) {
    let shutdown = &backend.inner.shutdown;
    let watch = shutdown.clone().run_until_cancelled_owned(watch(backend.clone()));
    backend.inner.tasks.spawn(watch);
    let pulls = shutdown
        .clone()
        .run_until_cancelled_owned(super::pulls::take_up(backend.clone()));
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
            // Somebody whose call failed says so; then it counts as away until it answers.
            away = tokio::time::timeout(WHILE_FINE, models.away.notified())
                .await
                .is_ok();
        }
    }
}
