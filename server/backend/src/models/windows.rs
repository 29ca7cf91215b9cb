//! Each model's context window, and the ratio of the server's token counts to our estimates.
//!
//! The same window is sent with every call, because a change makes the server load the model again. It is the smaller
//! of the configured size and the model's context length. While the server cannot be asked, the row in the database
//! is used.

use super::{Models, trouble::problem};
use crate::Result;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Number of answers after which old measurements lose weight: a new one then counts for a twentieth of the mean.
const MEMORY_OF_SAMPLES: i32 = 20;
/// A ratio outside is a mistake, for example of a server that counts only tokens that were not cached.
const PLAUSIBLE: std::ops::RangeInclusive<f32> = 0.4..=4.0;

/// Context lengths by model, looked up since the start.
#[derive(Default)]
pub(super) struct Known(Mutex<HashMap<String, Option<u32>>>);

impl Known {
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn get(&self, model: &str) -> Option<Option<u32>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(model)
            .copied()
    }

    fn put(&self, model: &str, context_length: Option<u32>) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(model.to_owned(), context_length);
    }
}

impl Models {
    /// Context window in tokens, prompt and answer together, to request for this model. While the server is away, the
    /// last known size; for an unknown model, the configured one.
    pub(crate) async fn window(&self, model: &str) -> u32 {
        match self.look_up_window(model).await {
            Ok(num_ctx) => num_ctx,
            Err(error) => {
                tracing::debug!(%error, "a model's context window cannot be looked up");
                self.inner.num_ctx
            }
        }
    }

    async fn look_up_window(&self, model: &str) -> Result<u32> {
        if let Some(context_length) = self.inner.windows.get(model) {
            return Ok(self.at_most(context_length));
        }
        let shown = self.inner.server.show(model).await;
        let stored = sqlx::query!(
            "select context_length, num_ctx from models where endpoint_id = $2 and name = $1",
            model,
            self.endpoint().id.0
        )
        .fetch_optional(self.inner.storage.pool())
        .await?;
        let context_length = match (&shown, &stored) {
            (Ok(details), _) => details.context_length,
            (Err(_), Some(row)) => return Ok(self.at_most(row.context_length.map(i32::unsigned_abs))),
            (Err(error), None) => return Err(problem(error)),
        };
        let num_ctx = self.at_most(context_length);
        if stored.and_then(|row| row.num_ctx) != i32::try_from(num_ctx).ok() {
            self.store_window(model, context_length, num_ctx).await?;
        }
        self.inner.windows.put(model, context_length);
        Ok(num_ctx)
    }

    fn at_most(&self, context_length: Option<u32>) -> u32 {
        context_length.map_or(self.inner.num_ctx, |most| most.min(self.inner.num_ctx))
    }

    async fn store_window(&self, model: &str, context_length: Option<u32>, num_ctx: u32) -> Result<()> {
        let context_length = context_length.map(|tokens| i32::try_from(tokens).unwrap_or(i32::MAX));
        sqlx::query!(
            "insert into models (endpoint_id, name, context_length, num_ctx) values ($4, $1, $2, $3)
             on conflict (endpoint_id, name) do update set context_length = $2, num_ctx = $3, seen_at = now()",
            model,
            context_length,
            i32::try_from(num_ctx).unwrap_or(i32::MAX),
            self.endpoint().id.0
        )
        .execute(self.inner.storage.pool())
        .await?;
        Ok(())
    }

    /// Tokens counted by the server per estimated token: a running mean, 1 until measured.
    pub(crate) async fn tokens_per_estimate(&self, model: &str) -> Result<f32> {
        if let Some(ratio) = self.inner.tokens_per_estimate.get(model) {
            return Ok(ratio);
        }
        let ratio = sqlx::query_scalar!(
            "select tokens_per_estimate from models where endpoint_id = $2 and name = $1",
            model,
            self.endpoint().id.0
        )
        .fetch_optional(self.inner.storage.pool())
        .await?;
        Ok(self.inner.tokens_per_estimate.put(model, ratio.unwrap_or(1.0)))
    }

    /// Updates the mean from an answer: the estimate for its prompt, and the server's count.
    pub(crate) async fn calibrate(&self, model: &str, estimated: u32, reported: u32) -> Result<()> {
        let ratio = reported as f32 / estimated.max(1) as f32;
        if estimated == 0 || !PLAUSIBLE.contains(&ratio) {
            return Ok(());
        }
        // A measurement lost in a crash is made again: no durable commit.
        let learnt = sqlx::query_scalar!(
            "with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
             insert into models as m (endpoint_id, name, tokens_per_estimate, samples) select $4, $1, $2, 1 from relaxed
             on conflict (endpoint_id, name) do update set samples = m.samples + 1, seen_at = now(),
                 tokens_per_estimate = m.tokens_per_estimate
                     + ($2 - m.tokens_per_estimate) / least(m.samples + 1, $3::int)
             returning tokens_per_estimate",
            model,
            ratio,
            MEMORY_OF_SAMPLES,
            self.endpoint().id.0
        )
        .fetch_one(self.inner.storage.pool())
        .await?;
        self.inner.tokens_per_estimate.put(model, learnt);
        Ok(())
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use crate::testing::TestBackend;
    use hearth_inference::fake::FakeModel;

    async fn server() -> TestBackend {
        let server = TestBackend::start_with(|config| config.num_ctx = 8192).await;
        let small = FakeModel {
            context_length: 2048,
            ..FakeModel::chat("small:1b")
        };
        server.fake.set_models(vec![FakeModel::chat("large:7b"), small]);
        server
    }

    #[tokio::test]
    async fn a_window_is_the_configured_size_or_less_when_the_model_has_less() {
        let server = server().await;
        assert_eq!(server.backend.models().window("large:7b").await, 8192);
        assert_eq!(server.backend.models().window("small:1b").await, 2048);
    }

    #[tokio::test]
    async fn a_window_stays_the_same_while_the_server_is_away() {
        let server = server().await;
        let models = server.backend.models();
        assert_eq!(models.window("small:1b").await, 2048);
        models.forget();
        server.fake.stop();
        assert_eq!(models.window("small:1b").await, 2048);
        assert_eq!(models.window("never seen").await, 8192);
    }

    #[tokio::test]
    async fn estimates_move_towards_what_the_server_counts() {
        let server = server().await;
        let models = server.backend.models();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.0).abs() < 1e-6);
        models.calibrate("large:7b", 1000, 1500).await.unwrap();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.5).abs() < 1e-3);
        models.calibrate("large:7b", 1000, 1300).await.unwrap();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.4).abs() < 1e-3);
        // A server that counts only what was not cached, or nothing.
        models.calibrate("large:7b", 1000, 3).await.unwrap();
        models.calibrate("large:7b", 0, 50).await.unwrap();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.4).abs() < 1e-3);
    }
}
