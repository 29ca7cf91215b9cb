//! Search in messages and memories.

use crate::{ConversationId, MemoryId, MessageId, Speaker, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A search request.
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
    /// Includes archived conversations.
    pub archived: bool,
}

/// Author of the texts to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaidBy {
    /// The person who searches.
    Me,
    /// The model.
    Hearth,
    /// Other members of shared conversations.
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

/// A page of results, best first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SearchPage {
    pub hits: Vec<SearchHit>,
    /// Cursor of the next page; none if this is the last.
    pub next: Option<SearchCursor>,
    pub by_meaning: ByMeaning,
    /// So many texts match that only the newest of them were ranked.
    pub cut: bool,
}

/// Whether the search used vectors besides words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ByMeaning {
    /// Not needed, or no embedding model.
    #[default]
    No,
    Yes,
    /// The embedding model did not answer in time.
    Late,
}

/// Position of a page's last hit in the order, and what the order depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SearchCursor {
    /// Time of the first page's request, in microseconds: later texts are in none of the following pages.
    pub as_of_us: i64,
    /// Whether the first page used vectors.
    pub by_meaning: bool,
    pub rank: i32,
    /// Microseconds, as the database keeps them, so that nothing is skipped.
    pub at_us: i64,
    pub id: Uuid,
}

/// A search result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchHit {
    pub found: Found,
    /// The matching part, with the searched words marked.
    pub excerpt: Vec<ExcerptPiece>,
    /// Time of the message or memory; for a title, of the conversation's last activity.
    pub at: Timestamp,
    /// Without any of the words, but similar in meaning.
    pub similar: bool,
}

/// The thing that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    Message {
        conversation: ConversationId,
        message: MessageId,
        /// Title of the conversation; empty until it has one.
        title: String,
        said_by: Speaker,
        /// The author's name, when it is not the person who searches.
        by: Option<String>,
        /// In an inactive branch: an earlier version of a message, or what followed one.
        abandoned: bool,
    },
    /// A conversation by its title, which is the excerpt.
    Title { conversation: ConversationId },
    Memory {
        memory: MemoryId,
        /// Microseconds, to open the memory page at its place.
        created_at_us: i64,
        /// Waits for the person's consent.
        waits: bool,
        /// End of its validity.
        ended_at: Option<Timestamp>,
    },
}

/// A piece of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExcerptPiece {
    pub text: String,
    /// Whether this piece matches the search.
    pub marked: bool,
}
