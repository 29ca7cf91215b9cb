//! Leases: renewed while an answer runs, and what happens to those whose runner is gone.

use super::AnswerQueue;
use crate::{Backend, Result};
use hearth_types::{AnswerId, UserId};
use tokio_util::sync::CancellationToken;

impl AnswerQueue {
    /// Renews the lease until dropped; cancels `stop` when somebody asked for it on another instance, or
    /// when the answer is no longer ours.
    pub(super) async fn keep_alive(&self, answer: AnswerId, stop: &CancellationToken) {
        // A third of the lease, and never so long that a Stop from elsewhere takes more than a second.
        let period = (self.lease / 3).min(std::time::Duration::from_secs(1));
        let mut beat = tokio::time::interval_at(tokio::time::Instant::now() + period, period);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            let renewed = sqlx::query_scalar!(
                "with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
                 update answer_queue set lease_until = now() + make_interval(secs => $3)
                 from relaxed where answer_id = $1 and runner = $2 returning stop_requested",
                answer.0,
                self.runner,
                self.lease.as_secs_f64()
            )
            .fetch_optional(self.storage.pool())
            .await;
            match renewed {
                Ok(Some(false)) => {}
                Ok(Some(true) | None) => stop.cancel(),
                // The database is away for a moment; the answer goes on in memory.
                Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
            }
        }
    }
}

/// Marks answers interrupted whose runner has not renewed its lease; their text is kept.
pub(super) async fn sweep(backend: &Backend) -> Result<()> {
    let lost = sqlx::query!(
        r#"delete from answer_queue where runner is not null and lease_until < now()
         returning answer_id as "answer: AnswerId", user_id as "user: UserId""#
    )
    .fetch_all(backend.inner.storage.pool())
    .await?;
    for row in &lost {
        let person = backend.for_user(row.user);
        let mut transaction = person.begin().await?;
        sqlx::query!(
            "update answers set status = 'interrupted', trouble = 'interrupted', ended_at = now()
             where id = $1 and status in ('waiting', 'running')",
            row.answer.0
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        person.tell_ended(row.answer).await?;
    }
    if !lost.is_empty() {
        tracing::info!(answers = lost.len(), "answers were interrupted");
        backend.inner.queue.wake();
    }
    Ok(())
}
