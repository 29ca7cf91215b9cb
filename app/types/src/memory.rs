//! Memories as their person sees them, and what an answer drew from memory.

use crate::{ConversationId, MemoryId, MessageId, PassageId, Timestamp};
use serde::{Deserialize, Serialize};

/// One recalled passage that was put before the model, shown under the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecalledPassage {
    pub passage: PassageId,
    pub conversation: ConversationId,
    pub message: MessageId,
    /// Who said it: the person, or the model.
    pub said_by: Speaker,
    /// The author's name, when it is not the reader.
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

/// What kind of statement a memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MemoryKind {
    /// Who the person is: name, home, work, family.
    Profile,
    /// What they like and how they want things.
    Preference,
    /// Something that is so in their world.
    Fact,
    /// Something that happened or is planned.
    Episode,
}

/// Whether a memory is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MemoryState {
    Kept,
    /// It waits for the person's yes and is used for nothing.
    Asked,
}

/// How a memory came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MemoryOrigin {
    /// The person wrote it down, or asked for it.
    Person,
    /// Drawn by a model out of what the person said.
    Model,
    /// Brought from another Hearth.
    Import,
}

/// Matters that are kept only when the person asked for it or consented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Sensitive {
    Health,
    Sexuality,
    Money,
    Beliefs,
    /// It is about another person.
    ThirdPerson,
}

/// How a person wants to be remembered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MemoryChoice {
    // A page of an older Hearth that is still open says "true" and "false".
    #[default]
    #[serde(alias = "true")]
    On,
    /// Facts drawn from conversations wait for consent.
    Ask,
    /// New conversations begin without memory, and nothing is drawn from any.
    #[serde(alias = "false")]
    Off,
}

/// A memory, as its person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    pub id: MemoryId,
    pub kind: MemoryKind,
    pub state: MemoryState,
    pub origin: MemoryOrigin,
    pub sensitive: Option<Sensitive>,
    /// About whom or what; empty for the person.
    pub subject: String,
    pub statement: String,
    pub pinned: bool,
    pub valid_from: Option<Timestamp>,
    /// Since when it no longer holds.
    pub valid_to: Option<Timestamp>,
    /// What holds instead.
    pub superseded_by: Option<String>,
    pub created_at: Timestamp,
    /// The person's messages that it came from, oldest first.
    pub sources: Vec<MemorySource>,
}

/// A message that a memory came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemorySource {
    pub conversation: ConversationId,
    pub message: MessageId,
    pub said_at: Timestamp,
}

/// A page of memories, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MemoryPage {
    pub memories: Vec<Memory>,
    /// Give this to get those after these; none when these were the last.
    pub next: Option<MemoryCursor>,
    /// How many there are in all, whatever is searched for.
    pub total: u64,
}

/// Where a page of memories ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryCursor {
    /// Microseconds, as the database keeps them, so that no row is skipped.
    pub created_at_us: i64,
    pub id: MemoryId,
}

/// Which memories to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryFilter {
    /// Words to look for.
    pub search: String,
    pub kind: Option<MemoryKind>,
    /// Only what was kept at this time or later.
    pub since: Option<Timestamp>,
    /// Only what was kept before this time.
    pub until: Option<Timestamp>,
    /// Only what waits for a yes.
    pub asked: bool,
}

/// A memory that was put before the model, shown under the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsedMemory {
    pub memory: MemoryId,
    pub statement: String,
    pub created_at: Timestamp,
    /// The newest message that it came from; none when the person wrote it down by hand.
    pub source: Option<MemorySource>,
}

/// What Hearth tells in a conversation about its memory, under an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryNote {
    pub kind: NoteKind,
    /// What it is about; empty where there is nothing, or nothing any longer.
    pub items: Vec<NoteItem>,
}

/// One memory, or a piece of a message, that a note is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteItem {
    pub memory: Option<MemoryId>,
    pub passage: Option<PassageId>,
    pub text: String,
}

/// What a note says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Kept by itself; can be undone.
    Noted,
    /// Waits for a yes.
    Asked,
    /// Kept because the person said so.
    Kept,
    /// Forgotten because the person said so.
    Forgotten,
    /// Several may be meant; the person picks.
    Which,
    /// There was nothing to forget.
    NothingFound,
    /// Nothing was kept, because memory is off here.
    MemoryOff,
    /// Nothing was forgotten: what to forget was too long to look for.
    TooLong,
}
