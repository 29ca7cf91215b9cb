//! Step 3: the model's window, filled by an explicit budget.
//!
//! The order serves the model's prefix cache: first the stable system text, then the summary of the messages before the
//! window (it changes when history is trimmed), then history, which only grows at its end, and last one message with
//! the recalled notes, the time and the question. Later turns repeat that message exactly, so a prompt is the previous
//! prompt, the answer and a new last message, and the model processes only the new part. One line is not repeated: the
//! one of `not_mentioned`, with a first question. That costs reading a conversation of two messages again.
//!
//! Recalled text is background, not instruction: it is dated, attributed and fenced.
//!
//! - `window` chooses the visible part of the history before recall, which may search the rest.
//! - `replay` rebuilds the messages of the history as they were sent.
//! - `phrases` has the fixed wording of a prompt; `not_mentioned` has the line for questions about unknown facts.

mod asks;
mod estimate;
mod material;
mod not_mentioned;
mod phrases;
mod replay;
mod room;
mod window;

pub(crate) use estimate::PER_MESSAGE;
pub use estimate::tokens;
pub(super) use material::Material;
#[cfg(feature = "testing")]
pub(super) use not_mentioned::only_they_can_know;
pub(super) use window::Window;

use super::{load::Turn, notes::Note};
use crate::{
    memory::profile::ProfileLine,
    retrieval::recall::{Recall, RecalledMemory},
};
use chrono::{DateTime, SubsecRound, Utc};
use hearth_inference::{ChatMessage, Role};
use hearth_types::{CutFile, LeftOut, MemoryId, MessageId, PassageId};

/// A prompt, with what the stored answer records about it.
pub(super) struct Context {
    pub model: String,
    /// Tokens of the window requested from the server.
    pub num_ctx: u32,
    pub messages: Vec<ChatMessage>,
    /// Passages and memories that are new in this prompt.
    pub recalled: Recall,
    /// Memories that are relevant to the question and in this prompt: as notes, new or of an earlier turn, in the
    /// profile, or in the words of a passage.
    pub used: Vec<MemoryId>,
    pub left_out: LeftOut,
    /// Files of the question that were cut.
    pub cut_files: Vec<CutFile>,
    /// Whether the prompt has pictures, whose tokens the estimate does not count.
    pub has_pictures: bool,
    /// The first message inside the window; none when the window holds the whole branch.
    pub window_first: Option<MessageId>,
    /// Messages up to which a summary is needed: the present end of the trimmed part if it has none, and the next one.
    pub to_summarise: Vec<MessageId>,
    /// The time in the prompt.
    pub now: DateTime<Utc>,
    /// Estimated tokens of the prompt, before the correction for this model.
    pub estimated_tokens: u32,
    /// Maximum tokens of the answer.
    pub answer_tokens: u32,
}

/// Assembles system text, summary, history, recalled notes, the question and its pictures.
pub(super) async fn fill(turn: &Turn, mut window: Window, recalled: Recall) -> Context {
    let material = std::mem::take(&mut window.material);
    let mut context = fit(turn, window, &material, recalled);
    material::show(turn, &material, &mut context).await;
    context
}

fn fit(turn: &Turn, window: Window, material: &Material, recalled: Recall) -> Context {
    let mut messages = vec![ChatMessage::new(
        Role::System,
        phrases::system_text(turn, window.summary.as_deref()),
    )];
    let mut replayed = replay::replay(turn, material, window.first, window.first_id);
    let nothing_known = replayed.messages.is_empty()
        && window.summary.is_none()
        && recalled.passages.is_empty()
        && recalled.memories.is_empty();
    messages.append(&mut replayed.messages);

    // Notes that are already in the replayed history are not repeated.
    let leads = |memory: &RecalledMemory| {
        let is = |line: &ProfileLine| line.memory == memory.memory;
        replayed.memories.contains(&memory.memory) || phrases::profile(turn).iter().any(is)
    };
    let mut new = recalled;
    let mut used: Vec<MemoryId> = new
        .memories
        .iter()
        .filter(|memory| leads(memory))
        .map(|memory| memory.memory)
        .collect();
    new.passages
        .retain(|passage| !replayed.passages.contains(&passage.passage));
    new.memories.retain(|memory| !leads(memory));
    let found = new.passages.len() + new.memories.len();
    let recalled = take(turn, window.recall_tokens, new);
    used.extend(recalled.memories.iter().map(|memory| memory.memory));
    let is_here = |passage: &PassageId| {
        replayed.passages.contains(passage) || recalled.passages.iter().any(|one| one.passage == *passage)
    };
    used.extend(
        recalled
            .said
            .iter()
            .filter(|(_, passage)| is_here(passage))
            .map(|(memory, _)| *memory),
    );
    let passages = recalled.passages.iter().map(Note::from);
    let notes: Vec<Note> = passages.chain(recalled.memories.iter().map(Note::from)).collect();
    // The database keeps microseconds, and later prompts must show the same time for this message.
    let now = Utc::now().trunc_subsecs(6);
    // Changes of the memory are reported once: in a repeated prompt the model would confirm them again.
    let mut clock = phrases::done_lines(turn) + &replayed.clock.line(now).unwrap_or_default();
    // Only in the prompt of a first question; later prompts omit this line.
    if nothing_known && let Some(line) = not_mentioned::line(turn) {
        clock.insert_str(0, &line);
    }
    messages.push(ChatMessage::new(
        Role::User,
        phrases::question(turn, &notes, &clock, &window.question),
    ));
    // Model servers continue a last message that has the role of the model.
    if !window.prefix.is_empty() {
        messages.push(ChatMessage::new(Role::Assistant, window.prefix));
    }
    Context {
        estimated_tokens: cost(&messages),
        left_out: LeftOut {
            messages: window.left_out,
            passages: count(found - notes.len()),
            pictures: 0,
        },
        cut_files: Vec::new(),
        has_pictures: false,
        model: window.model,
        num_ctx: window.num_ctx,
        window_first: window.first_id,
        to_summarise: window.to_summarise,
        answer_tokens: window.answer_tokens,
        messages,
        recalled,
        used,
        now,
    }
}

/// The best notes that fit in `left` tokens; memories first, because they say much in few words.
fn take(turn: &Turn, mut left: u32, recalled: Recall) -> Recall {
    let mut fits = |note: Note| match left.checked_sub(tokens(&phrases::note_line(turn, &note))) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let Recall {
        mut passages,
        mut memories,
        said,
    } = recalled;
    memories.retain(|memory| fits(Note::from(memory)));
    passages.retain(|passage| fits(Note::from(passage)));
    Recall {
        passages,
        memories,
        said,
    }
}

/// Estimated tokens of messages, including what the chat template adds to each.
fn cost(messages: &[ChatMessage]) -> u32 {
    messages.iter().map(|m| tokens(&m.content) + PER_MESSAGE).sum()
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(in crate::turn) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("turn::context::tokens", |text| { std::hint::black_box(tokens(text)); }),
    ("turn::context::not_mentioned", |text| { std::hint::black_box(not_mentioned::only_they_can_know(text)); }),
    ("turn::context::material", |text| { material::hostile(text); }),
    ("turn::context::room::clip", |text| { room::hostile(text); }),
];
