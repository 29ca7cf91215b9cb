//! The event stream: one per tab, carrying everything for its person.
//!
//! An answer comes as `AnswerSnapshot` once (all finished blocks from the one the browser asks for, and the
//! open block), then `AnswerBlock` for each block that closes and `AnswerTail` for the open one, at most every
//! 50 ms. `revision` grows with every change of an answer, so a browser drops what it has already seen.

use crate::{
    Answer, AnswerId, AnswerStatus, ConversationId, MemoryNote, Message, MessageId, ModelPull, SeenWindow,
    Shared,
};
use serde::{Deserialize, Serialize};

/// One event. HTML in it is rendered and sanitised by the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
// Tagged from outside: a tag among the fields would bring every type into the browser a second time, because serde
// must keep the fields aside until it has met the tag.
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
    /// The model thinks; its thoughts are not shown as text of the answer. What stood there as text was a thought.
    AnswerThinking {
        answer: AnswerId,
        revision: u64,
        /// How long it has been thinking.
        seconds: u32,
        /// Whether "Answer now" would help: it has not been asked to yet.
        can_answer_now: bool,
    },
    /// The answer ended, well or not: how, and what was recalled. The blocks have all been sent before.
    AnswerEnded {
        conversation: ConversationId,
        answer: AnswerId,
        revision: u64,
        html: String,
        detail: Box<Answer>,
    },
    /// Place in the queue changed.
    AnswerQueued {
        answer: AnswerId,
        before: u32,
        seconds: Option<u32>,
    },
    /// The model server is away; the answer waits and goes on by itself. Perhaps its computer can be woken.
    ModelServerAway { answer: AnswerId, can_wake: bool },
    /// The model is being loaded into memory; sent once a second.
    ModelLoading {
        answer: AnswerId,
        model: String,
        /// For how long by now.
        seconds: u32,
        /// What it took the last time, when that is known.
        usual: Option<u32>,
    },
    /// A message was sent, perhaps from another device, and its answer begins.
    MessageAdded {
        conversation: ConversationId,
        message: Box<Message>,
        answer: AnswerId,
    },
    /// The model does not see all of a conversation: where what it sees begins, or what it knows of the rest.
    WindowMoved {
        conversation: ConversationId,
        window: Box<SeenWindow>,
    },
    /// A conversation got a title, by its model or by hand.
    ConversationTitled {
        conversation: ConversationId,
        title: String,
    },
    /// Something was drawn from a conversation that rests.
    MemoryNoted {
        conversation: ConversationId,
        answer: AnswerId,
        notes: Vec<MemoryNote>,
    },
    /// A conversation was shared with this person, or who has it changed; none when it is theirs alone again.
    ConversationShared {
        conversation: ConversationId,
        title: String,
        shared: Option<Shared>,
    },
    /// Another branch of a conversation is shown now, and where it begins; none when its end is what is new.
    BranchShown {
        conversation: ConversationId,
        at: Option<MessageId>,
    },
    /// A conversation was pinned or archived, or is no longer.
    ConversationMarked {
        conversation: ConversationId,
        pinned: bool,
        archived: bool,
    },
    /// A conversation is gone: deleted, or taken back by whose it is.
    ConversationDeleted { conversation: ConversationId },
    /// A model is being fetched.
    ModelPull { pull: ModelPull },
    /// The tab was too slow and has missed events. It is the last of its stream: the page asks for what it shows, and
    /// opens another.
    Reload,
    /// The session ended; the page should go to the sign-in page.
    SessionEnded,
}

/// Where a browser wants to go on: the answer it shows and the number of finished blocks it has.
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
