//! What is shown while an answer has no more text to read.

use crate::strings::{chat, t};

/// Where an answer is between "Send" and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Waiting,
    /// Answers before this one, and the estimated seconds until it starts.
    Queued(u32, Option<u32>),
    /// Seconds since loading began, and seconds that it took the last time.
    Loading(u32, Option<u32>),
    /// The model server is unreachable; whether its computer can be woken.
    Away(bool),
    Thinking,
    Writing,
    Stopping,
    Ended,
}

impl Phase {
    /// The sentence; none while text arrives. `model` is the model that is being loaded.
    pub fn sentence(self, model: &str) -> Option<String> {
        let plain = match self {
            Self::Queued(0, _) => chat::YOU_ARE_NEXT,
            Self::Queued(before, seconds) => return Some(chat::before_you(before, seconds)),
            Self::Writing | Self::Ended => return None,
            Self::Waiting => chat::WAITING,
            Self::Loading(..) => return Some(chat::loading(model)),
            Self::Away(_) => chat::MODEL_AWAY,
            Self::Thinking => chat::THINKING,
            Self::Stopping => chat::STOPPING,
        };
        Some(t(plain).to_owned())
    }

    /// The counter behind the sentence. Not for screen readers, which would read it every second.
    pub fn count(self) -> Option<String> {
        match self {
            Self::Loading(seconds, usual) => Some(chat::counting(seconds, usual)),
            _ => None,
        }
    }
}
