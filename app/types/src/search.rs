//! Search in messages and memories.

use crate::{ConversationId, MemoryId, MessageId, Speaker, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What to search for, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Words, and phrases in quotation marks.
    pub words: String,
    /// Only at this time or later.
    pub since: Option<Timestamp>,
    /// Only before this time.
    pub until: Option<Timestamp>,
    /// Only texts of this author; none means all.
    pub said_by: Option<SaidBy>,
    pub scope: SearchScope,
    /// Conversations in the archive as well.
    pub archived: bool,
}

/// Whose words are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidBy {
    /// The person who searches.
    Me,
    /// The model.
    Hearth,
    /// Other people, in conversations that several have.
    Others,
}

/// Where to search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SearchScope {
    #[default]
    Everything,
    /// Messages and titles of conversations.
    Messages,
    Memories,
}

/// A page of what was found, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchPage {
    pub hits: Vec<SearchHit>,
    /// Give this to get those after these; none when these were the last.
    pub next: Option<SearchCursor>,
    pub by_meaning: ByMeaning,
    /// So much fits that only the newest of it was looked at.
    pub cut: bool,
}

/// Whether the meaning was looked for beside the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByMeaning {
    /// There is no need or no model for it.
    #[default]
    No,
    Yes,
    /// The model for it did not answer in time.
    Late,
}

/// Where a page of what was found ends: the last hit's place in the order, and what the order depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchCursor {
    /// When the first page was asked for, in microseconds: what was said since is not in the pages after it.
    pub as_of_us: i64,
    /// Whether the first page was found by meaning as well.
    pub by_meaning: bool,
    pub rank: i32,
    /// Microseconds, as the database keeps them, so that nothing is skipped.
    pub at_us: i64,
    pub id: Uuid,
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    pub found: Found,
    /// The part that fits, with what was searched for marked.
    pub excerpt: Vec<ExcerptPiece>,
    /// When it was said or kept, and of a title, when the conversation last went on.
    pub at: Timestamp,
    /// It has none of the words, and means something alike.
    pub similar: bool,
}

/// The thing that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    Message {
        conversation: ConversationId,
        message: MessageId,
        /// The conversation's; empty until it has one.
        title: String,
        said_by: Speaker,
        /// The author's name, when it is not the person who searches.
        by: Option<String>,
        /// It is in a branch that is not shown: an earlier version of a message, or what followed one.
        abandoned: bool,
    },
    /// A conversation by its title, which is the excerpt.
    Title { conversation: ConversationId },
    Memory {
        memory: MemoryId,
        /// Microseconds, to open the memory page at its place.
        created_at_us: i64,
        /// It waits for the person's yes.
        waits: bool,
        /// Since when it no longer holds.
        ended_at: Option<Timestamp>,
    },
}

/// A piece of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcerptPiece {
    pub text: String,
    /// It is what was searched for.
    pub marked: bool,
}
