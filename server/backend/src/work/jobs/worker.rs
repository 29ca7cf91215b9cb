//! Claims jobs with a lease, runs them, and retries those that failed.

use super::{JobKind, Outcome};
use crate::{Backend, Result};
use hearth_types::UserId;
use std::time::Duration;
use uuid::Uuid;

/// Longest run time of a job before another runner may claim it: a small machine generates five words a second.
const LEASE: Duration = Duration::from_secs(600);

/// Number of failures after which a job is parked.
const ATTEMPTS: i32 = 8;

/// Shortest pause before a job that was interrupted for an answer runs again.
const AFTER_INTERRUPTION: Duration = Duration::from_secs(5);

/// Longest time between two reads of the table.
const IDLE: Duration = Duration::from_secs(30);

/// Stored in `jobs.trouble` for a kind that is not registered.
const UNKNOWN_KIND: &str = "unknown_kind";

#[derive(Debug)]
struct Job {
    id: i64,
    kind: String,
    user_id: UserId,
    subject_id: Uuid,
    attempts: i32,
}

/// Runs jobs of these kinds until the backend shuts down.
pub(crate) fn start_workers(backend: &Backend, kinds: &'static [JobKind]) {
    let worker = Worker {
        backend: backend.clone(),
        kinds,
        runner: Uuid::now_v7(),
    };
    let shutdown = backend.inner.shutdown.clone();
    backend
        .inner
        .tasks
        .spawn(shutdown.run_until_cancelled_owned(async move { worker.work().await }));
}

struct Worker {
    backend: Backend,
    kinds: &'static [JobKind],
    runner: Uuid,
}

impl Worker {
    async fn work(&self) {
        if let Err(error) = self.recover().await {
            tracing::warn!(%error, "jobs of the previous run could not be released");
        }
        loop {
            let changed = self.backend.inner.queue.changed();
            // Created before a job is chosen, so that an arrival in between is not missed.
            let person_waits = person_waits(&self.backend);
            match self.next().await {
                Ok(Some(job)) => {
                    let outcome = tokio::select! {
                        outcome = self.run(&job) => outcome,
                        () = person_waits => Some(Outcome::Later(AFTER_INTERRUPTION)),
                    };
                    if let Err(error) = self.settle(&job, outcome).await {
                        tracing::warn!(%error, "the outcome of a job could not be stored");
                    }
                }
                Ok(None) => {
                    let wait = until_due(&self.backend).await.unwrap_or(IDLE);
                    tokio::time::timeout(wait, changed).await.ok();
                }
                Err(error) => {
                    tracing::warn!(%error, "jobs cannot be read");
                    tokio::time::sleep(Duration::from_secs(2)).await;
                }
            }
        }
    }

    /// At a start: releases the claims of the previous process, if this process has the database to itself, and the
    /// jobs that another version parked because it did not know their kind.
    async fn recover(&self) -> Result<()> {
        let pool = self.backend.inner.storage.pool();
        if self.backend.inner.config.alone {
            sqlx::query!("update jobs set runner = null, lease_until = null where runner is not null")
                .execute(pool)
                .await?;
        }
        let registered: Vec<String> = self.kinds.iter().map(|kind| kind.name.to_owned()).collect();
        sqlx::query!(
            "update jobs set failed_at = null, trouble = null, attempts = 0 where trouble = $1 and kind = any ($2)",
            UNKNOWN_KIND,
            &registered
        )
        .execute(pool)
        .await?;
        Ok(())
    }

    /// Claims the next job that may run now. A `run_after` or a lease further away than any pause or lease is
    /// possible only after the clock was set back, so it counts as due.
    async fn next(&self) -> Result<Option<Job>> {
        if !self.backend.has_room() {
            return Ok(None);
        }
        let wait_for_answers = self.kinds.iter().filter(|kind| kind.needs.waits_for_answers());
        let wait_for_answers: Vec<String> = wait_for_answers.map(|kind| kind.name.to_owned()).collect();
        Ok(sqlx::query_as!(
            Job,
            r#"update jobs set runner = $1, lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
             where id = (
                select id from jobs
                where failed_at is null and (run_after <= now() or run_after > now() + interval '1 day')
                  and (runner is null or lease_until < now() or lease_until > now() + make_interval(secs => $2))
                  and not exists (select from answer_queue where runner is null and not_before <= now())
                  and (kind <> all ($3) or not exists (select from answer_queue where runner is not null))
                order by class, run_after, id limit 1 for update skip locked)
             returning id, kind, user_id as "user_id: UserId", subject_id, attempts"#,
            self.runner,
            LEASE.as_secs_f64(),
            &wait_for_answers
        )
        .fetch_optional(self.backend.inner.storage.pool())
        .await?)
    }

    /// None for a kind that is not registered.
    async fn run(&self, job: &Job) -> Option<Outcome> {
        let kind = self.kinds.iter().find(|kind| kind.name == job.kind)?;
        Some((kind.run)(self.backend.for_user(job.user_id), job.subject_id).await)
    }

    /// Stores how a job ended. A job that was enqueued again in the meantime is not this runner's any longer, and
    /// stays.
    async fn settle(&self, job: &Job, outcome: Option<Outcome>) -> Result<()> {
        match outcome {
            Some(Outcome::Done) => self.remove(job).await,
            Some(Outcome::Later(wait)) => self.put_off(job, wait).await,
            Some(Outcome::Failed(reason)) => {
                let (job_id, kind, attempts) = (job.id, &job.kind, job.attempts);
                tracing::warn!(job = job_id, kind, attempts, reason, "a job failed");
                self.count_failure(job).await
            }
            None => {
                tracing::error!(
                    job = job.id,
                    kind = job.kind,
                    "a job of an unknown kind was parked"
                );
                self.park(job).await
            }
        }
    }

    async fn remove(&self, job: &Job) -> Result<()> {
        sqlx::query!(
            "delete from jobs where id = $1 and runner = $2",
            job.id,
            self.runner
        )
        .execute(self.backend.inner.storage.pool())
        .await?;
        Ok(())
    }

    async fn put_off(&self, job: &Job, wait: Duration) -> Result<()> {
        sqlx::query!(
            "update jobs set runner = null, lease_until = null, attempts = attempts - 1,
                    run_after = now() + make_interval(secs => $2) where id = $1 and runner = $3",
            job.id,
            wait.as_secs_f64(),
            self.runner
        )
        .execute(self.backend.inner.storage.pool())
        .await?;
        Ok(())
    }

    async fn count_failure(&self, job: &Job) -> Result<()> {
        sqlx::query!(
            "update jobs set runner = null, lease_until = null,
                    run_after = now() + make_interval(secs => power(2, least(attempts, 10))::float8),
                    failed_at = case when attempts >= $2 then now() end where id = $1 and runner = $3",
            job.id,
            ATTEMPTS,
            self.runner
        )
        .execute(self.backend.inner.storage.pool())
        .await?;
        Ok(())
    }

    async fn park(&self, job: &Job) -> Result<()> {
        sqlx::query!(
            "update jobs set runner = null, lease_until = null, failed_at = now(), trouble = $2
             where id = $1 and runner = $3",
            job.id,
            UNKNOWN_KIND,
            self.runner
        )
        .execute(self.backend.inner.storage.pool())
        .await?;
        Ok(())
    }
}

/// Time until the next job is due. A job that is due but may not run yet is checked once a second.
async fn until_due(backend: &Backend) -> Result<Duration> {
    let seconds = sqlx::query_scalar!(
        r#"select extract(epoch from min(run_after) - now())::float8 from jobs
         where failed_at is null and runner is null"#
    )
    .fetch_one(backend.inner.storage.pool())
    .await?;
    let due = seconds.map_or(IDLE, |seconds| Duration::from_secs_f64(seconds.max(1.0)));
    Ok(due.min(IDLE))
}

/// Resolves when an answer is queued: immediately in this process, within a second on another instance.
fn person_waits(backend: &Backend) -> impl Future<Output = ()> + '_ {
    let arrival = backend.inner.queue.arrival();
    async move {
        tokio::pin!(arrival);
        while tokio::time::timeout(Duration::from_secs(1), &mut arrival)
            .await
            .is_err()
        {
            if answer_waits(backend).await.unwrap_or(false) {
                return;
            }
        }
    }
}

async fn answer_waits(backend: &Backend) -> Result<bool> {
    let waits = sqlx::query_scalar!(
        r#"select exists (select from answer_queue where runner is null and not_before <= now()) as "waits!""#
    );
    Ok(waits.fetch_one(backend.inner.storage.pool()).await?)
}
