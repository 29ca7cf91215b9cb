//! Memories as their person sees them, and what an answer used of them.

use crate::{ConversationId, MemoryId, MessageId, PassageId, Timestamp};
use serde::{Deserialize, Serialize};

/// A recalled passage of the prompt, shown under the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecalledPassage {
    pub passage: PassageId,
    pub conversation: ConversationId,
    pub message: MessageId,
    /// The author: the person, or the model.
    pub said_by: Speaker,
    /// The author's name, when it is not the reader.
    pub by: Option<String>,
    /// An excerpt of at most about 200 characters.
    pub excerpt: String,
    pub said_at: Timestamp,
    /// Similarity between 0 and 1; for the trace, not shown.
    pub score: f32,
}

/// The author of a text.
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

/// What did not fit the model's context window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Older messages of this conversation that were omitted.
    pub messages: u32,
    /// Relevant passages that were omitted.
    pub passages: u32,
    /// Pictures that were omitted.
    pub pictures: u32,
}

/// Kind of statement.
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
    /// What they like and how they want to be answered.
    Preference,
    /// A fact about their world.
    Fact,
    /// An event that happened or is planned.
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
    /// Waits for the person's consent and is not used.
    Asked,
}

/// Origin of a memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MemoryOrigin {
    /// The person wrote it, or asked to remember it.
    Person,
    /// Drawn by a model from the person's messages.
    Model,
    /// Imported from another installation.
    Import,
}

/// Sensitive matters: kept only if the person asked for it or consented.
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
    /// About another person.
    ThirdPerson,
}

/// A person's choice about memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MemoryChoice {
    // A page of an older version that is still open sends "true" and "false".
    #[default]
    #[serde(alias = "true")]
    On,
    /// Facts drawn from conversations wait for consent.
    Ask,
    /// New conversations start without memory, and no facts are drawn.
    #[serde(alias = "false")]
    Off,
}

/// How exactly a date is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatePrecision {
    #[default]
    Day,
    Month,
    Year,
}

/// A memory, as its person sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    pub id: MemoryId,
    pub kind: MemoryKind,
    pub state: MemoryState,
    pub origin: MemoryOrigin,
    pub sensitive: Option<Sensitive>,
    /// The subject of the statement; empty for the person.
    pub subject: String,
    pub statement: String,
    pub pinned: bool,
    pub valid_from: Option<Timestamp>,
    /// End of its validity.
    pub valid_to: Option<Timestamp>,
    /// How exactly both are known.
    pub from_precision: DatePrecision,
    pub to_precision: DatePrecision,
    /// The statement that replaced it.
    pub superseded_by: Option<String>,
    pub created_at: Timestamp,
    /// The person's messages from which it and its members were drawn, oldest first.
    pub sources: Vec<MemorySource>,
    /// Whether it was neither told nor used for so long that it ranks behind others.
    pub faded: bool,
    /// Whether it is a line made of episodes of one matter.
    pub gathered: bool,
    /// The memories that it stands for, oldest first: near-duplicates, or the episodes of a line.
    pub members: Vec<MemoryMember>,
}

/// A memory that another one stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryMember {
    pub id: MemoryId,
    pub statement: String,
    pub created_at: Timestamp,
    pub sources: Vec<MemorySource>,
}

/// What was made of memories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum MemoryLayer {
    /// Those that have faded.
    Faded,
    /// Those that stand for others.
    Together,
}

/// A message from which a memory was drawn.
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
    /// Cursor of the next page; none if this is the last.
    pub next: Option<MemoryCursor>,
    /// Number of all memories, regardless of the filter.
    pub total: u64,
}

/// Position of a page's last memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryCursor {
    /// Microseconds, as the database keeps them, so that no row is skipped.
    pub created_at_us: i64,
    pub id: MemoryId,
}

/// Filter of the memory page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemoryFilter {
    /// Words to look for.
    pub search: String,
    pub kind: Option<MemoryKind>,
    /// Only memories kept at this time or later.
    pub since: Option<Timestamp>,
    /// Only memories kept before this time.
    pub until: Option<Timestamp>,
    /// Only memories that wait for consent.
    pub asked: bool,
    /// Only memories of this layer.
    pub layer: Option<MemoryLayer>,
}

/// A memory of the prompt, shown under the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsedMemory {
    pub memory: MemoryId,
    pub statement: String,
    pub created_at: Timestamp,
    /// The newest message from which it was drawn; none if the person wrote it by hand.
    pub source: Option<MemorySource>,
}

/// A notice about memory, shown under an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryNote {
    pub kind: NoteKind,
    /// The memories it is about; empty if there are none, or none any longer.
    pub items: Vec<NoteItem>,
}

/// A memory, or a piece of a message, that a notice is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoteItem {
    pub memory: Option<MemoryId>,
    pub passage: Option<PassageId>,
    pub text: String,
}

/// Kind of notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// Kept automatically; can be undone.
    Noted,
    /// Waits for consent.
    Asked,
    /// Kept because the person asked for it.
    Kept,
    /// Forgotten because the person asked for it.
    Forgotten,
    /// Several memories match; the person chooses.
    Which,
    /// No memory matched.
    NothingFound,
    /// Nothing was kept, because memory is off here.
    MemoryOff,
    /// Nothing was forgotten: the text to forget was too long to search for.
    TooLong,
}
