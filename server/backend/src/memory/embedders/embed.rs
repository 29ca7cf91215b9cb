//! Texts to vectors by one model, and what that model turns out not to be able to do.

use crate::{
    Backend, Result,
    memory::{embedding::EmbedError, relevance},
};
use hearth_inference::{EmbedTask, InferenceError};
use std::time::Instant;

/// A text that is cut to less than this says nothing.
const SHORTEST: usize = 8;

/// Vectors of documents, one per text. A text that is longer than the model reads is embedded by its beginning, and
/// counted. What went wrong is noted with the model, for administrators, until something goes right.
///
/// # Errors
/// The model server's; vectors of another length than this model's were is a
/// [`InferenceError::DimensionMismatch`].
pub(in crate::memory) async fn documents(
    backend: &Backend,
    model: &str,
    texts: &[String],
) -> Result<Vec<Vec<f32>>, EmbedError> {
    let began = Instant::now();
    let made = match make(backend, model, texts).await {
        Ok(made) => made,
        Err(error) => {
            note_trouble(backend, model, &error).await?;
            return Err(error);
        }
    };
    sqlx::query!(
        "update embedders set trouble = null, cut_texts = cut_texts + $2, embedded = embedded + $3, seconds = seconds + $4
         where model = $1",
        model,
        i64::from(made.cut),
        i64::try_from(texts.len()).unwrap_or(i64::MAX),
        began.elapsed().as_secs_f64(),
    )
    .execute(backend.inner.storage.pool())
    .await
    .map_err(crate::Error::from)?;
    Ok(made.vectors)
}

struct Made {
    vectors: Vec<Vec<f32>>,
    /// Texts of which only the beginning was read.
    cut: u32,
}

async fn make(backend: &Backend, model: &str, texts: &[String]) -> Result<Made, EmbedError> {
    relevance::learn_floors(backend, model).await?;
    let server = &backend.inner.config.model_server;
    let made = match server.embed(model, EmbedTask::Document, texts).await {
        Ok(vectors) => Made { vectors, cut: 0 },
        Err(InferenceError::ContextOverflow { .. }) => one_by_one(backend, model, texts).await?,
        Err(error) => return Err(error.into()),
    };
    let known = backend.models().dimensions(model).await?;
    match (known, made.vectors.first().map(Vec::len)) {
        (Some(expected), Some(found)) if expected != found => {
            Err(InferenceError::DimensionMismatch { expected, found }.into())
        }
        _ => Ok(made),
    }
}

async fn one_by_one(backend: &Backend, model: &str, texts: &[String]) -> Result<Made, EmbedError> {
    let server = &backend.inner.config.model_server;
    let mut made = Made {
        vectors: Vec::new(),
        cut: 0,
    };
    for text in texts {
        let mut beginning = text.clone();
        loop {
            match server
                .embed(model, EmbedTask::Document, std::slice::from_ref(&beginning))
                .await
            {
                Ok(vectors) => {
                    made.vectors.extend(vectors);
                    break;
                }
                Err(InferenceError::ContextOverflow { .. }) if beginning.chars().count() > SHORTEST => {
                    let half = beginning.chars().count() / 2;
                    beginning = beginning.chars().take(half).collect();
                }
                Err(error) => return Err(error.into()),
            }
        }
        made.cut += u32::from(beginning.len() < text.len());
    }
    Ok(made)
}

async fn note_trouble(backend: &Backend, model: &str, error: &EmbedError) -> Result<()> {
    if let EmbedError::ModelServer(error) = error {
        sqlx::query!(
            "update embedders set trouble = $2 where model = $1",
            model,
            error.kind().as_str()
        )
        .execute(backend.inner.storage.pool())
        .await?;
    }
    Ok(())
}
