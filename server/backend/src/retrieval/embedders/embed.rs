//! Texts to vectors by one model, and what that model turns out not to be able to do.

use crate::{
    Backend, Result,
    retrieval::{embedding::EmbedError, relevance},
};
use hearth_inference::{EmbedTask, InferenceError};
use std::time::Instant;

/// A part with fewer letters says nothing: a model that refuses even that is at fault.
const SHORTEST: usize = 8;

/// Vectors of documents, one per text. A text that is longer than the model reads is read in parts, and counted: its
/// vector is the middle of theirs. What went wrong is noted with the model, for administrators, until something goes
/// right.
///
/// # Errors
/// The model server's; vectors of another length than this model's were is a
/// [`InferenceError::DimensionMismatch`].
pub(crate) async fn documents(
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
    /// Texts that were read in parts.
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
    let mut made = Made {
        vectors: Vec::new(),
        cut: 0,
    };
    for text in texts {
        let parts = in_parts(backend, model, text).await?;
        made.cut += u32::from(parts.len() > 1);
        made.vectors.push(middle(&parts));
    }
    Ok(made)
}

/// The vectors of a text's parts, halved until each can be read, with how many letters each has.
async fn in_parts(backend: &Backend, model: &str, text: &str) -> Result<Vec<(usize, Vec<f32>)>, EmbedError> {
    let server = &backend.inner.config.model_server;
    let (mut unread, mut read) = (vec![text.to_owned()], Vec::new());
    while let Some(part) = unread.pop() {
        let letters = part.chars().count();
        match server
            .embed(model, EmbedTask::Document, std::slice::from_ref(&part))
            .await
        {
            Ok(vectors) => read.extend(vectors.into_iter().map(|vector| (letters, vector))),
            Err(InferenceError::ContextOverflow { .. }) if letters > SHORTEST => {
                let (beginning, end) = part.split_at(middle_gap(&part));
                unread.extend([beginning, end].map(str::to_owned));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(read)
}

/// Where to halve a text: at the gap between words that is nearest to its middle, or between two characters.
fn middle_gap(text: &str) -> usize {
    let half = text.len() / 2;
    let inside = || text.char_indices().skip(1);
    let gaps = inside()
        .filter(|(_, letter)| letter.is_whitespace())
        .map(|(at, _)| at);
    gaps.min_by_key(|at| at.abs_diff(half))
        // A gap far off would leave one half as long as the whole.
        .filter(|at| at.abs_diff(half) < half / 2)
        .or_else(|| inside().map(|(at, _)| at).min_by_key(|at| at.abs_diff(half)))
        .unwrap_or(half)
}

/// The middle of vectors, each weighed by the length of its text, brought to length 1.
fn middle(parts: &[(usize, Vec<f32>)]) -> Vec<f32> {
    let Some((_, first)) = parts.first() else {
        return Vec::new();
    };
    let mut sum = vec![0.0; first.len()];
    for (letters, vector) in parts {
        for (sum, value) in sum.iter_mut().zip(vector) {
            *sum += *letters as f32 * value;
        }
    }
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    sum.iter()
        .map(|value| value / length.max(f32::MIN_POSITIVE))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::{middle, middle_gap};

    #[test]
    fn a_text_is_halved_between_words_and_never_inside_a_character() {
        for (text, beginning) in [
            ("one two three four", "one two"),
            ("饼干对鸡肉过敏", "饼干对"),
            ("a verylongwordthatgoesonandonandon", "a verylongwordtha"),
        ] {
            assert_eq!(&text[..middle_gap(text)], beginning, "{text}");
        }
    }

    #[test]
    fn the_middle_lies_nearer_to_the_longer_part_and_has_length_one() {
        let middle = middle(&[(30, vec![1.0, 0.0]), (10, vec![0.0, 1.0])]);
        assert!(middle[0] > middle[1] && middle[1] > 0.0, "{middle:?}");
        assert!((middle.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
