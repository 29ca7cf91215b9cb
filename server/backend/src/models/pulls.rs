//! Downloads models.
//!
//! A pull is a row. A request writes it and wakes the runners; one of them claims it, stores its progress at most
//! twice a second, and publishes it to every open tab. If the runner has been silent for a while, its process is gone
//! and the row is claimed again; the model server continues where it stopped.

use super::{
    Models,
    trouble::{self, as_text, from_text},
};
use crate::{Backend, Error, Result};
use chrono::{DateTime, Utc};
use futures::StreamExt;
use hearth_inference::{InferenceError, PullProgress};
use hearth_types::{Event, Field, InvalidReason, ModelPull, ModelTrouble, PullState};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

const REPORT_EVERY: Duration = Duration::from_millis(500);
/// A runner writes at least this often, also while the server verifies a file and reports nothing.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// Pause before a pull that another runner has is checked again.
const RECHECK: Duration = Duration::from_secs(5);
/// The server may still be starting, or fail in between: after so many attempts without progress the pull has failed.
const ATTEMPTS: u32 = 8;

impl Models {
    /// Starts the download of a model, or joins a running one.
    pub async fn pull(&self, model: &str) -> Result<ModelPull> {
        let model = model.trim();
        if !is_name(model) {
            return Err(Error::invalid(Field::Model, InvalidReason::Wrong));
        }
        sqlx::query!(
            "insert into model_pulls (endpoint_id, model, state) values ($2, $1, 'running')
             on conflict (endpoint_id, model) do update set state = 'running', completed_bytes = 0, total_bytes = 0,
                 trouble = null, runner = null, started_at = now(), updated_at = now()
             where model_pulls.state <> 'running'",
            model,
            self.endpoint().id.0
        )
        .execute(self.inner.storage.pool())
        .await?;
        self.inner.pull_wanted.notify_one();
        let pulls = self.pulls().await?;
        pulls
            .into_iter()
            .find(|pull| pull.model == model)
            .ok_or(Error::NOT_FOUND)
    }

    /// Running downloads, and those that ended in the last day.
    pub(super) async fn pulls(&self) -> Result<Vec<ModelPull>> {
        let rows = sqlx::query!(
            r#"select model, state as "state: PullState", completed_bytes, total_bytes,
                      started_at as "started_at: DateTime<Utc>", trouble
               from model_pulls
               where endpoint_id = $1 and (state = 'running' or updated_at > now() - interval '1 day')
               order by started_at, model"#,
            self.endpoint().id.0
        )
        .fetch_all(self.inner.storage.pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| ModelPull {
                model: row.model,
                state: row.state,
                completed_bytes: row.completed_bytes.unsigned_abs(),
                total_bytes: row.total_bytes.unsigned_abs(),
                started_at: row.started_at.timestamp_millis(),
                trouble: row.trouble.as_deref().map(from_text),
            })
            .collect())
    }

    /// Claims the pulls that no runner has, or whose runner is gone.
    async fn claim(&self) -> Result<Vec<ModelPull>> {
        let rows = sqlx::query!(
            r#"update model_pulls set runner = $1, updated_at = now()
               where endpoint_id = $2 and state = 'running'
                 and (runner is null or (runner <> $1 and updated_at < now() - interval '20 seconds'))
               returning model, completed_bytes, total_bytes, started_at as "started_at: DateTime<Utc>""#,
            self.inner.runner,
            self.endpoint().id.0
        )
        .fetch_all(self.inner.storage.pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| ModelPull {
                model: row.model,
                state: PullState::Running,
                completed_bytes: row.completed_bytes.unsigned_abs(),
                total_bytes: row.total_bytes.unsigned_abs(),
                started_at: row.started_at.timestamp_millis(),
                trouble: None,
            })
            .collect())
    }

    async fn others_run(&self) -> Result<bool> {
        let others = sqlx::query_scalar!(
            r#"select exists (select from model_pulls
                              where endpoint_id = $2 and state = 'running' and runner is distinct from $1) as "o!""#,
            self.inner.runner,
            self.endpoint().id.0
        );
        Ok(others.fetch_one(self.inner.storage.pool()).await?)
    }

    async fn store(&self, pull: &ModelPull) -> Result<()> {
        sqlx::query!(
            "update model_pulls set state = $3, completed_bytes = $4, total_bytes = $5, trouble = $6, updated_at = now()
             where endpoint_id = $7 and model = $1 and runner = $2",
            pull.model,
            self.inner.runner,
            pull.state as PullState,
            i64::try_from(pull.completed_bytes).unwrap_or(i64::MAX),
            i64::try_from(pull.total_bytes).unwrap_or(i64::MAX),
            pull.trouble.map(as_text),
            self.endpoint().id.0
        )
        .execute(self.inner.storage.pool())
        .await?;
        Ok(())
    }

    /// Releases a pull at a shutdown, so that the next process continues at once.
    async fn release(&self, pull: &ModelPull) -> Result<()> {
        sqlx::query!(
            "update model_pulls set runner = null where endpoint_id = $3 and model = $1 and runner = $2",
            pull.model,
            self.inner.runner,
            self.endpoint().id.0
        )
        .execute(self.inner.storage.pool())
        .await?;
        Ok(())
    }
}

/// Whether a text can be the name of a model: `name`, `name:tag`, `namespace/name:tag`, with or without one of the
/// two hosts for models. Other hosts are refused, so that the server cannot be made to send requests to them.
pub(super) fn is_name(model: &str) -> bool {
    let path = ["hf.co/", "huggingface.co/"]
        .iter()
        .find_map(|host| model.strip_prefix(host))
        .unwrap_or(model);
    let (path, tag) = path
        .rsplit_once(':')
        .map_or((path, None), |(path, tag)| (path, Some(tag)));
    let word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphanumeric())
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    model.len() <= 200 && path.split('/').count() <= 2 && path.split('/').all(word) && tag.is_none_or(word)
}

/// Claims pulls when one is requested; idle while there are none.
pub(super) async fn run_pulls(backend: Backend) {
    let models = backend.inner.models.clone();
    loop {
        match models.claim().await {
            Ok(claimed) => {
                for pull in claimed {
                    backend.inner.tasks.spawn(run(backend.clone(), pull));
                }
            }
            Err(error) => tracing::warn!(%error, "pulls cannot be claimed"),
        }
        let requested = models.inner.pull_wanted.notified();
        if models.others_run().await.unwrap_or(true) {
            tokio::time::timeout(RECHECK, requested).await.ok();
        } else {
            requested.await;
        }
    }
}

/// Downloads one model, and stores the result whether it succeeds or fails.
async fn run(backend: Backend, mut pull: ModelPull) {
    let models = &backend.inner.models;
    let Some(outcome) = backend
        .inner
        .shutdown
        .run_until_cancelled(fetch(&backend, &mut pull))
        .await
    else {
        if let Err(error) = models.release(&pull).await {
            tracing::warn!(%error, "a pull cannot be released");
        }
        return;
    };
    (pull.state, pull.trouble) = match outcome {
        Ok(()) => (PullState::Done, None),
        Err(trouble) => (PullState::Failed, Some(trouble)),
    };
    models.forget();
    report(&backend, &pull).await;
    backend.models().announce_change();
}

async fn fetch(backend: &Backend, pull: &mut ModelPull) -> Result<(), ModelTrouble> {
    let mut failures = 0;
    loop {
        let before = pull.completed_bytes;
        let Err(error) = fetch_once(backend, pull).await else {
            return Ok(());
        };
        tracing::warn!(%error, "a pull was interrupted");
        failures = if pull.completed_bytes > before {
            1
        } else {
            failures + 1
        };
        let passing = matches!(
            error,
            InferenceError::Unreachable { .. }
                | InferenceError::Busy
                | InferenceError::Stalled { .. }
                | InferenceError::EndedEarly
        );
        if !passing || failures >= ATTEMPTS {
            return Err(trouble::trouble(&error));
        }
        report(backend, pull).await;
        tokio::time::sleep(Duration::from_secs(1 << failures.min(4)).min(SIGN_OF_LIFE)).await;
    }
}

async fn fetch_once(backend: &Backend, pull: &mut ModelPull) -> Result<(), InferenceError> {
    let mut progress = backend.inner.models.inner.server.pull(&pull.model).await?;
    let mut layers = Layers::default();
    let mut reported: Option<Instant> = None;
    loop {
        match tokio::time::timeout(SIGN_OF_LIFE, progress.next()).await {
            Ok(None) => return Ok(()), // an interrupted stream ends with an error
            Ok(Some(step)) => layers.add(step?),
            Err(_silent) => reported = None,
        }
        (pull.completed_bytes, pull.total_bytes) = layers.sum();
        if reported.is_none_or(|at| at.elapsed() >= REPORT_EVERY) {
            report(backend, pull).await;
            reported = Some(Instant::now());
        }
    }
}

/// Completed and total bytes by layer; the progress of the pull is their sum.
#[derive(Default)]
struct Layers(HashMap<String, (u64, u64)>);

impl Layers {
    fn add(&mut self, step: PullProgress) {
        if let (Some(digest), Some(total)) = (step.digest, step.total) {
            self.0.insert(digest, (step.completed.unwrap_or(0), total));
        }
    }

    fn sum(&self) -> (u64, u64) {
        self.0
            .values()
            .fold((0, 0), |sum, layer| (sum.0 + layer.0, sum.1 + layer.1))
    }
}

/// Stores the progress and publishes it to every open tab.
async fn report(backend: &Backend, pull: &ModelPull) {
    if let Err(error) = backend.inner.models.store(pull).await {
        tracing::warn!(%error, "progress of a pull cannot be stored");
    }
    backend
        .inner
        .events
        .broadcast_all(Event::ModelPull { pull: pull.clone() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_name_is_no_address() {
        for name in [
            "qwen3:4b-instruct",
            "bge-m3",
            "someone/model:q4_K_M",
            "hf.co/someone/model:Q4_K_M",
        ] {
            assert!(is_name(name), "{name}");
        }
        let endless = "x".repeat(201);
        for name in [
            "",
            "http://10.0.0.1/x",
            "10.0.0.1:8080/a/b",
            "evil.example/a/b",
            "a b",
            "../x",
            "a//b",
            "x:",
            &endless,
        ] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn progress_is_the_sum_of_the_layers() {
        let step = |digest: &str, completed, total| PullProgress {
            status: String::new(),
            completed,
            total: Some(total),
            digest: Some(digest.into()),
        };
        let mut layers = Layers::default();
        layers.add(step("a", Some(5), 10));
        layers.add(step("b", None, 4));
        layers.add(step("a", Some(10), 10));
        layers.add(PullProgress {
            status: "verifying".into(),
            ..PullProgress::default()
        });
        assert_eq!(layers.sum(), (10, 14));
    }
}
