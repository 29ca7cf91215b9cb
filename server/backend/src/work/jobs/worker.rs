//! Claims jobs with a lease, runs them, and tries again later what failed.

use crate::{
    Backend, Result,
    retrieval::{
        embedders,
        embedding::{EmbedError, Embedded},
    },
};
use hearth_types::{ConversationId, MemoryId, MessageId, UserId};
use std::time::Duration;
use uuid::Uuid;

/// Longest a job may take before somebody else may take it: a small box writes five words a second.
const LEASE: Duration = Duration::from_secs(600);

/// After this many failures a job is parked.
const ATTEMPTS: i32 = 8;

/// Somebody came to wait: what a job had begun is given up, and tried again after this time at the earliest.
const GIVE_WAY: Duration = Duration::from_secs(5);

/// Nothing is due: look again after this time at the latest.
const IDLE: Duration = Duration::from_secs(30);

#[derive(Debug)]
struct Job {
    id: i64,
    kind: String,
    user_id: UserId,
    subject_id: Uuid,
    attempts: i32,
}

/// How a job ended.
pub(crate) enum JobOutcome {
    Done,
    /// Somebody waits for an answer, or there is no model yet: later, without blame.
    Later(Duration),
    Failed(String),
}

pub(crate) fn start_workers(backend: &Backend) {
    let backend = backend.clone();
    backend.inner.tasks.clone().spawn(async move {
        let shutdown = backend.inner.shutdown.clone();
        shutdown.run_until_cancelled(work(&backend)).await;
    });
}

async fn work(backend: &Backend) {
    let runner = Uuid::now_v7();
    if backend.inner.config.alone
        && let Err(error) = free_left_over(backend).await
    {
        tracing::warn!(%error, "jobs of the last start cannot be freed");
    }
    if let Err(error) = embedders::plan_at_start(backend).await {
        tracing::warn!(%error, "the embedding model cannot be planned");
    }
    loop {
        let changed = backend.inner.queue.changed();
        // From before a job is chosen, so that nobody comes in between unseen.
        let somebody_waits = somebody_waits(backend);
        match next(backend, runner).await {
            Ok(Some(job)) => {
                let outcome = tokio::select! {
                    outcome = run(backend, &job) => outcome,
                    () = somebody_waits => JobOutcome::Later(GIVE_WAY),
                };
                if let Err(error) = settle(backend, &job, runner, outcome).await {
                    tracing::warn!(%error, "a job's end could not be stored");
                }
            }
            Ok(None) => {
                let wait = until_due(backend).await.unwrap_or(IDLE);
                tokio::time::timeout(wait, changed).await.ok();
            }
            Err(error) => {
                tracing::warn!(%error, "jobs cannot be read");
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }
    }
}

/// How long until the next job is due; a job that may not run yet is looked at once a second.
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

/// Whatever is claimed when a process starts that has the database to itself was left behind by the last one.
async fn free_left_over(backend: &Backend) -> Result<()> {
    sqlx::query!("update jobs set runner = null, lease_until = null where runner is not null")
        .execute(backend.inner.storage.pool())
        .await?;
    Ok(())
}

/// Resolves when somebody begins to wait for an answer: at once in this process, after a second elsewhere.
fn somebody_waits(backend: &Backend) -> impl Future<Output = ()> + '_ {
    let arrival = backend.inner.queue.arrival();
    async move {
        tokio::pin!(arrival);
        while tokio::time::timeout(Duration::from_secs(1), &mut arrival)
            .await
            .is_err()
        {
            if anybody_waits(backend).await.unwrap_or(false) {
                return;
            }
        }
    }
}

async fn anybody_waits(backend: &Backend) -> Result<bool> {
    let waits = sqlx::query_scalar!(
        r#"select exists (select from answer_queue where runner is null and not_before <= now()) as "waits!""#
    );
    Ok(waits.fetch_one(backend.inner.storage.pool()).await?)
}

/// The next job that may run now. What is further away than any job is put off, or than a lease is long, was
/// written before the clock was set back.
async fn next(backend: &Backend, runner: Uuid) -> Result<Option<Job>> {
    if !backend.has_room() {
        return Ok(None);
    }
    Ok(sqlx::query_as!(
        Job,
        r#"update jobs set runner = $1, lease_until = now() + make_interval(secs => $2), attempts = attempts + 1
         where id = (
            select id from jobs
            where failed_at is null and (run_after <= now() or run_after > now() + interval '1 day')
              and (runner is null or lease_until < now() or lease_until > now() + make_interval(secs => $2))
              and not exists (select from answer_queue where runner is null and not_before <= now())
              and (kind not in ('title', 'summary', 'facts', 'reembed') or not exists (select from answer_queue where runner is not null))
            order by class, run_after, id limit 1 for update skip locked)
         returning id, kind, user_id as "user_id: UserId", subject_id, attempts"#,
        runner,
        LEASE.as_secs_f64(),
    )
    .fetch_optional(backend.inner.storage.pool())
    .await?)
}

async fn run(backend: &Backend, job: &Job) -> JobOutcome {
    let person = backend.for_user(job.user_id);
    match job.kind.as_str() {
        "title" => crate::turn::title::make(&person, ConversationId(job.subject_id)).await,
        "summary" => crate::turn::summary::make(&person, MessageId(job.subject_id)).await,
        "reembed" => embedders::reembed(&person).await,
        "drop_vectors" => embedders::drop_vectors(&person).await,
        "facts" => crate::memory::facts::extraction::draw(&person, ConversationId(job.subject_id)).await,
        "embed_memory" => embedded(backend, person.embed_memory(MemoryId(job.subject_id)).await),
        _ => embedded(backend, person.embed_message(MessageId(job.subject_id)).await),
    }
}

fn embedded(backend: &Backend, result: Result<Embedded, EmbedError>) -> JobOutcome {
    match result {
        Ok(Embedded::All) => JobOutcome::Done,
        // A server that was too slow to tell its models has some again in a moment; one that has none, hardly.
        Ok(Embedded::NoModel) if !backend.models().knows_its_server() => {
            JobOutcome::Later(Duration::from_secs(5))
        }
        Ok(Embedded::NoModel) => JobOutcome::Later(Duration::from_secs(60)),
        Err(EmbedError::ModelServer(error)) if error.retryable() => {
            JobOutcome::Later(Duration::from_secs(20))
        }
        Err(error) => JobOutcome::Failed(error.to_string()),
    }
}

/// A job that was asked for anew meanwhile is no longer this runner's, and stays.
async fn settle(backend: &Backend, job: &Job, runner: Uuid, outcome: JobOutcome) -> Result<()> {
    let pool = backend.inner.storage.pool();
    match outcome {
        JobOutcome::Done => {
            sqlx::query!("delete from jobs where id = $1 and runner = $2", job.id, runner)
                .execute(pool)
                .await?;
        }
        JobOutcome::Later(wait) => {
            sqlx::query!(
                "update jobs set runner = null, lease_until = null, attempts = attempts - 1,
                        run_after = now() + make_interval(secs => $2) where id = $1 and runner = $3",
                job.id,
                wait.as_secs_f64(),
                runner
            )
            .execute(pool)
            .await?;
        }
        JobOutcome::Failed(reason) => {
            // The reasons are errors' own sentences, which quote no text.
            tracing::warn!(
                job = job.id,
                kind = job.kind,
                attempts = job.attempts,
                reason,
                "a job failed"
            );
            sqlx::query!(
                "update jobs set runner = null, lease_until = null,
                        run_after = now() + make_interval(secs => power(2, least(attempts, 10))::float8),
                        failed_at = case when attempts >= $2 then now() end where id = $1 and runner = $3",
                job.id,
                ATTEMPTS,
                runner
            )
            .execute(pool)
            .await?;
        }
    }
    Ok(())
}
