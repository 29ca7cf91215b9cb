//! An answer while it is being written: its text, its finished blocks, and the revision of what tabs have seen.

use crate::markdown::StreamRenderer;
use hearth_types::{AnswerId, AnswerStatus, ConversationId, Event, UserId};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An answer that has been claimed and has not ended.
pub struct LiveAnswer {
    pub conversation: ConversationId,
    pub answer: AnswerId,
    state: Mutex<State>,
    audience: Mutex<Audience>,
}

/// Whose tabs are told.
#[derive(Default)]
struct Audience {
    people: Vec<UserId>,
    /// Whoever the conversation was taken back from since the answer began.
    gone: Vec<UserId>,
}

#[derive(Default)]
struct State {
    renderer: StreamRenderer,
    revision: u64,
    tail: String,
    /// Whether text has come since the last [`LiveAnswer::changes`].
    dirty: bool,
}

impl LiveAnswer {
    pub(crate) fn new(conversation: ConversationId, answer: AnswerId) -> Self {
        Self {
            conversation,
            answer,
            state: Mutex::default(),
            audience: Mutex::default(),
        }
    }

    /// The members of the conversation's space as they were read after the answer was made known here: whoever
    /// was shut out since is in `gone`, and is not let in by an older list.
    pub(crate) fn seat(&self, members: &[UserId]) {
        let mut audience = self.audience();
        for member in members {
            if !audience.gone.contains(member) && !audience.people.contains(member) {
                audience.people.push(*member);
            }
        }
    }

    /// The conversation was shared with somebody more.
    pub(crate) fn admit(&self, user: UserId) {
        self.audience().gone.retain(|gone| *gone != user);
        self.seat(&[user]);
    }

    /// It was taken back: the next word is not for them.
    pub(crate) fn shut_out(&self, user: UserId) {
        let mut audience = self.audience();
        audience.people.retain(|person| *person != user);
        audience.gone.push(user);
    }

    /// Whose tabs are told now.
    pub(crate) fn people(&self) -> Vec<UserId> {
        self.audience().people.clone()
    }

    pub(crate) fn is_for(&self, user: UserId) -> bool {
        self.audience().people.contains(&user)
    }

    /// More text from the model; cheap, called once per token.
    pub(crate) fn push(&self, delta: &str) {
        let mut state = self.state();
        state.renderer.push(delta);
        state.dirty = true;
    }

    /// What tabs have not seen yet: blocks that closed and the open block. Called at most every 50 ms.
    pub(crate) fn changes(&self) -> Vec<Event> {
        let mut state = self.state();
        if !state.dirty {
            return Vec::new();
        }
        state.dirty = false;
        let mut events = Vec::new();
        let first_new = state.renderer.advance();
        for index in first_new..state.renderer.blocks().len() {
            state.revision += 1;
            events.push(Event::AnswerBlock {
                answer: self.answer,
                revision: state.revision,
                index: u32::try_from(index).unwrap_or(u32::MAX),
                html: state.renderer.blocks()[index].clone(),
            });
        }
        state.revision += 1;
        state.tail = state.renderer.tail();
        events.push(Event::AnswerTail {
            answer: self.answer,
            revision: state.revision,
            html: state.tail.clone(),
        });
        events
    }

    /// The next revision, for an event that is made elsewhere.
    pub(crate) fn next_revision(&self) -> u64 {
        let mut state = self.state();
        state.revision += 1;
        state.revision
    }

    /// Everything so far, for a tab that has the first `have` blocks.
    pub(crate) fn snapshot(&self, have: u32) -> Event {
        let state = self.state();
        let blocks = state.renderer.blocks();
        let first = usize::try_from(have).unwrap_or(0).min(blocks.len());
        Event::AnswerSnapshot {
            conversation: self.conversation,
            answer: self.answer,
            revision: state.revision,
            status: AnswerStatus::Running,
            first_block: u32::try_from(first).unwrap_or(0),
            blocks: blocks[first..].to_vec(),
            tail: state.tail.clone(),
        }
    }

    fn audience(&self) -> MutexGuard<'_, Audience> {
        self.audience.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
