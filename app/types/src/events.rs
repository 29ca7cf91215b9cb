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
    /// The state of an answer that is waiting, running, or ended while the browser was away.
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
    /// The model is thinking; its thoughts are not part of the answer. Text shown before this event was a thought.
    AnswerThinking {
        answer: AnswerId,
        revision: u64,
        /// Seconds of thinking so far.
        seconds: u32,
        /// Whether "Answer now" can be requested: it has not been yet.
        can_answer_now: bool,
    },
    /// The answer ended: with which status, and what was recalled. All blocks were sent before.
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
    /// The model server is away; the answer waits and starts by itself. `can_wake`: its computer can be woken.
    ModelServerAway { answer: AnswerId, can_wake: bool },
    /// The model is being loaded into memory; sent once a second.
    ModelLoading {
        answer: AnswerId,
        model: String,
        /// Seconds of loading so far.
        seconds: u32,
        /// Seconds that the last loading took, if known.
        usual: Option<u32>,
    },
    /// A message was sent, perhaps from another device, and its answer is queued.
    MessageAdded {
        conversation: ConversationId,
        message: Box<Message>,
        answer: AnswerId,
    },
    /// The conversation is longer than the model's context window: the window moved, or a summary was written.
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
    /// A conversation was shared with this person, or its members changed; none if it has no other member any longer.
    ConversationShared {
        conversation: ConversationId,
        title: String,
        shared: Option<Shared>,
    },
    /// Another branch became active, and the message where it starts; none if only its end changed.
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
    /// A conversation is gone: deleted, or taken back by its owner.
    ConversationDeleted { conversation: ConversationId },
    /// Progress of a model download.
    ModelPull { pull: ModelPull },
    /// The tab was too slow and has missed events. This is the last event of its stream: the page reloads its content
    /// and opens another stream.
    Reload,
    /// The session ended; the page should go to sign-in.
    SessionEnded,
}

/// Where a browser resumes: the answer it shows and the number of finished blocks it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumePoint {
    pub answer: AnswerId,
    pub blocks: u32,
}

/// Message ids that one "Send" made, for rendering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub message: MessageId,
    pub answer: AnswerId,
}
