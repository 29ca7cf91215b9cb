//! Replacing the embedding model: the old vectors serve searches until the new ones are complete.
//!
//! A model with vectors is in one of three states: active (`active`: its vectors are searched), incoming (`incoming`: its
//! vectors are being made) or outgoing (`outgoing`: its vectors are being dropped). During a change, new texts get vectors
//! by the active and the incoming model; a job per person makes the missing ones, in small batches that yield to
//! interactive work. When none is missing, the incoming model becomes active in one transaction, and another job per
//! person drops the old vectors. The whole state is in the database, so a restart continues it.
//!
//! - `change` plans a change.
//! - `states` keeps the states in the database.
//! - `work` has the two jobs.
//! - `batch` makes the missing vectors of a number of passages.
//! - `embed` makes vectors and records the model's errors and limits.

mod batch;
mod change;
pub(super) mod embed;
mod memories;
mod states;
mod work;

pub(crate) use batch::Missing;
pub(crate) use change::models_to_embed_by;
use change::plan;
pub(crate) use change::start;
pub(crate) use memories::EMBED_MEMORY;
pub(crate) use work::{DROP_VECTORS, REEMBED};

use crate::{Result, people::Administration, work::jobs};
use hearth_types::{EmbedderProgress, EmbedderTrouble};
use std::time::Duration;

impl Administration<'_> {
    /// The progress of the active model, then that of the incoming one, for the page of models.
    pub async fn embedders(&self) -> Result<Vec<EmbedderProgress>> {
        let rows = sqlx::query!(
            r#"select e.model, e.state, e.paused, e.trouble, e.cut_texts, e.embedded, e.seconds, p.done as "done!",
                    p.total as "total!"
             from embedders e, embedding_progress(e.model) p where e.state <> 'outgoing' order by e.state"#
        )
        .fetch_all(self.storage().pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let left = (row.total - row.done).max(0);
                EmbedderProgress {
                    incoming: row.state == "incoming",
                    model: row.model,
                    paused: row.paused,
                    trouble: row.trouble.as_deref().map(trouble),
                    cut_texts: row.cut_texts.unsigned_abs(),
                    done: row.done.unsigned_abs(),
                    total: row.total.unsigned_abs(),
                    seconds_left: seconds_left(left, row.embedded, row.seconds),
                }
            })
            .collect())
    }

    /// Sets the embedding model and starts the change to it; `None` selects one that the model server has.
    pub async fn set_embedding_model(&self, model: Option<String>) -> Result<()> {
        self.record_embedding_model(model).await?;
        plan(self.backend()).await
    }

    /// Pauses or continues making the vectors of the incoming model.
    pub async fn pause_embedder(&self, paused: bool) -> Result<()> {
        sqlx::query!(
            "update embedders set paused = $1 where state = 'incoming'",
            paused
        )
        .execute(self.storage().pool())
        .await?;
        if !paused {
            let mut connection = self.storage().pool().acquire().await?;
            jobs::run_now(&mut connection, &REEMBED).await?;
            drop(connection);
            self.backend().inner.queue.advance();
        }
        Ok(())
    }
}

fn trouble(stored: &str) -> EmbedderTrouble {
    match stored {
        "model_not_found" => EmbedderTrouble::ModelNotFound,
        "dimension_mismatch" => EmbedderTrouble::OtherDimensions,
        _ => EmbedderTrouble::Failed,
    }
}

/// Remaining time by the speed so far; none before the first text was embedded.
fn seconds_left(left: i64, embedded: i64, seconds: f64) -> Option<u64> {
    (embedded > 0).then(|| Duration::from_secs_f64(left as f64 * seconds / embedded as f64).as_secs())
}

#[cfg(test)]
mod tests {
    use super::seconds_left;

    #[test]
    fn the_remaining_time_follows_from_the_speed_so_far() {
        assert_eq!(seconds_left(600, 0, 0.0), None);
        assert_eq!(seconds_left(600, 60, 3.0), Some(30));
    }
}
