//! Leases: renewed while an answer runs, and what happens to those whose runner is gone.
//!
//! A lease is lost when it has not changed for its whole length, as this process's own clock tells: the time of
//! day is set by administrators and time servers, and a jump of it ends nobody's answer and keeps no dead one.

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

/// An answer that lost its runner this often is not begun again.
const ATTEMPTS: i32 = 3;

impl AnswerQueue {
    /// Renews the lease until dropped; cancels `stop` when somebody asked for it on another instance, or when
    /// the answer is no longer this claim's. Then whatever its turn still stores does not count.
    pub(super) async fn keep_alive(&self, claim: &Claim, stop: &CancellationToken) {
        // A third of the lease, and never so long that a Stop from elsewhere takes more than a second.
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
                // The database is away for a moment; the answer goes on in memory.
                Err(error) => tracing::warn!(%error, "a lease could not be renewed"),
            }
        }
    }
}

/// Claims as they were seen last, and since when their leases stand still.
#[derive(Default)]
pub(super) struct Watch {
    seen: HashMap<Uuid, (Option<DateTime<Utc>>, Instant)>,
    looked: Option<Instant>,
}

struct Claimed {
    answer: AnswerId,
    user: UserId,
    runner: Uuid,
    lease_until: Option<DateTime<Utc>>,
}

impl Watch {
    /// Which of these stand still for a whole lease by now.
    fn lost(&mut self, claimed: Vec<Claimed>, lease: Duration) -> Vec<Claimed> {
        let now = Instant::now();
        // While nobody could look, because the database was away, nobody could renew either.
        if self.looked.is_none_or(|looked| now - looked > lease / 2) {
            self.seen.clear();
        }
        self.looked = Some(now);
        self.seen
            .retain(|runner, _| claimed.iter().any(|claim| claim.runner == *runner));
        let stands_still = |claim: &Claimed| {
            let seen = self.seen.entry(claim.runner).or_insert((claim.lease_until, now));
            if seen.0 != claim.lease_until {
                *seen = (claim.lease_until, now);
            }
            now - seen.1 >= lease
        };
        claimed.into_iter().filter(stands_still).collect()
    }
}

/// Ends answers whose runner has not renewed its lease, or lets them begin again.
pub(super) async fn sweep(backend: &Backend, watch: &mut Watch) -> Result<()> {
    let claimed = claimed(backend).await?;
    let lost = watch.lost(claimed, backend.inner.queue.lease);
    release(backend, &lost).await
}

/// Whatever is claimed when a process starts that has the database to itself was left behind by the last one.
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
        if begin_again(&mut transaction, claim).await? {
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

/// Nobody was shown a word of it: it keeps its place and is answered as if nothing had happened.
async fn begin_again(transaction: &mut UserTransaction, claim: &Claimed) -> Result<bool> {
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

/// Makes a begun answer one that waits.
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

/// The text is kept. What somebody asked to stop was stopped.
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
