//! What an answer drew from memory.

use crate::{ConversationId, MessageId, PassageId, Timestamp};
use serde::{Deserialize, Serialize};

/// One recalled passage that was put before the model, shown under the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecalledPassage {
    pub passage: PassageId,
    pub conversation: ConversationId,
    pub message: MessageId,
    /// Who said it: the person, or the model.
    pub said_by: Speaker,
    /// The name of the person who said it, when it is somebody else than the one who reads.
    pub by: Option<String>,
    /// An excerpt of at most about 200 characters.
    pub excerpt: String,
    pub said_at: Timestamp,
    /// Between 0 and 1; for the trace, not for the page.
    pub score: f32,
}

/// Who spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    Person,
    Model,
}

/// What did not fit the model's window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Older messages of this conversation that the model did not see.
    pub messages: u32,
    /// Recalled passages that were relevant and did not fit.
    pub passages: u32,
    /// Pictures that the model did not see.
    pub pictures: u32,
}
