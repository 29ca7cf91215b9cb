//! Embeddings: task prefixes before the call, validation and normalisation after it.

use async_trait::async_trait;

use crate::InferenceError;

/// What the text is used for. Many embedders are trained with a different prefix for each use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EmbedTask {
    /// A query that searches documents.
    Query,
    /// A text that searches find.
    Document,
}

/// A model that embeds texts.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// One vector per text, in order, all of the same dimension and of length 1. Adds the model's task prefix. A text
    /// longer than the model's context window is an [`InferenceError::ContextOverflow`]; it is never truncated.
    async fn embed(
        &self,
        model: &str,
        task: EmbedTask,
        texts: &[String],
    ) -> Result<Vec<Vec<f32>>, InferenceError>;
}

/// The prefix that `model` was trained with for `task`; empty for models without one. Matches the model's name and
/// ignores registry, tag and file extension. Source: the model cards.
pub fn task_prefix(model: &str, task: EmbedTask) -> &'static str {
    let name = model
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(model)
        .to_ascii_lowercase();
    let (query, document) = if name.contains("nomic-embed-text") {
        ("search_query: ", "search_document: ")
    } else if name.starts_with("e5-") || name.contains("-e5-") {
        ("query: ", "passage: ")
    } else if name.contains("mxbai-embed-large") {
        ("Represent this sentence for searching relevant passages: ", "")
    } else {
        ("", "")
    };
    match task {
        EmbedTask::Query => query,
        EmbedTask::Document => document,
    }
}

/// The texts with the model's prefix.
pub(crate) fn with_prefix(model: &str, task: EmbedTask, texts: &[String]) -> Vec<String> {
    let prefix = task_prefix(model, task);
    texts.iter().map(|text| format!("{prefix}{text}")).collect()
}

/// Checks the number and dimensions of the returned vectors and normalises each to length 1.
pub(crate) fn checked(mut vectors: Vec<Vec<f32>>, wanted: usize) -> Result<Vec<Vec<f32>>, InferenceError> {
    if vectors.len() != wanted {
        let detail = format!("{} embeddings for {wanted} texts", vectors.len());
        return Err(InferenceError::Garbage { detail });
    }
    let expected = vectors.first().map_or(0, Vec::len);
    for vector in &mut vectors {
        if vector.len() != expected || vector.is_empty() {
            return Err(InferenceError::DimensionMismatch {
                expected,
                found: vector.len(),
            });
        }
        normalise(vector)?;
    }
    Ok(vectors)
}

#[expect(clippy::cast_possible_truncation, reason = "rounds to the nearest f32")]
fn normalise(vector: &mut [f32]) -> Result<(), InferenceError> {
    let length = vector
        .iter()
        .map(|x| f64::from(*x) * f64::from(*x))
        .sum::<f64>()
        .sqrt();
    if !length.is_finite() || length == 0.0 {
        return Err(InferenceError::Garbage {
            detail: format!("an embedding of length {length}"),
        });
    }
    for x in vector {
        *x = (f64::from(*x) / length) as f32;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{EmbedTask::*, *};

    #[test]
    fn prefixes_depend_on_the_model_name_alone() {
        for name in [
            "nomic-embed-text",
            "nomic-embed-text:v1.5",
            "/models/nomic-embed-text-v1.5.f16.gguf",
        ] {
            assert_eq!(task_prefix(name, Query), "search_query: ", "{name}");
            assert_eq!(task_prefix(name, Document), "search_document: ", "{name}");
        }
        assert_eq!(
            task_prefix("intfloat/multilingual-e5-large", Document),
            "passage: "
        );
        assert_eq!(task_prefix("e5-base", Query), "query: ");
        assert_eq!(task_prefix("mxbai-embed-large:latest", Document), "");
        assert!(!task_prefix("mxbai-embed-large:latest", Query).is_empty());
        for name in ["all-minilm", "bge-m3", "nomic-embed-text/other"] {
            assert_eq!(task_prefix(name, Query), "", "{name}");
        }
    }
}
