//! The sentence for how an answer ended.

use super::{chat, problems, t};
use hearth_types::{Answer, AnswerStatus, ModelTrouble};

/// How an answer ended; none when it is complete or still being written.
pub fn ending(answer: &Answer) -> Option<&'static str> {
    match answer.status {
        AnswerStatus::Done if answer.cut_off => Some(t(chat::CUT_OFF)),
        AnswerStatus::Waiting | AnswerStatus::Running | AnswerStatus::Done => None,
        AnswerStatus::Stopped => Some(t(chat::STOPPED)),
        AnswerStatus::Interrupted => Some(problems::trouble(ModelTrouble::Interrupted)),
        AnswerStatus::Failed => Some(problems::trouble(answer.trouble.unwrap_or(ModelTrouble::Failed))),
    }
}
