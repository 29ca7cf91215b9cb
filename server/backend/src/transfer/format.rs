//! What stands in an archive's JSON.

use chrono::{DateTime, Utc};
use hearth_types::{
    AnswerStatus, AttachmentKind, MemoryKind, MemoryOrigin, MemoryState, ModelTrouble, Sensitive, Speaker,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What [`Manifest::format`] says.
pub const FORMAT: &str = "hearth-archive";

/// Counted up when an older Hearth could no longer read what is written. A field that it may pass over changes
/// nothing: readers leave fields alone that they do not know.
pub const VERSION: u32 = 1;

pub(super) const MANIFEST: &str = "hearth.json";
pub(super) const MEMORIES: &str = "memories.json";
pub(super) const CONVERSATIONS: &str = "conversations/";

/// `hearth.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub version: u32,
    pub exported_at: DateTime<Utc>,
    /// Whose words these are, for people to read.
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub conversations: u64,
    #[serde(default)]
    pub memories: u64,
}

/// A conversation without its messages.
#[derive(Clone, Debug, Serialize)]
pub struct ConversationHead {
    pub id: Uuid,
    pub title: String,
    /// Whether the person named it.
    pub titled_by_hand: bool,
    /// The model picked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether recall runs in it.
    pub memory: bool,
    pub pinned: bool,
    pub archived: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The last message of the branch that is shown.
    pub shown: Option<Uuid>,
    /// Who else had it, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<String>,
}

/// A message; parents stand before their children.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedMessage {
    pub id: Uuid,
    /// None begins the conversation.
    #[serde(default)]
    pub parent: Option<Uuid>,
    pub said_by: Speaker,
    /// Who wrote it, when that is somebody else than the person whose archive this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub said_at: DateTime<Utc>,
    /// A person's words as they typed them, or a model's Markdown.
    pub text: String,
    /// What the model thought before it answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<String>,
    /// Since when the person wants it used for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<ArchivedFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<ArchivedAnswer>,
}

/// A picture or file of a message.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedFile {
    /// As the person's device called it.
    pub name: String,
    pub kind: AttachmentKind,
    /// Where it is in the archive; none when it was no longer on the disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// How a model's message came about.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedAnswer {
    pub model: String,
    /// One that is final: what was being written is interrupted in an archive.
    pub status: AnswerStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<ModelTrouble>,
    /// It became as long as an answer may be.
    #[serde(default)]
    pub cut_off: bool,
    /// How long the model thought, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thought_ms: Option<i32>,
    /// The person wanted the answer before the model had thought to its end.
    #[serde(default)]
    pub answered_now: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_tokens: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion_tokens: Option<i32>,
    pub queued_at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<DateTime<Utc>>,
}

/// Something that Hearth keeps about the person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedMemory {
    pub id: Uuid,
    pub kind: MemoryKind,
    /// About whom or what; empty for the person.
    #[serde(default)]
    pub subject: String,
    pub statement: String,
    pub state: MemoryState,
    pub origin: MemoryOrigin,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<Sensitive>,
    #[serde(default)]
    pub pinned: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<DateTime<Utc>>,
    /// Since when it no longer holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<DateTime<Utc>>,
    /// The memory that holds instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The messages that it came from, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Uuid>,
}
