//! Durations of answers and of loading, per model, measured from real answers and kept over restarts.

use super::Models;
use crate::Result;
use std::{collections::HashMap, time::Duration};

/// Number of answers after which old measurements lose weight: a new one then counts for a twentieth of the mean.
const MEMORY_OF_ANSWERS: i32 = 20;

/// A server reports a short loading time also for a model that was loaded before.
const REALLY_LOADED: Duration = Duration::from_millis(250);

impl Models {
    /// Records a completed answer: its time from claim to end, and the part of it that the server spent loading the
    /// model.
    pub(crate) async fn record_answer_time(
        &self,
        model: &str,
        whole: Duration,
        load: Option<Duration>,
    ) -> Result<()> {
        let load = load.filter(|load| *load >= REALLY_LOADED);
        let answer = whole.saturating_sub(load.unwrap_or_default());
        // A measurement lost in a crash is made again: no durable commit.
        sqlx::query!(
            "with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
             insert into models as m (endpoint_id, name, answer_seconds, answers_timed, load_seconds)
             select $5, $1, $2, 1, $3 from relaxed
             on conflict (endpoint_id, name) do update set answers_timed = m.answers_timed + 1, seen_at = now(),
                 answer_seconds = coalesce(m.answer_seconds, $2)
                     + ($2 - coalesce(m.answer_seconds, $2)) / least(m.answers_timed + 1, $4::int),
                 load_seconds = coalesce($3, m.load_seconds)",
            model,
            answer.as_secs_f32(),
            load.map(|load| load.as_secs_f32()),
            MEMORY_OF_ANSWERS,
            self.endpoint().id.0
        )
        .execute(self.inner.storage.pool())
        .await?;
        self.inner.answer_seconds.forget();
        self.inner.answered.put(model, ());
        Ok(())
    }

    /// Usual seconds of an answer by model; a model without answers is missing.
    pub(crate) async fn answer_seconds(&self) -> Result<HashMap<String, f32>> {
        if let Some(seconds) = self.inner.answer_seconds.get("") {
            return Ok(seconds);
        }
        let rows = sqlx::query!(
            r#"select name, answer_seconds as "seconds!" from models
             where endpoint_id = $1 and answer_seconds is not null"#,
            self.endpoint().id.0
        )
        .fetch_all(self.inner.storage.pool())
        .await?;
        let seconds = rows.into_iter().map(|row| (row.name, row.seconds)).collect();
        Ok(self.inner.answer_seconds.put("", seconds))
    }

    /// Whether this model answered within the last seconds: then it is in memory.
    pub(crate) fn answered_lately(&self, model: &str) -> bool {
        self.inner.answered.get(model).is_some()
    }

    /// Seconds that the last loading of this model took.
    pub(crate) async fn load_seconds(&self, model: &str) -> Result<Option<f32>> {
        let seconds = sqlx::query_scalar!(
            "select load_seconds from models where endpoint_id = $2 and name = $1",
            model,
            self.endpoint().id.0
        )
        .fetch_optional(self.inner.storage.pool())
        .await?;
        Ok(seconds.flatten())
    }
}
