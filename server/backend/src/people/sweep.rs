//! Removes expired sessions, links, and old attempts.

use crate::{Backend, Result, storage::Storage};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(600);

/// Sweeps now and every ten minutes until the backend shuts down.
pub fn start_sweeper(backend: &Backend) {
    let storage = backend.inner.storage.clone();
    let shutdown = backend.inner.shutdown.clone();
    backend
        .inner
        .tasks
        .spawn(shutdown.run_until_cancelled_owned(async move {
            loop {
                if let Err(error) = sweep(&storage).await {
                    tracing::warn!(%error, "sweeping accounts failed");
                }
                tokio::time::sleep(EVERY).await;
            }
        }));
}

async fn sweep(storage: &Storage) -> Result<()> {
    let pool = storage.pool();
    sqlx::query!("delete from sessions where expires_at <= now()")
        .execute(pool)
        .await?;
    sqlx::query!("delete from links where expires_at <= now()")
        .execute(pool)
        .await?;
    sqlx::query!("delete from sign_in_failures where failed_at < now() - interval '1 day'")
        .execute(pool)
        .await?;
    sqlx::query!("delete from sign_in_addresses where last_at < now() - interval '90 days'")
        .execute(pool)
        .await?;
    Ok(())
}
