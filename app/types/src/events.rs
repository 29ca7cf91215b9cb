//! The event stream: one per tab, with all events for its person.
//!
//! An answer is sent as one `AnswerSnapshot` (all finished blocks from the one the browser asks for, and the open
//! block), then an `AnswerBlock` for each block that closes and an `AnswerTail` for the open one, at most every 50
//! ms. `revision` grows with every change of an answer, so that a browser can drop what it has already seen.

use crate::{
    Answer, AnswerId, AnswerStatus, ConversationId, MemoryNote, Message, MessageId, ModelPull, SeenWindow,
    Shared,
};
use serde::{Deserialize, Serialize};

/// One event. HTML in it is rendered and sanitised by the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
// Externally tagged: with the tag among the fields, serde must buffer the fields until it has read the tag, and the
// code for every type would be in the browser's wasm twice.
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The state of an answer that is waiting, running, or ended while the stream was closed.
    AnswerSnapshot {
        conversation: ConversationId,
        answer: AnswerId,
        revision: u64,
        status: AnswerStatus,
        /// Index of the first block in `blocks`.
        first_block: u32,
        blocks: Vec<String>,
        tail: String,
    },
    /// A block is finished; it replaces the tail.
    AnswerBlock {
        answer: AnswerId,
        revision: u64,
        index: u32,
        html: String,
    },
    /// The open block as it is now.
    AnswerTail {
        answer: AnswerId,
        revision: u64,
        html: String,
    },
    /// The model thinks. Text of the answer so far was a thought.
    AnswerThinking {
        answer: AnswerId,
        revision: u64,
        /// Seconds since it began to think.
        seconds: u32,
        /// Whether "Answer now" is possible: it was not requested yet.
        can_answer_now: bool,
    },
    /// The answer ended, with success or without. All its blocks were sent before.
    AnswerEnded {
        conversation: ConversationId,
        answer: AnswerId,
        revision: u64,
        html: String,
        detail: Box<Answer>,
    },
    /// The position in the queue changed.
    AnswerQueued {
        answer: AnswerId,
        before: u32,
        seconds: Option<u32>,
    },
    /// The model server is unreachable; the answer waits for it.
    ModelServerAway { answer: AnswerId, can_wake: bool },
    /// The model is being loaded into memory; sent once a second.
    ModelLoading {
        answer: AnswerId,
        model: String,
        /// Since loading began.
        seconds: u32,
        /// What it took the last time, if known.
        usual: Option<u32>,
    },
    /// A message was sent, perhaps from another device, and its answer is queued.
    MessageAdded {
        conversation: ConversationId,
        message: Box<Message>,
        answer: AnswerId,
    },
    /// The model's window of a conversation moved, or its summary changed.
    WindowMoved {
        conversation: ConversationId,
        window: Box<SeenWindow>,
    },
    /// A conversation got a title, by the model or by hand.
    ConversationTitled {
        conversation: ConversationId,
        title: String,
    },
    /// Facts were drawn from an idle conversation.
    MemoryNoted {
        conversation: ConversationId,
        answer: AnswerId,
        notes: Vec<MemoryNote>,
    },
    /// A conversation was shared with this person, or its members changed; none when it is no longer shared.
    ConversationShared {
        conversation: ConversationId,
        title: String,
        shared: Option<Shared>,
    },
    /// Another branch of a conversation is shown, from this message on; none when only its end is new.
    BranchShown {
        conversation: ConversationId,
        at: Option<MessageId>,
    },
    /// A conversation was pinned, unpinned, archived or taken out of the archive.
    ConversationMarked {
        conversation: ConversationId,
        pinned: bool,
        archived: bool,
    },
    /// A conversation was deleted, or is no longer shared with this person.
    ConversationDeleted { conversation: ConversationId },
    /// The progress of a model's pull.
    ModelPull { pull: ModelPull },
    /// The tab was too slow and missed events. The stream ends with it: the page fetches its state and opens another.
    Reload,
    /// The session ended; the page opens the sign-in page.
    SessionEnded,
}

impl Event {
    /// The answer that this event is about; none for events of conversations, models and sessions.
    pub const fn answer(&self) -> Option<AnswerId> {
        match self {
            Self::AnswerSnapshot { answer, .. }
            | Self::AnswerBlock { answer, .. }
            | Self::AnswerTail { answer, .. }
            | Self::AnswerThinking { answer, .. }
            | Self::AnswerEnded { answer, .. }
            | Self::AnswerQueued { answer, .. }
            | Self::ModelServerAway { answer, .. }
            | Self::ModelLoading { answer, .. } => Some(*answer),
            _ => None,
        }
    }
}

/// Where a stream resumes: the answer that the browser shows and the number of finished blocks it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumePoint {
    pub answer: AnswerId,
    pub blocks: u32,
}
