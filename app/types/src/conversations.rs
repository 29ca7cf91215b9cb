//! Conversations, messages, and answers.

use crate::{
    AnswerId, Attachment, AttachmentId, ConversationId, CutFile, IdempotencyKey, LeftOut, MemoryNote,
    MessageId, ModelTrouble, RecalledPassage, Shared, SpaceRole, Speaker, Timestamp, UsedMemory,
};
use serde::{Deserialize, Serialize};

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRow {
    pub id: ConversationId,
    /// Empty until it has one; the page then shows "New conversation".
    pub title: String,
    pub updated_at: Timestamp,
    /// None while it is not shared.
    pub shared: Option<Shared>,
    /// Listed before all that are not pinned.
    pub pinned: bool,
}

/// A page of the list: pinned ones first, then the newest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    pub rows: Vec<ConversationRow>,
    /// Cursor of the next page; none if this is the last.
    pub next: Option<ConversationCursor>,
}

/// Position of a page's last row in the order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationCursor {
    pub pinned: bool,
    /// Microseconds, as the database keeps them, so that no row is skipped.
    pub updated_at_us: i64,
    pub id: ConversationId,
}

/// An opened conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub title: String,
    /// The reader's role.
    pub role: SpaceRole,
    /// None while it is not shared.
    pub shared: Option<Shared>,
    /// Whether memory is on: the conversation recalls and is recalled.
    pub memory: bool,
    /// Whether it is temporary: deleted when it ends, and in no list.
    pub temporary: bool,
    /// The model picked for it; none means the default.
    pub model: Option<String>,
    pub pinned: bool,
    pub archived: bool,
    /// The active branch, or a part of it, oldest first.
    pub messages: Vec<Message>,
    /// Whether older messages exist before the first of these.
    pub earlier: bool,
    /// Whether there are newer messages.
    pub later: bool,
    /// The part of the branch in its model's window; none while that is all of it.
    pub window: Option<SeenWindow>,
}

/// Which part of a conversation to open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The newest messages.
    #[default]
    Newest,
    /// The messages before this one.
    Before(MessageId),
    /// The part around this message, also if it is in an inactive branch.
    Around(MessageId),
    /// This message and all after it.
    From(MessageId),
}

impl From<Option<MessageId>> for Part {
    /// The messages before this one, else the newest.
    fn from(before: Option<MessageId>) -> Self {
        before.map_or(Self::Newest, Self::Before)
    }
}

/// The part of a long conversation that is in the model's context window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenWindow {
    /// The first message that is included verbatim.
    pub first: MessageId,
    /// Number of messages before that one.
    pub left_out: u32,
    /// Number of those that the summary covers, from the first on.
    pub summarised: u32,
    /// The summary; none if it is not written yet.
    pub summary: Option<String>,
}

/// A message of the active branch, rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub said_by: Speaker,
    /// The author's name, when it is not the reader.
    pub by: Option<String>,
    /// A person's message as typed; for an answer, the model's Markdown.
    pub text: String,
    /// Sanitised HTML of an answer's finished part; empty for a person's message.
    pub html: String,
    pub said_at: Timestamp,
    /// Pictures and files of a person's message, in order.
    pub attachments: Vec<Attachment>,
    /// Details of an answer; none for a person's message.
    pub answer: Option<Answer>,
    /// The other versions in its place; none when it is the only one.
    #[serde(default)]
    pub siblings: Option<Siblings>,
}

/// "2 of 3": versions of an edited message, or answers to the same question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Siblings {
    /// Starts at 1, in the order of writing.
    pub number: u32,
    pub count: u32,
    pub previous: Option<MessageId>,
    pub next: Option<MessageId>,
}

/// Details of an answer: its state, and what the model was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub id: AnswerId,
    pub status: AnswerStatus,
    pub model: String,
    pub trouble: Option<ModelTrouble>,
    /// The passages that were recalled for the prompt.
    pub recalled: Vec<RecalledPassage>,
    /// The memories that were in the prompt.
    pub memories: Vec<UsedMemory>,
    /// Notices about memory.
    pub notes: Vec<MemoryNote>,
    pub left_out: LeftOut,
    /// Files of which only a part was included.
    pub cut_files: Vec<CutFile>,
    /// The thinking before the answer; none if there was none.
    pub thought: Option<Thought>,
    /// It reached the maximum length before the model had finished.
    #[serde(default)]
    pub cut_off: bool,
    /// It ended early, and the model can continue it.
    #[serde(default)]
    pub can_continue: bool,
}

/// Facts about a model's thoughts. The thoughts themselves are fetched when they are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thought {
    /// Duration of the thinking.
    pub seconds: u32,
    /// The person ended the thinking.
    pub cut_short: bool,
}

/// State of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum AnswerStatus {
    /// In the queue, or the model server is away.
    Waiting,
    /// Claimed by a runner.
    Running,
    /// Complete.
    Done,
    /// The person stopped it; its text is kept.
    Stopped,
    /// The model server failed; its text is kept.
    Failed,
    /// Its runner is gone; its text is kept.
    Interrupted,
}

impl AnswerStatus {
    /// Whether the answer has ended.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }
}

/// The request to send one message into a new or existing conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMessage {
    /// None starts a new conversation.
    pub conversation: Option<ConversationId>,
    /// May be empty if something is attached.
    pub text: String,
    pub idempotency_key: IdempotencyKey,
    /// None: the conversation's model, else the default.
    pub model: Option<String>,
    /// For a new conversation; none means the person's preference.
    pub memory: Option<MemoryUse>,
    /// Uploads for this message, in order; each belongs to this person and is not sent yet.
    pub attachments: Vec<AttachmentId>,
    /// The message of which this one is another version; none appends to the active branch.
    #[serde(default)]
    pub edits: Option<MessageId>,
}

/// How a new conversation treats memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryUse {
    // A page of an older version that is still open sends "true" and "false".
    /// The conversation recalls and is recalled.
    #[serde(alias = "true")]
    On,
    /// The conversation neither recalls nor is recalled.
    #[serde(alias = "false")]
    Off,
    /// As `Off`, and the conversation is deleted when it ends.
    Temporary,
}

/// What a request to send stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    pub conversation: ConversationId,
    pub message: MessageId,
    pub answer: AnswerId,
}

/// A person's unsent text in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Empty after it was sent or deleted.
    pub text: String,
    /// Milliseconds since the last key press, because the clocks of devices differ.
    pub age_ms: i64,
}
