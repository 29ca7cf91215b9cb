//! Step 2: what is relevant to the question: from the person's other conversations, from the memories about them, and
//! from messages of this conversation outside the window.

use super::{context::Window, load::Turn};
use crate::{
    Result,
    retrieval::{
        question_vector::QuestionVector,
        recall::{self, Question, Recall, Settings, Wording},
    },
};
use chrono::Utc;

/// Relevant passages and memories, best first; none when memory is off in this conversation.
pub(super) async fn relevant(
    turn: &Turn,
    window: &Window,
    vector: Option<&QuestionVector>,
) -> Result<Recall> {
    if !turn.may_recall() {
        return Ok(Recall::default());
    }
    let wording = Wording::of(&turn.question.own_words);
    let unseen = window.unseen(turn);
    let question = Question {
        wording: &wording,
        vector,
        spaces: &turn.scope.reads,
        conversation: turn.claim.conversation,
        unseen: &unseen,
        asked_by: turn.claim.user,
        asked_at: Utc::now(),
        time_zone: turn.time_zone,
    };
    let settings = Settings {
        threshold: turn.eagerness.probability(),
        ..Settings::default()
    };
    let mut transaction = turn.person.begin().await?;
    let wider = settings.before_rerank(&turn.backend);
    let found = recall::recall(&mut transaction, &question, &wider).await?;
    drop(transaction);
    Ok(recall::rerank(&turn.backend, &wording, found, settings.most).await)
}
