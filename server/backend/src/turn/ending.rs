//! Why an answer ended.

use super::{cut_short, load::Turn, no_answer::NoAnswer};
use crate::models::trouble::trouble;
use hearth_inference::{ChatDone, InferenceError, StopReason};
use hearth_types::{AnswerStatus, ModelTrouble};

/// Why an answer ended.
pub(super) struct Ending {
    pub status: AnswerStatus,
    pub trouble: Option<ModelTrouble>,
    pub done: Option<ChatDone>,
}

impl Ending {
    pub fn not_started(turn: &Turn, reason: &NoAnswer) -> Self {
        let (status, trouble) = match reason {
            NoAnswer::Stopped => cut_short(turn),
            NoAnswer::Trouble(trouble) => (AnswerStatus::Failed, Some(*trouble)),
        };
        Self {
            status,
            trouble,
            done: None,
        }
    }

    /// The model stopped by itself, or a content filter stopped it.
    pub fn done(done: ChatDone) -> Self {
        let withheld = done.stop == StopReason::Filtered;
        Self {
            status: if withheld {
                AnswerStatus::Failed
            } else {
                AnswerStatus::Done
            },
            trouble: withheld.then_some(ModelTrouble::Withheld),
            done: Some(done),
        }
    }

    /// The model repeated itself without end.
    pub const fn repeating() -> Self {
        Self {
            status: AnswerStatus::Failed,
            trouble: Some(ModelTrouble::Repeating),
            done: None,
        }
    }

    /// An answer that is done but has no visible text counts as failed.
    pub fn said(mut self, text: &str) -> Self {
        if self.status == AnswerStatus::Done && is_blank(text) {
            (self.status, self.trouble) = (AnswerStatus::Failed, Some(ModelTrouble::SaidNothing));
        }
        self
    }

    pub fn failed(error: &InferenceError) -> Self {
        tracing::warn!(%error, "an answer broke off");
        Self {
            status: AnswerStatus::Failed,
            trouble: Some(trouble(error)),
            done: None,
        }
    }
}

/// Whether the text has no visible character.
pub(super) fn is_blank(text: &str) -> bool {
    const INVISIBLE: [char; 8] = [
        '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}',
    ];
    text.chars()
        .all(|c| c.is_whitespace() || c.is_control() || INVISIBLE.contains(&c))
}
