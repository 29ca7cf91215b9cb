//! Embeds texts by one model, and records its errors and the texts that are longer than it reads.

use crate::{
    Backend, Result,
    retrieval::{calibration, vectors::EmbedError},
};
use hearth_inference::{EmbedTask, InferenceError};
use std::time::Instant;

/// Minimum characters of a part that is halved further: a model that refuses such a short text is at fault.
const SHORTEST: usize = 8;

/// Vectors of documents, one per text. A text that is longer than the model reads is embedded in parts, and counted;
/// its vector is the mean of theirs. An error is stored with the model, for administrators, until the next success.
///
/// # Errors
/// Those of the model server; [`InferenceError::DimensionMismatch`] if the model's vectors had another length before.
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
    /// Number of texts that were embedded in parts.
    cut: u32,
}

async fn make(backend: &Backend, model: &str, texts: &[String]) -> Result<Made, EmbedError> {
    calibration::calibrate(backend, model).await?;
    let server = &backend.inner.config.model_server;
    let made = match server.embed(model, EmbedTask::Document, texts).await {
        Ok(vectors) => Made { vectors, cut: 0 },
        Err(InferenceError::ContextOverflow { .. }) => one_by_one(backend, model, texts).await?,
        Err(error) => return Err(error.into()),
    };
    let expected = backend.models().dimensions(model).await?;
    match (expected, made.vectors.first().map(Vec::len)) {
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
        made.vectors.push(mean(&parts));
    }
    Ok(made)
}

/// Halves a text until the model reads each part; returns the parts' lengths in characters and their vectors.
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

/// The byte offset at which to halve a text: the gap between words nearest to its middle, or else between two
/// characters.
fn middle_gap(text: &str) -> usize {
    let half = text.len() / 2;
    let inside = || text.char_indices().skip(1);
    let gaps = inside()
        .filter(|(_, letter)| letter.is_whitespace())
        .map(|(at, _)| at);
    gaps.min_by_key(|at| at.abs_diff(half))
        // A gap far from the middle would leave one part nearly as long as the whole.
        .filter(|at| at.abs_diff(half) < half / 2)
        .or_else(|| inside().map(|(at, _)| at).min_by_key(|at| at.abs_diff(half)))
        .unwrap_or(half)
}

/// The mean of vectors, weighted by the lengths of their texts and normalised to length 1.
fn mean(parts: &[(usize, Vec<f32>)]) -> Vec<f32> {
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
    use super::{mean, middle_gap};

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
    fn the_mean_is_nearer_to_the_longer_part_and_has_length_one() {
        let mean = mean(&[(30, vec![1.0, 0.0]), (10, vec![0.0, 1.0])]);
        assert!(mean[0] > mean[1] && mean[1] > 0.0, "{mean:?}");
        assert!((mean.iter().map(|value| value * value).sum::<f32>() - 1.0).abs() < 1e-6);
    }
}
