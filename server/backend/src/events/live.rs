//! A running answer: its text, its finished blocks, and the revision that tabs have seen.

use hearth_text::markdown::StreamRenderer;
use hearth_types::{AnswerId, AnswerStatus, ConversationId, Event, UserId};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// A large open block is sent less often: one beat later for every so many bytes.
const BYTES_PER_BEAT: usize = 8 << 10;

/// An answer that has been claimed and has not ended.
pub struct LiveAnswer {
    pub conversation: ConversationId,
    pub answer: AnswerId,
    /// Cancelled when the person wants the answer without more thinking.
    pub(crate) answer_now: CancellationToken,
    state: Mutex<State>,
    audience: Mutex<Audience>,
}

/// The people whose tabs receive the events.
#[derive(Default)]
struct Audience {
    people: Vec<UserId>,
    /// People from whom the conversation was taken back since the answer started.
    gone: Vec<UserId>,
}

#[derive(Default)]
struct State {
    renderer: StreamRenderer,
    revision: u64,
    tail: String,
    /// Whether text has arrived since the last [`LiveAnswer::changes`].
    dirty: bool,
    /// Beats until a large open block is sent again.
    rest: usize,
    /// Set while the model thinks.
    thinking: Option<Thinking>,
}

#[derive(Clone, Copy)]
struct Thinking {
    since: Instant,
    /// Thinking time before `since`: of earlier, interrupted phases.
    before: Duration,
    can_answer_now: bool,
}

impl LiveAnswer {
    /// An answer that continues after `text`; empty for a new one.
    pub(crate) fn new(conversation: ConversationId, answer: AnswerId, text: &str) -> Self {
        let live = Self {
            conversation,
            answer,
            answer_now: CancellationToken::new(),
            state: Mutex::new(State {
                renderer: StreamRenderer::new(answer.0),
                ..State::default()
            }),
            audience: Mutex::default(),
        };
        if !text.is_empty() {
            live.push(text);
            // These changes are part of the snapshot.
            live.changes();
        }
        live
    }

    /// Adds the members of the conversation's space, as read after the answer was registered here. A person removed
    /// since then is in `gone`, and an older list does not add them again.
    pub(crate) fn add_members(&self, members: &[UserId]) {
        let mut audience = self.audience();
        for member in members {
            if !audience.gone.contains(member) && !audience.people.contains(member) {
                audience.people.push(*member);
            }
        }
    }

    /// The conversation was shared with another person.
    pub(crate) fn add_member(&self, user: UserId) {
        self.audience().gone.retain(|gone| *gone != user);
        self.add_members(&[user]);
    }

    /// The conversation was taken back from a person: they receive no further text.
    pub(crate) fn remove_member(&self, user: UserId) {
        let mut audience = self.audience();
        audience.people.retain(|person| *person != user);
        audience.gone.push(user);
    }

    /// The people who receive events now.
    pub(crate) fn people(&self) -> Vec<UserId> {
        self.audience().people.clone()
    }

    pub(crate) fn is_for(&self, user: UserId) -> bool {
        self.audience().people.contains(&user)
    }

    /// The model is thinking, and has been for `took`. If text came before, it was part of the thoughts.
    pub(crate) fn think(&self, took: Duration, can_answer_now: bool) -> Event {
        let mut state = self.state();
        state.renderer = StreamRenderer::new(self.answer.0);
        state.tail.clear();
        state.dirty = false;
        state.revision += 1;
        state.thinking = Some(Thinking {
            since: Instant::now(),
            before: took,
            can_answer_now,
        });
        self.thinking_event(&state).expect("it was just set")
    }

    fn thinking_event(&self, state: &State) -> Option<Event> {
        let thinking = state.thinking?;
        let took = thinking.before + thinking.since.elapsed();
        Some(Event::AnswerThinking {
            answer: self.answer,
            revision: state.revision,
            seconds: u32::try_from(took.as_secs()).unwrap_or(u32::MAX),
            can_answer_now: thinking.can_answer_now,
        })
    }

    /// Appends text from the model; cheap, called once per token.
    pub(crate) fn push(&self, delta: &str) {
        let mut state = self.state();
        state.renderer.push(delta);
        state.dirty = true;
        state.thinking = None;
    }

    /// What tabs have not seen yet: closed blocks and the open block. Called at most every 50 ms.
    pub(crate) fn changes(&self) -> Vec<Event> {
        let mut state = self.state();
        if !state.dirty {
            return Vec::new();
        }
        if state.rest > 0 {
            state.rest -= 1;
            return Vec::new();
        }
        state.dirty = false;
        let mut events = Vec::new();
        let first_new = state.renderer.advance();
        state.rest = state.renderer.open_bytes() / BYTES_PER_BEAT;
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

    /// The current state for a tab that has the first `have` blocks: a snapshot, and whether the model thinks.
    pub(crate) fn catch_up(&self, have: u32) -> Vec<Event> {
        let state = self.state();
        let thinking = self.thinking_event(&state);
        std::iter::once(self.snapshot_of(&state, AnswerStatus::Running, have))
            .chain(thinking)
            .collect()
    }

    /// A snapshot for a tab that has the first `have` blocks.
    pub(crate) fn snapshot(&self, have: u32) -> Event {
        self.snapshot_of(&self.state(), AnswerStatus::Running, have)
    }

    fn snapshot_of(&self, state: &State, status: AnswerStatus, have: u32) -> Event {
        let blocks = state.renderer.blocks();
        let first = usize::try_from(have).unwrap_or(0).min(blocks.len());
        Event::AnswerSnapshot {
            conversation: self.conversation,
            answer: self.answer,
            revision: state.revision,
            status,
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

/// The snapshot of a waiting answer, with the text after which it continues.
pub(crate) fn waiting(conversation: ConversationId, answer: AnswerId, text: &str) -> Event {
    let live = LiveAnswer::new(conversation, answer, text);
    live.snapshot_of(&live.state(), AnswerStatus::Waiting, 0)
}
