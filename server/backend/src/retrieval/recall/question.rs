//! The question that recall searches for.

use super::wording::Wording;
use crate::retrieval::question_vector::QuestionVector;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_types::{ConversationId, MessageId, SpaceId, UserId};

/// The question to recall for.
pub struct Question<'a> {
    pub wording: &'a Wording,
    pub vector: Option<&'a QuestionVector>,
    pub spaces: &'a [SpaceId],
    /// The question's own conversation. Its messages are in the context window already and are not recalled,
    pub conversation: ConversationId,
    /// except these messages of its branch, which no longer fit into the window.
    pub unseen: &'a [MessageId],
    /// Asker, time and time zone: they resolve "I" and "last month".
    pub asked_by: UserId,
    pub asked_at: DateTime<Utc>,
    pub time_zone: Tz,
}
