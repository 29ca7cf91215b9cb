//! Step 1: the question becomes a vector, or does not, in time.

use super::load::Turn;
use crate::memory::{embedding, recall::QuestionVector};
use std::time::Duration;

/// A person waits: a slow or sleeping embedder is not waited for longer than this. Loading a small embedder
/// takes about a second, embedding a question 5 to 120 ms.
const DEADLINE: Duration = Duration::from_millis(2500);

/// The question's vector; none when there is no embedder, it is too slow, or memory is off.
pub(super) async fn question(turn: &Turn) -> Option<QuestionVector> {
    if !turn.memory || turn.asked.trim().is_empty() {
        return None;
    }
    tokio::time::timeout(DEADLINE, vector(turn)).await.ok().flatten()
}

async fn vector(turn: &Turn) -> Option<QuestionVector> {
    let models = turn.backend.models();
    let model = models.embedding_model().await?;
    // Without a floor nothing has been embedded with this model yet.
    let floor = models.relevance_floor(&model).await.ok().flatten()?;
    match embedding::question(&turn.backend, &model, &turn.asked).await {
        Ok(vector) => Some(QuestionVector { model, vector, floor }),
        Err(error) => {
            tracing::warn!(%error, "the question could not be embedded; words alone recall");
            None
        }
    }
}
