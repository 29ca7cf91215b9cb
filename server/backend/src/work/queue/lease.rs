//! Leases: renewed while an answer runs, and released when the runner is gone.
//!
//! A lease counts as lost when its value has not changed for its whole length, measured with this process's monotonic
//! clock. The time of day can be set by administrators and time servers; a jump of it must neither end a running
//! answer nor keep a dead one.

use super::{AnswerQueue, Claim};
use crate::{Backend, Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use hearth_types::{AnswerId, UserId};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Number of lost runners after which an answer is not started again.
const ATTEMPTS: i32 = 3;

impl AnswerQueue {
    /// Renews the lease until dropped. Cancels `stop` when Stop was requested on another instance, or when the claim
    /// was lost, after which results of this turn are discarded.
    pub(super) async fn keep_alive(&self, claim: &Claim, stop: &CancellationToken) {
        // A third of the lease, and at most a second, so that Stop on another instance takes effect within a second.
        let period = (self.lease / 3).min(Duration::from_secs(1));
        let mut beat = tokio::time::interval_at(tokio::time::Instant::now() + period, period);
        beat.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            beat.tick().await;
            let renewed = sqlx::query_scalar!(
                "with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
                 update answer_queue set lease_until = now() + make_interval(secs => $3)
                 from relaxed where answer_id = $1 and runner = $2 returning stop_requested",
                claim.answer.0,
                claim.runner,
                self.lease.as_secs_f64()
            )
            .fetch_optional(self.storage.pool())
            .await;
            match renewed {
                Ok(Some(false)) => {}
                Ok(Some(true) | None) => stop.cancel(),
                // A short outage of the database does not end the answer: generation goes on in memory.
                Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
            }
        }
    }
}

/// The last seen value of each claim's lease, and since when it has not changed.
#[derive(Default)]
pub(super) struct Watch {
    seen: HashMap<Uuid, (Option<DateTime<Utc>>, Instant)>,
    last_check: Option<Instant>,
}

struct Claimed {
    answer: AnswerId,
    user: UserId,
    runner: Uuid,
    lease_until: Option<DateTime<Utc>>,
}

impl Watch {
    /// The claims whose lease has not changed for a whole lease by now.
    fn lost(&mut self, claimed: Vec<Claimed>, lease: Duration) -> Vec<Claimed> {
        let now = Instant::now();
        // After a gap, such as an outage of the database, start over: the runners could not renew either.
        if self
            .last_check
            .is_none_or(|last_check| now - last_check > lease / 2)
        {
            self.seen.clear();
        }
        self.last_check = Some(now);
        self.seen
            .retain(|runner, _| claimed.iter().any(|claim| claim.runner == *runner));
        let is_lost = |claim: &Claimed| {
            let seen = self.seen.entry(claim.runner).or_insert((claim.lease_until, now));
            if seen.0 != claim.lease_until {
                *seen = (claim.lease_until, now);
            }
            now - seen.1 >= lease
        };
        claimed.into_iter().filter(is_lost).collect()
    }
}

/// Ends the answers whose runner has not renewed its lease, or queues them again.
pub(super) async fn sweep(backend: &Backend, watch: &mut Watch) -> Result<()> {
    let claimed = claimed(backend).await?;
    let lost = watch.lost(claimed, backend.inner.queue.lease);
    release(backend, &lost).await
}

/// Releases all claims when a process starts that has the database to itself: they belong to the previous process.
pub(super) async fn sweep_left_over(backend: &Backend) -> Result<()> {
    let claimed = claimed(backend).await?;
    release(backend, &claimed).await
}

async fn claimed(backend: &Backend) -> Result<Vec<Claimed>> {
    Ok(sqlx::query_as!(
        Claimed,
        r#"select answer_id as "answer: AnswerId", user_id as "user: UserId", runner as "runner!", lease_until
           from answer_queue where runner is not null"#
    )
    .fetch_all(backend.inner.storage.pool())
    .await?)
}

async fn release(backend: &Backend, lost: &[Claimed]) -> Result<()> {
    let hooks = &backend.inner.queue.hooks;
    for claim in lost {
        let person = backend.for_user(claim.user);
        let mut transaction = person.begin().await?;
        if requeue(&mut transaction, claim).await? {
            transaction.commit().await?;
            (hooks.announce_waiting)(person, claim.answer).await?;
        } else {
            interrupt(&mut transaction, claim).await?;
            transaction.commit().await?;
            (hooks.announce_ended)(person, claim.answer).await?;
        }
    }
    if !lost.is_empty() {
        tracing::info!(answers = lost.len(), "answers lost their runner");
        backend.inner.queue.wake();
    }
    Ok(())
}

/// If no text was shown yet, the answer keeps its place and waits again.
async fn requeue(transaction: &mut UserTransaction, claim: &Claimed) -> Result<bool> {
    let waits = sqlx::query!(
        "update answer_queue q set runner = null, lease_until = null, slot = null, claimed_at = null
         where q.answer_id = $1 and q.runner = $2 and not q.stop_requested and q.attempts < $3
           and not exists (select from message_parts p where p.message_id = q.answer_id and p.text <> '')",
        claim.answer.0,
        claim.runner,
        ATTEMPTS
    )
    .execute(&mut **transaction)
    .await?
    .rows_affected()
        > 0;
    if waits {
        reset(transaction, claim.answer).await?;
    }
    Ok(waits)
}

/// Resets a started answer to waiting.
pub(crate) async fn reset(transaction: &mut UserTransaction, answer: AnswerId) -> Result<()> {
    sqlx::query!(
        "with recalls as (delete from answer_recalls where answer_id = $1),
              memories as (delete from answer_memories where answer_id = $1),
              thoughts as (delete from message_parts where message_id = $1 and kind = 'thinking')
         update answers set status = 'waiting', started_at = null where id = $1",
        answer.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Keeps the text. An answer for which Stop was requested ends as stopped, another one as interrupted.
async fn interrupt(transaction: &mut UserTransaction, claim: &Claimed) -> Result<()> {
    sqlx::query!(
        "with lost as (
            delete from answer_queue where answer_id = $1 and runner = $2 returning answer_id, stop_requested
         )
         update answers a
         set status = case when lost.stop_requested then 'stopped' else 'interrupted' end,
             trouble = case when lost.stop_requested then null else 'interrupted' end, ended_at = now()
         from lost where a.id = lost.answer_id and a.status in ('waiting', 'running')",
        claim.answer.0,
        claim.runner
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
