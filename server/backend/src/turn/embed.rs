//! Step 1: the question becomes a vector, within a deadline.

use super::load::Turn;
use crate::retrieval::question_vector::{self, QuestionVector};
use std::time::Duration;

/// Deadline of the embedding, because a person waits for the answer. Loading a small embedder takes about a second,
/// embedding a question 5 to 120 ms.
const DEADLINE: Duration = Duration::from_millis(2500);

/// The question's vector; none when there is no embedder, it is too slow, or memory is off.
pub(super) async fn question(turn: &Turn) -> Option<QuestionVector> {
    if !turn.may_recall() {
        return None;
    }
    let vector = question_vector::question(&turn.backend, &turn.question.own_words);
    tokio::time::timeout(DEADLINE, vector).await.ok().flatten()
}
