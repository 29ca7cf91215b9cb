//! Step 3: the model's window, filled by an explicit budget.
//!
//! The order serves the model's prefix cache: stable system text first, then the summary of what is no longer
//! seen word for word (it changes when history is trimmed), then history that only grows at its end, and last, in
//! one message, what came with this question: the recalled block, the clock, and the question. Later turns put
//! that message before the model just as it was, so that a prompt is the one before it, the answer, and a new
//! last message: the model reads only what is new. One line is not put there again, that nothing is known to a first
//! question (`not_told`): a conversation of two messages is read anew for it.
//!
//! The past is background, not instruction: recalled text is dated, attributed and fenced.
//!
//! - `window` decides what of the history is seen, before anything is recalled: what is not seen can be recalled.
//! - `replay` puts history before the model as it was.
//! - `phrases` has every word that is not a person's or the model's own, and `not_told` those about what nobody told.

mod asks;
mod estimate;
mod material;
mod not_told;
mod phrases;
mod replay;
mod room;
mod window;

pub(crate) use estimate::PER_MESSAGE;
pub use estimate::tokens;
pub(super) use material::{Attached, Material};
#[cfg(feature = "testing")]
pub(super) use not_told::only_they_can_know;
pub(super) use phrases::{Note, NoteOf};
pub(super) use window::Window;

use super::load::Turn;
use crate::{
    Result,
    memory::profile::ProfileLine,
    retrieval::recall::{Recall, Recalled, RecalledMemory},
    storage::UserTransaction,
    work::queue::Claim,
};
use chrono::{DateTime, SubsecRound, Utc};
use hearth_inference::{ChatMessage, Role};
use hearth_types::{CutFile, LeftOut, MessageId};
use uuid::Uuid;

/// What is put before the model.
pub(super) struct Context {
    pub model: String,
    /// Tokens of the window that is asked for.
    pub num_ctx: u32,
    pub messages: Vec<ChatMessage>,
    /// Passages and memories that are in the prompt and were not before.
    pub recalled: Recall,
    pub left_out: LeftOut,
    /// Files of the question that did not fit whole.
    pub cut_files: Vec<CutFile>,
    /// Whether the model reads pictures, whose tokens the estimate does not count.
    pub has_pictures: bool,
    /// The first message of the history that is seen word for word; none when all are.
    pub window_first: Option<MessageId>,
    /// Messages up to which a summary is wanted: what was trimmed without one, and what will be trimmed next.
    pub to_summarise: Vec<MessageId>,
    /// The moment that the clock in the prompt shows.
    pub now: DateTime<Utc>,
    /// Our count of the prompt, before the model's own correction.
    pub estimated_tokens: u32,
    /// Tokens the answer may have.
    pub answer_tokens: u32,
}

/// Puts system text, summary, history, what was recalled, the question and its pictures together.
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

    // What the model has before it already is not repeated.
    let mut new = recalled;
    new.passages
        .retain(|passage| !replayed.passages.contains(&passage.passage));
    new.memories.retain(|memory| {
        let leads = |line: &ProfileLine| line.memory == memory.memory;
        !replayed.memories.contains(&memory.memory) && !phrases::profile(turn).iter().any(leads)
    });
    let found = new.passages.len() + new.memories.len();
    let recalled = take(turn, window.recall_tokens, new);
    let passages = recalled.passages.iter().map(Note::from);
    let notes: Vec<Note> = passages.chain(recalled.memories.iter().map(Note::from)).collect();
    // The database keeps microseconds, and the clock must say the same when this message is told again.
    let now = Utc::now().trunc_subsecs(6);
    // What was done is told once: told again, the model would confirm it again.
    let mut clock = phrases::done_lines(turn) + &replayed.clock.tell(now).unwrap_or_default();
    // Only now: once there is an answer, this is not told again.
    if nothing_known && let Some(line) = not_told::line(turn) {
        clock.insert_str(0, &line);
    }
    messages.push(ChatMessage::new(
        Role::User,
        phrases::question(turn, &notes, &clock, &window.question),
    ));
    // Model servers go on with a last message that is the model's own.
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
        now,
    }
}

/// The best that fits; memories first, which say much in few words.
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
    } = recalled;
    memories.retain(|memory| fits(Note::from(memory)));
    passages.retain(|passage| fits(Note::from(passage)));
    Recall { passages, memories }
}

/// Estimated tokens of messages, with what a template adds to each.
fn cost(messages: &[ChatMessage]) -> u32 {
    messages.iter().map(|m| tokens(&m.content) + PER_MESSAGE).sum()
}

pub(super) fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Context {
    /// Keeps what was recalled, in order, for the footnote under the answer and for the next turn's prompt.
    pub async fn store_recalled(&self, transaction: &mut UserTransaction, claim: &Claim) -> Result<()> {
        if !self.recalled.passages.is_empty() {
            store_passages(transaction, claim, &self.recalled.passages).await?;
        }
        if !self.recalled.memories.is_empty() {
            store_memories(transaction, claim, &self.recalled.memories).await?;
        }
        Ok(())
    }
}

async fn store_passages(
    transaction: &mut UserTransaction,
    claim: &Claim,
    recalled: &[Recalled],
) -> Result<()> {
    let passages: Vec<Uuid> = recalled.iter().map(|r| r.passage.0).collect();
    let spaces: Vec<Uuid> = recalled.iter().map(|r| r.space.0).collect();
    let scores: Vec<f32> = recalled.iter().map(|r| r.score).collect();
    sqlx::query!(
        "insert into answer_recalls (answer_id, space_id, position, passage_id, passage_space_id, score)
         select $1, $2, r.position - 1, r.passage, r.space, r.score
         from unnest($3::uuid[], $4::uuid[], $5::real[]) with ordinality as r (passage, space, score, position)
         join passages p on p.id = r.passage
         on conflict do nothing",
        claim.answer.0,
        claim.space.0,
        &passages,
        &spaces,
        &scores,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn store_memories(
    transaction: &mut UserTransaction,
    claim: &Claim,
    recalled: &[RecalledMemory],
) -> Result<()> {
    let memories: Vec<Uuid> = recalled.iter().map(|r| r.memory.0).collect();
    let spaces: Vec<Uuid> = recalled.iter().map(|r| r.space.0).collect();
    let scores: Vec<f32> = recalled.iter().map(|r| r.score).collect();
    sqlx::query!(
        "insert into answer_memories (answer_id, space_id, position, memory_id, memory_space_id, score)
         select $1, $2, r.position - 1, r.memory, r.space, r.score
         from unnest($3::uuid[], $4::uuid[], $5::real[]) with ordinality as r (memory, space, score, position)
         join memories m on m.id = r.memory
         on conflict do nothing",
        claim.answer.0,
        claim.space.0,
        &memories,
        &spaces,
        &scores,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(in crate::turn) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("turn::context::tokens", |text| { std::hint::black_box(tokens(text)); }),
    ("turn::context::not_told", |text| { std::hint::black_box(not_told::only_they_can_know(text)); }),
    ("turn::context::material", |text| { material::hostile(text); }),
    ("turn::context::room::clip", |text| { room::hostile(text); }),
];
