//! The turns that belong to the island.

use super::live_answer::LiveAnswer;
use hearth_types::{AnswerId, Message, MessageId, Siblings, Speaker};

/// A message on the page: a person's, or an answer that may still grow.
#[derive(Clone)]
pub enum Turn {
    Said(Message),
    /// With the HTML that it had at first, and the other versions in its place.
    Answered(LiveAnswer, String, Option<Siblings>),
}

impl Turn {
    pub fn of(message: Message) -> Self {
        match message.said_by {
            Speaker::Person => Self::Said(message),
            Speaker::Model => Self::Answered(
                LiveAnswer::new(AnswerId(message.id.0), message.answer.as_ref()),
                message.html,
                message.siblings,
            ),
        }
    }

    /// The message's id; an answer has the id of its message.
    pub fn id(&self) -> MessageId {
        match self {
            Self::Said(message) => message.id,
            Self::Answered(answer, ..) => MessageId(answer.id.0),
        }
    }

    pub fn answer(&self) -> Option<LiveAnswer> {
        match self {
            Self::Said(_) => None,
            Self::Answered(answer, ..) => Some(*answer),
        }
    }
}
