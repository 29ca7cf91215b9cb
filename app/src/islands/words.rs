//! Sentences that only islands say, and those picked by how an answer stands.

use crate::strings::{chat, problems, t, text};
use hearth_types::{Answer, AnswerStatus, ModelTrouble};

text! {
    STOPPING = "Stopping" / "正在停止";
    WRITING = "The answer is being written" / "正在写回答";
    COMPLETE = "The answer is complete" / "回答已完成";
    SHOW_NEWER = "The answer is being written. Reload the page to see how far it is." / "正在写回答。刷新页面可以看到最新内容。";
}

/// How an answer ended, where that needs a word.
pub fn ending(answer: &Answer) -> Option<&'static str> {
    match answer.status {
        AnswerStatus::Waiting | AnswerStatus::Running | AnswerStatus::Done => None,
        AnswerStatus::Stopped => Some(t(chat::STOPPED)),
        AnswerStatus::Interrupted => Some(problems::trouble(ModelTrouble::Interrupted)),
        AnswerStatus::Failed => Some(problems::trouble(answer.trouble.unwrap_or(ModelTrouble::Failed))),
    }
}
