//! The vector of a question, and of the words of a search.

use crate::{
    Backend, UserBackend,
    models::{Calibration, Models},
};
use hearth_inference::{EmbedTask, InferenceError};

/// A question's vector, the model that made it, and what cosines with it mean.
#[derive(Clone, Debug)]
pub struct QuestionVector {
    pub model: String,
    pub vector: Vec<f32>,
    pub scale: Scale,
}

/// What cosines with a question's vector mean, by the calibration of its model and language.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    /// Log odds of relevance for a cosine of 1, for all words of the question, and without either.
    pub cosine: f32,
    pub words: f32,
    pub bias: f32,
    /// The cosine that few unrelated texts reach; 1 where cosines do not tell them from related ones.
    pub floor: f32,
    /// How far above the floor the nearest texts lie.
    pub span: f32,
}

impl Default for Scale {
    /// Of an embedder with wide cosines, for tests and benches that bring vectors of their own.
    fn default() -> Self {
        Self {
            cosine: 10.0,
            words: 5.0,
            bias: -4.0,
            floor: 0.2,
            span: 0.8,
        }
    }
}

impl Scale {
    fn of(calibration: &Calibration, vector: &[f32]) -> Self {
        let of_question = calibration.direction.iter().zip(vector).map(|(a, b)| a * b);
        Self {
            cosine: calibration.cosine,
            words: calibration.words,
            bias: calibration.bias + of_question.sum::<f32>(),
            floor: calibration.floor,
            span: calibration.span,
        }
    }

    /// The probability that a text is relevant, by its cosine and its share of the question's words.
    pub fn probability(&self, cosine: f32, share: f32) -> f32 {
        let odds = self.cosine * cosine + self.words * share + self.bias;
        1.0 / (1.0 + (-odds).exp())
    }

    /// Whether the embedder reads the question's language.
    pub fn is_read(&self) -> bool {
        self.span > 0.0
    }

    /// Position of a cosine above the floor, 0 to 1.
    pub fn nearness(&self, cosine: f32) -> f32 {
        if self.is_read() {
            ((cosine - self.floor) / self.span).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}

/// Whether a model has been calibrated, so that questions have a vector.
pub(crate) async fn is_calibrated(models: &Models, model: &str) -> bool {
    let calibrations = models.calibrations(model).await;
    calibrations.ok().flatten().is_some()
}

/// The vector of an answer's question; none without an embedder or when it fails. The caller sets the deadline.
pub(crate) async fn question(backend: &Backend, text: &str) -> Option<QuestionVector> {
    let _turn = backend.inner.questions.answer();
    read_question(backend, text).await
}

/// The vector of a search's words, once it is the person's turn; none also when `given_up` resolves before that.
pub(crate) async fn search_words(
    person: &UserBackend,
    text: &str,
    given_up: impl Future<Output = ()>,
) -> Option<QuestionVector> {
    let inner = &person.backend.inner;
    let _turn = tokio::select! {
        biased;
        turn = inner.questions.search(&inner.limits, person.user) => turn.ok()?,
        () = given_up => return None,
    };
    read_question(&person.backend, text).await
}

async fn read_question(backend: &Backend, text: &str) -> Option<QuestionVector> {
    let models = backend.models();
    let model = models.embedders().await.ok()?.active?;
    // Without a calibration, nothing has been embedded by this model yet.
    let calibrations = models.calibrations(&model).await.ok().flatten()?;
    let calibration = calibrations.of(text)?;
    let expected = models.dimensions(&model).await.ok().flatten()?;
    match vector(backend, &model, text).await {
        // Another model has the same name: its vectors cannot be compared with the stored ones.
        Ok(vector) if vector.len() != expected => {
            tracing::warn!(
                expected,
                found = vector.len(),
                "the embedding model returns vectors of another length"
            );
            None
        }
        Ok(vector) => Some(QuestionVector {
            scale: Scale::of(calibration, &vector),
            model,
            vector,
        }),
        Err(error) => {
            tracing::warn!(%error, "the question could not be embedded; recall uses words alone");
            None
        }
    }
}

async fn vector(backend: &Backend, model: &str, text: &str) -> Result<Vec<f32>, InferenceError> {
    // The start of a long message says what it is about; the embedder would refuse the whole.
    let start: String = text.chars().take(600).collect();
    let mut vectors = backend
        .inner
        .config
        .model_server
        .embed(model, EmbedTask::Query, &[start])
        .await?;
    vectors.pop().ok_or(InferenceError::Garbage {
        detail: "no vector".into(),
    })
}
