//! Sentences that only islands say, and those picked by how an answer stands.

use crate::strings::{chat, language, problems, t, text};
use hearth_types::{Answer, AnswerStatus, Language, ModelTrouble};

text! {
    WOKEN = "A wake-up was sent. The computer needs about a minute; the answer then comes by itself." / "已发出唤醒信号。电脑大约需要一分钟，之后会自动回答。";
    STOPPING = "Stopping" / "正在停止";
    WRITING = "The answer is being written" / "正在写回答";
    COMPLETE = "The answer is complete" / "回答已完成";
    SHOW_NEWER = "The answer is being written. Reload the page to see how far it is." / "正在写回答。刷新页面可以看到最新内容。";
}

/// ", 12 s; the last time it took 20 s", behind the sentence that something is being loaded.
pub fn counting(seconds: u32, usual: Option<u32>) -> String {
    match (language(), usual) {
        (Language::English, None) => format!(", {seconds} s"),
        (Language::English, Some(usual)) => format!(", {seconds} s; the last time it took {usual} s"),
        (Language::SimplifiedChinese, None) => format!("，{seconds} 秒"),
        (Language::SimplifiedChinese, Some(usual)) => format!("，{seconds} 秒；上次用了 {usual} 秒"),
    }
}

/// How an answer ended, where that needs a word.
pub fn ending(answer: &Answer) -> Option<&'static str> {
    match answer.status {
        AnswerStatus::Done if answer.cut_off => Some(t(chat::CUT_OFF)),
        AnswerStatus::Waiting | AnswerStatus::Running | AnswerStatus::Done => None,
        AnswerStatus::Stopped => Some(t(chat::STOPPED)),
        AnswerStatus::Interrupted => Some(problems::trouble(ModelTrouble::Interrupted)),
        AnswerStatus::Failed => Some(problems::trouble(answer.trouble.unwrap_or(ModelTrouble::Failed))),
    }
}
