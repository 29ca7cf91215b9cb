//! The JSON of an archive.

use chrono::{DateTime, Utc};
use hearth_types::{
    AnswerStatus, AttachmentKind, MemoryKind, MemoryOrigin, MemoryState, ModelTrouble, Sensitive, Speaker,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The value of [`Manifest::format`].
pub const FORMAT: &str = "hearth-archive";

/// Version of the format. It is raised only when older servers cannot read the archive any more: a new optional field
/// does not raise it, because readers ignore unknown fields.
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
    /// The person's name, for readers.
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
    /// Whether the person wrote the title.
    pub titled_by_hand: bool,
    /// The model selected for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Whether recall runs in it.
    pub memory: bool,
    pub pinned: bool,
    pub archived: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// The last message of the shown branch.
    pub shown: Option<Uuid>,
    /// The names of the people it was shared with.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<String>,
}

/// A message; each parent stands before its children.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedMessage {
    pub id: Uuid,
    /// None for a first message of the conversation.
    #[serde(default)]
    pub parent: Option<Uuid>,
    pub said_by: Speaker,
    /// The author's name, if it is not the person whose archive this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    pub said_at: DateTime<Utc>,
    /// A person's words as they typed them, or a model's Markdown.
    pub text: String,
    /// The model's reasoning before the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thinking: Option<String>,
    /// When the person asked to forget it; from then on it is not used.
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
    /// The file name on the person's device.
    pub name: String,
    pub kind: AttachmentKind,
    /// Path in the archive; none if the file was missing on the disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// The metadata of a model's answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedAnswer {
    pub model: String,
    /// A final status: an answer that was being written is exported as interrupted.
    pub status: AnswerStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<ModelTrouble>,
    /// Whether it was cut at the maximum length of an answer.
    #[serde(default)]
    pub cut_off: bool,
    /// Duration of the model's reasoning, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thought_ms: Option<i32>,
    /// Whether the person ended the reasoning early.
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

/// A memory.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ArchivedMemory {
    pub id: Uuid,
    pub kind: MemoryKind,
    /// Whom or what it is about; empty for the person.
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
    /// End of its validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<DateTime<Utc>>,
    /// The memory that replaced it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Number of answers that used it, and the time of the last one.
    #[serde(default)]
    pub uses: i32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
    /// Whether the person separated it from others, so that it is never put together with them again.
    #[serde(default)]
    pub kept_apart: bool,
    /// The messages that it came from, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Uuid>,
}
