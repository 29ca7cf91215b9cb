//! What the cosines of an embedding model say about relevance, by language; `retrieval::calibration` measures it.

use super::Models;
use crate::Result;
use hearth_text::language;
use std::{collections::HashMap, sync::Arc};

/// Of the texts that calibrate and of how they are used; a change calibrates every embedder again.
const VERSION: i32 = 1;

/// The row for questions in a language that has none of its own.
pub(crate) const ANY: &str = "any";

/// How a question's and a text's similarity becomes the log odds of relevance, in one language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Calibration {
    /// Log odds for a cosine of 1; 0 where cosines tell nothing.
    pub cosine: f32,
    /// Log odds for all words of the question.
    pub words: f32,
    /// Log odds without either.
    pub bias: f32,
    /// Its inner product with the question's vector is added: what the question alone says.
    pub direction: Vec<f32>,
    /// The cosine that few unrelated texts reach.
    pub floor: f32,
    /// How far above the floor related texts lie; 0 where cosines do not tell the two apart.
    pub span: f32,
}

/// The calibrations of a model by language. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Calibrations(Arc<HashMap<String, Calibration>>);

impl Calibrations {
    /// That of a question's language; else the one of all languages together.
    pub fn of(&self, question: &str) -> Option<&Calibration> {
        let own = language::of_question(question).and_then(|language| self.0.get(language::code(language)));
        own.or_else(|| self.0.get(ANY))
    }
}

impl FromIterator<(String, Calibration)> for Calibrations {
    fn from_iter<I: IntoIterator<Item = (String, Calibration)>>(all: I) -> Self {
        Self(Arc::new(all.into_iter().collect()))
    }
}

impl Models {
    /// The model's calibrations; none until they were measured.
    pub(crate) async fn calibrations(&self, model: &str) -> Result<Option<Calibrations>> {
        match self.inner.calibrations.get(model) {
            Some(known) => Ok(known),
            None => self.stored_calibrations(model).await,
        }
    }

    /// The same, past the cache.
    pub(crate) async fn stored_calibrations(&self, model: &str) -> Result<Option<Calibrations>> {
        let rows = sqlx::query!(
            "select language, cosine, words, bias, direction, floor, span from calibrations
             where endpoint_id = $1 and model = $2 and version = $3",
            self.endpoint().id.0,
            model,
            VERSION,
        )
        .fetch_all(self.inner.storage.pool())
        .await?;
        let all = rows.into_iter().map(|row| {
            let calibration = Calibration {
                cosine: row.cosine,
                words: row.words,
                bias: row.bias,
                direction: row.direction,
                floor: row.floor,
                span: row.span,
            };
            (row.language, calibration)
        });
        let all: Calibrations = all.collect();
        let found = all.0.contains_key(ANY).then_some(all);
        Ok(self.inner.calibrations.put(model, found))
    }

    /// Replaces the model's calibrations.
    pub(crate) async fn set_calibrations(
        &self,
        model: &str,
        calibrations: &[(&str, Calibration)],
    ) -> Result<()> {
        let endpoint = self.endpoint().id.0;
        let mut transaction = self.inner.storage.pool().begin().await?;
        sqlx::query!(
            "delete from calibrations where endpoint_id = $1 and model = $2",
            endpoint,
            model
        )
        .execute(&mut *transaction)
        .await?;
        for (language, calibration) in calibrations {
            // Another instance may have measured at the same time; its figures are the same.
            sqlx::query!(
                "insert into calibrations
                     (endpoint_id, model, language, version, cosine, words, bias, direction, floor, span)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 on conflict (endpoint_id, model, language) do nothing",
                endpoint,
                model,
                language,
                VERSION,
                calibration.cosine,
                calibration.words,
                calibration.bias,
                &calibration.direction,
                calibration.floor,
                calibration.span,
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        self.inner.calibrations.forget();
        Ok(())
    }

    /// Held while a model is calibrated, so that one process measures once.
    pub(crate) async fn calibrating(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.calibrating.lock().await
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

    pub(crate) async fn set_dimensions(&self, model: &str, dimensions: usize) -> Result<()> {
        sqlx::query!(
            "insert into models (endpoint_id, name, dimensions) values ($3, $1, $2)
             on conflict (endpoint_id, name) do update set dimensions = $2, seen_at = now()",
            model,
            i32::try_from(dimensions).unwrap_or(0),
            self.endpoint().id.0
        )
        .execute(self.inner.storage.pool())
        .await?;
        Ok(())
    }
}
