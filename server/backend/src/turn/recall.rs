//! Step 2: what of the person's other conversations bears on the question.

use super::load::Turn;
use crate::{
    Result,
    memory::recall::{Question, QuestionVector, Recalled, Settings, recall},
};
use chrono::Utc;

/// Relevant passages, best first; none when memory is off in this conversation.
pub(super) async fn relevant(turn: &Turn, vector: Option<&QuestionVector>) -> Result<Vec<Recalled>> {
    if !turn.memory || turn.asked.trim().is_empty() {
        return Ok(Vec::new());
    }
    let question = Question {
        text: &turn.asked,
        vector,
        spaces: &turn.spaces,
        conversation: turn.claim.conversation,
        asked_by: turn.claim.user,
        asked_at: Utc::now(),
        time_zone: turn.time_zone,
    };
    let mut transaction = turn.person.begin().await?;
    recall(&mut transaction, &question, &Settings::default()).await
}
