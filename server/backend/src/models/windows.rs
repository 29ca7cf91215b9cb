//! Each model's window, and how many tokens its server really counts for one of our estimated tokens.
//!
//! The window is sent with every call, and always the same one: changing it makes the server load the model
//! again. It is the smaller of what the settings ask for and what the model was made for. The row in the
//! database answers when the server cannot be asked.

use super::{Models, trouble::problem};
use crate::Result;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// After this many answers an old measurement weighs no more than a new one.
const MEMORY_OF_SAMPLES: i32 = 20;
/// Measurements outside are mistakes, such as a server that counts only what its cache did not have.
const PLAUSIBLE: std::ops::RangeInclusive<f32> = 0.4..=4.0;

/// What each model was made for, as looked up since the start.
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
    /// Tokens, prompt and answer together, to ask this model for. While the server is away, as last known; for
    /// a model that nobody knows, what the settings say.
    pub(crate) async fn window(&self, model: &str) -> u32 {
        match self.look_up_window(model).await {
            Ok(num_ctx) => num_ctx,
            Err(error) => {
                tracing::debug!(%error, "a model's window is not known");
                self.inner.num_ctx
            }
        }
    }

    async fn look_up_window(&self, model: &str) -> Result<u32> {
        if let Some(known) = self.inner.windows.get(model) {
            return Ok(self.at_most(known));
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

    /// Tokens as the server counts them per estimated token: a running mean, 1 until measured.
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

    /// Learns from an answer: what was estimated for its prompt, and what the server counted.
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
    use crate::testing::TestHouse;
    use hearth_inference::fake::FakeModel;

    async fn house() -> TestHouse {
        let house = TestHouse::start_with(|config| config.num_ctx = 8192).await;
        let small = FakeModel {
            context_length: 2048,
            ..FakeModel::chat("small:1b")
        };
        house.fake.set_models(vec![FakeModel::chat("large:7b"), small]);
        house
    }

    #[tokio::test]
    async fn a_window_is_what_is_asked_for_or_less_when_the_model_has_less() {
        let house = house().await;
        assert_eq!(house.backend.models().window("large:7b").await, 8192);
        assert_eq!(house.backend.models().window("small:1b").await, 2048);
    }

    #[tokio::test]
    async fn a_window_stays_the_same_while_the_server_is_away() {
        let house = house().await;
        let models = house.backend.models();
        assert_eq!(models.window("small:1b").await, 2048);
        models.forget();
        house.fake.stop();
        assert_eq!(models.window("small:1b").await, 2048);
        assert_eq!(models.window("never seen").await, 8192);
    }

    #[tokio::test]
    async fn estimates_move_towards_what_the_server_counts() {
        let house = house().await;
        let models = house.backend.models();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.0).abs() < 1e-6);
        models.calibrate("large:7b", 1000, 1500).await.unwrap();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.5).abs() < 1e-3);
        models.calibrate("large:7b", 1000, 1300).await.unwrap();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.4).abs() < 1e-3);
        // A server that counted only what its cache did not have, or nothing at all.
        models.calibrate("large:7b", 1000, 3).await.unwrap();
        models.calibrate("large:7b", 0, 50).await.unwrap();
        assert!((models.tokens_per_estimate("large:7b").await.unwrap() - 1.4).abs() < 1e-3);
    }
}
