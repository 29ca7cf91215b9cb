//! What unrelated sentences reach with an embedding model; see `memory::relevance`.

use super::Models;
use crate::Result;

impl Models {
    /// The model's floor; none until it was learnt.
    pub(crate) async fn relevance_floor(&self, model: &str) -> Result<Option<f32>> {
        if let Some(floor) = self.inner.floors.get(model) {
            return Ok(floor);
        }
        let floor = sqlx::query_scalar!("select relevance_floor from models where name = $1", model)
            .fetch_optional(self.inner.storage.pool())
            .await?;
        Ok(self.inner.floors.put(model, floor.flatten()))
    }

    pub(crate) async fn set_relevance_floor(&self, model: &str, floor: f32, dimensions: usize) -> Result<()> {
        sqlx::query!(
            "insert into models (name, relevance_floor, dimensions) values ($1, $2, $3)
             on conflict (name) do update set relevance_floor = $2, dimensions = $3, seen_at = now()",
            model,
            floor,
            i32::try_from(dimensions).unwrap_or(0)
        )
        .execute(self.inner.storage.pool())
        .await?;
        self.inner.floors.put(model, Some(floor));
        Ok(())
    }
}
