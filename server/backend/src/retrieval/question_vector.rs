//! The vector of a question, and of the words of a search.

use crate::{Backend, UserBackend};
use hearth_inference::{EmbedTask, InferenceError};

/// A question's vector, the model that made it, and that model's floor: the cosine that unrelated sentences reach.
#[derive(Clone, Debug)]
pub struct QuestionVector {
    pub model: String,
    pub vector: Vec<f32>,
    pub floor: f32,
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
    // Without floors, nothing has been embedded by this model yet.
    let floors = models.relevance_floors(&model).await.ok().flatten()?;
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
            floor: floors.of(text),
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
