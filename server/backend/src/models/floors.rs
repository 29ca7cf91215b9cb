//! Similarity of unrelated sentences with an embedding model; see `retrieval::relevance`.

use super::Models;
use crate::Result;
use hearth_text::words;

/// Highest similarity of unrelated sentences, by script.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Floors {
    pub spaced: f32,
    /// For scripts without spaces between words; 1 where the embedder is of no use.
    pub unspaced: f32,
}

impl Floors {
    /// The floor for a question.
    pub fn of(self, question: &str) -> f32 {
        if words::is_mostly_unspaced(question) {
            self.unspaced
        } else {
            self.spaced
        }
    }
}

impl Models {
    /// The model's floors; none until they were measured.
    pub(crate) async fn relevance_floors(&self, model: &str) -> Result<Option<Floors>> {
        if let Some(floors) = self.inner.floors.get(model) {
            return Ok(floors);
        }
        let floors = sqlx::query_as!(
            Floors,
            r#"select relevance_floor as "spaced!", relevance_floor_unspaced as "unspaced!" from models
             where endpoint_id = $2 and name = $1 and relevance_floor is not null and relevance_floor_unspaced is not null"#,
            model,
            self.endpoint().id.0
        )
        .fetch_optional(self.inner.storage.pool())
        .await?;
        Ok(self.inner.floors.put(model, floors))
    }

    /// Length of the model's vectors; none until the first was made.
    pub(crate) async fn dimensions(&self, model: &str) -> Result<Option<usize>> {
        if let Some(dimensions) = self.inner.dimensions.get(model) {
            return Ok(Some(dimensions));
        }
        let dimensions = sqlx::query_scalar!(
            "select dimensions from models where endpoint_id = $2 and name = $1",
            model,
            self.endpoint().id.0
        )
        .fetch_optional(self.inner.storage.pool())
        .await?;
        let dimensions = dimensions
            .flatten()
            .and_then(|dimensions| usize::try_from(dimensions).ok());
        Ok(dimensions.map(|dimensions| self.inner.dimensions.put(model, dimensions)))
    }

    pub(crate) async fn set_relevance_floors(
        &self,
        model: &str,
        floors: Floors,
        dimensions: usize,
    ) -> Result<()> {
        sqlx::query!(
            "insert into models (endpoint_id, name, relevance_floor, relevance_floor_unspaced, dimensions)
             values ($5, $1, $2, $3, $4)
             on conflict (endpoint_id, name) do update
             set relevance_floor = $2, relevance_floor_unspaced = $3, dimensions = $4, seen_at = now()",
            model,
            floors.spaced,
            floors.unspaced,
            i32::try_from(dimensions).unwrap_or(0),
            self.endpoint().id.0
        )
        .execute(self.inner.storage.pool())
        .await?;
        self.inner.floors.put(model, Some(floors));
        Ok(())
    }
}
