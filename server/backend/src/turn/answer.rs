//! Step 5: the answer arrives; its text goes to PostgreSQL and to every open tab.
//!
//! A token only lands in memory. Every 50 ms tabs get what changed; every half second the text is appended
//! in the database, without a durable commit, so that a crash loses less than a second of what was shown.
//! The end is one durable commit.

use super::{
    Ended,
    context::Context,
    cut_short,
    generate::{self, NoAnswer, Thinking},
    load::Turn,
    repetition::Repetition,
};
use crate::{
    Result, conversations,
    models::{
        thoughts::{Piece, Splitter, Thoughts},
        trouble::{as_text, trouble},
    },
    retrieval::passages::{self, Pieces},
    storage::UserTransaction,
    text,
};
use chrono::Utc;
use futures::{FutureExt, StreamExt};
use hearth_inference::{ChatDone, ChatEvent, ChatStream, InferenceError, StopReason};
use hearth_types::{AnswerStatus, ModelTrouble, Speaker};
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often tabs are told; shorter is not seen, longer is felt.
const TELL: Duration = Duration::from_millis(50);

/// How often text is appended in the database.
const KEEP: Duration = Duration::from_millis(500);

/// The beginning sooner: an answer of which nothing is kept is begun again when its runner dies, and what a
/// reader has seen is not taken back. Not at once, because many answers may begin together.
const KEEP_FIRST: Duration = Duration::from_millis(100);

/// How long a database that is away is waited for at the end of an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// How an answer ended.
pub(super) struct Outcome {
    pub status: AnswerStatus,
    pub trouble: Option<ModelTrouble>,
    /// The whole text.
    pub text: String,
    pub done: Option<ChatDone>,
    first_token_at: Option<chrono::DateTime<Utc>>,
    thoughts: Thoughts,
    answered_now: bool,
}

impl Outcome {
    /// No word came; what was there before stays.
    pub fn none(turn: &Turn, reason: &NoAnswer) -> Self {
        let Ending { status, trouble, .. } = Ending::unbegun(turn, reason);
        Self {
            status,
            trouble,
            text: turn.begun.clone(),
            done: None,
            first_token_at: None,
            thoughts: Thoughts::default(),
            answered_now: false,
        }
    }
}

/// Passes the stream on until it ends, fails, or is stopped. When the answer is wanted before the model has thought
/// to its end, or it thought until no room was left, it is asked once more without thinking.
pub(super) async fn relay(
    turn: &Turn,
    context: &Context,
    stream: ChatStream,
    stop: &CancellationToken,
) -> Outcome {
    let mut relay = Relay::new(turn);
    let ending = match relay.follow(stream, stop).await {
        Some(ending) => ending,
        None => relay.ask_again(context, stop).await,
    };
    relay.end(ending)
}

/// Why nothing more comes.
struct Ending {
    status: AnswerStatus,
    trouble: Option<ModelTrouble>,
    done: Option<ChatDone>,
}

impl Ending {
    fn unbegun(turn: &Turn, reason: &NoAnswer) -> Self {
        let (status, trouble) = match reason {
            NoAnswer::Stopped => cut_short(turn),
            NoAnswer::Trouble(trouble) => (AnswerStatus::Failed, Some(*trouble)),
        };
        Self {
            status,
            trouble,
            done: None,
        }
    }

    /// The model stopped by itself; a filter may have made it.
    fn done(done: ChatDone) -> Self {
        let withheld = done.stop == StopReason::Filtered;
        Self {
            status: if withheld {
                AnswerStatus::Failed
            } else {
                AnswerStatus::Done
            },
            trouble: withheld.then_some(ModelTrouble::Withheld),
            done: Some(done),
        }
    }

    /// The model went in circles.
    const fn repeating() -> Self {
        Self {
            status: AnswerStatus::Failed,
            trouble: Some(ModelTrouble::Repeating),
            done: None,
        }
    }

    /// An answer that ended without a word is none.
    fn said(mut self, text: &str) -> Self {
        if self.status == AnswerStatus::Done && is_blank(text) {
            (self.status, self.trouble) = (AnswerStatus::Failed, Some(ModelTrouble::SaidNothing));
        }
        self
    }

    fn failed(error: &InferenceError) -> Self {
        tracing::warn!(%error, "an answer broke off");
        Self {
            status: AnswerStatus::Failed,
            trouble: Some(trouble(error)),
            done: None,
        }
    }
}

/// Whether nothing in the text can be seen.
fn is_blank(text: &str) -> bool {
    const INVISIBLE: [char; 8] = [
        '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{2060}', '\u{feff}',
    ];
    text.chars()
        .all(|c| c.is_whitespace() || c.is_control() || INVISIBLE.contains(&c))
}

struct Relay<'a> {
    turn: &'a Turn,
    text: String,
    /// Where in `text` what the model says now begins.
    new_from: usize,
    /// Bytes of `text` that the database has.
    kept: usize,
    splitter: Splitter,
    thoughts: Thoughts,
    /// Whether tabs show it as thinking.
    thinking: bool,
    /// Whether it writes its thoughts into its text.
    thinks_in_text: bool,
    repetition: Repetition,
    repetition_of_thoughts: Repetition,
    /// Up to where the text is worth keeping, once the model goes in circles.
    looped: Option<usize>,
    thoughts_looped: bool,
    answered_now: bool,
    first_token_at: Option<chrono::DateTime<Utc>>,
}

impl<'a> Relay<'a> {
    fn new(turn: &'a Turn) -> Self {
        Self {
            turn,
            text: turn.begun.clone(),
            new_from: turn.begun.len(),
            kept: turn.begun.len(),
            splitter: if turn.begun.is_empty() {
                Splitter::default()
            } else {
                Splitter::within_answer()
            },
            thoughts: Thoughts::default(),
            thinking: false,
            thinks_in_text: false,
            repetition: Repetition::default(),
            repetition_of_thoughts: Repetition::default(),
            looped: None,
            thoughts_looped: false,
            answered_now: false,
            first_token_at: None,
        }
    }

    /// Passes the stream on; none when the model must be asked once more, without thinking.
    ///
    /// The first word goes out as it comes. Later ones are taken from the connection when the tabs are told, so
    /// that a fast model wakes this task twenty times a second and not once per token.
    async fn follow(&mut self, mut stream: ChatStream, stop: &CancellationToken) -> Option<Ending> {
        let turn = self.turn;
        let (mut tell, mut keep) = (interval(TELL), interval(KEEP));
        tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
        keep.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let begun = self.first_token_at.is_some() || self.thinking;
            tokio::select! {
                event = stream.next(), if !begun => {
                    if let Some(ending) = self.take(event) {
                        return self.unless_only_thoughts(ending);
                    }
                    if self.first_token_at.is_some() {
                        keep.reset_after(KEEP_FIRST);
                    }
                }
                _ = tell.tick(), if begun => {
                    if let Some(ending) = self.take_what_came(&mut stream).await {
                        return self.unless_only_thoughts(ending);
                    }
                    self.tell();
                }
                _ = keep.tick() => {
                    self.keep().await;
                    if self.thinking && self.wanted_now().await {
                        turn.live.answer_now.cancel();
                    }
                }
                () = turn.live.answer_now.cancelled(), if self.thinking && !self.answered_now => return None,
                () = stop.cancelled() => break,
                () = turn.backend.inner.shutdown.cancelled() => break,
            }
        }
        // Dropping the stream closes the connection, which frees the model.
        drop(stream);
        let (status, trouble) = cut_short(turn);
        Some(Ending {
            status,
            trouble,
            done: None,
        })
    }

    /// An answer that is nothing but thoughts is none: the model used all its room for them.
    fn unless_only_thoughts(&mut self, ending: Ending) -> Option<Ending> {
        for piece in self.splitter.finish() {
            self.take_piece(piece);
        }
        let only_thoughts = (ending.status == AnswerStatus::Done || self.thoughts_looped)
            && is_blank(&self.text)
            && self.thoughts.any()
            && !self.answered_now;
        (!only_thoughts).then_some(ending)
    }

    /// The same question, to be answered without more thinking.
    async fn ask_again(&mut self, context: &Context, stop: &CancellationToken) -> Ending {
        self.thoughts.pause();
        self.answered_now = true;
        (self.splitter, self.repetition_of_thoughts, self.thoughts_looped) = Default::default();
        self.tell_thinking();
        let thinking = Thinking::Off {
            in_text: self.thinks_in_text,
        };
        match generate::start(self.turn, context, stop, thinking).await {
            Ok(stream) => {
                let ending = self.follow(stream, stop).await;
                ending.unwrap_or_else(|| Ending::failed(&InferenceError::EndedEarly))
            }
            Err(reason) => Ending::unbegun(self.turn, &reason),
        }
    }

    /// Whether somebody pressed "Answer now", perhaps on another instance.
    async fn wanted_now(&self) -> bool {
        let wanted = sqlx::query_scalar!(
            "select answer_now from answer_queue where answer_id = $1",
            self.turn.claim.answer.0
        )
        .fetch_optional(self.turn.backend.inner.storage.pool())
        .await;
        matches!(wanted, Ok(Some(true)))
    }

    /// Takes one event in; tells when it was the last.
    fn take(&mut self, event: Option<std::result::Result<ChatEvent, InferenceError>>) -> Option<Ending> {
        match event {
            Some(Ok(ChatEvent::Text(delta))) => {
                for piece in self.splitter.push(&delta) {
                    self.take_piece(piece);
                }
            }
            Some(Ok(ChatEvent::Thinking(delta))) => {
                self.splitter.thoughts_are_apart();
                self.think(&delta);
            }
            Some(Ok(ChatEvent::Done(done))) => return Some(Ending::done(done)),
            Some(Err(error)) => return Some(Ending::failed(&error)),
            None => return Some(Ending::failed(&InferenceError::EndedEarly)),
        }
        (self.looped.is_some() || self.thoughts_looped).then(Ending::repeating)
    }

    /// Takes what the connection has by now, without waiting for more. The connection's own task gets its
    /// turn in between: it reads on only when what it read was taken.
    async fn take_what_came(&mut self, stream: &mut ChatStream) -> Option<Ending> {
        let mut empty = 0;
        while empty < 3 {
            match stream.next().now_or_never() {
                Some(event) => {
                    empty = 0;
                    if let Some(ending) = self.take(event) {
                        return Some(ending);
                    }
                }
                None => {
                    empty += 1;
                    tokio::task::yield_now().await;
                }
            }
        }
        None
    }

    fn take_piece(&mut self, piece: Piece) {
        match piece {
            Piece::Text(delta) => self.push(&delta),
            Piece::Thought(delta) => {
                self.thinks_in_text = true;
                self.think(&delta);
            }
            Piece::WasThought => {
                self.thinks_in_text = true;
                let thought = std::mem::take(&mut self.text);
                (self.kept, self.first_token_at) = (0, None);
                (self.repetition, self.looped) = (Repetition::default(), None);
                self.think(&thought);
            }
        }
    }

    fn push(&mut self, delta: &str) {
        self.thoughts.pause();
        self.thinking = false;
        // PostgreSQL's text holds no NUL.
        let clean;
        let delta = if delta.contains('\0') {
            clean = delta.replace('\0', "");
            &clean
        } else {
            delta
        };
        if self.looped.is_some() {
            return;
        }
        self.text.push_str(delta);
        self.looped = self.repetition.push(delta).map(|keep| self.new_from + keep);
        self.turn.live.push(delta);
        if self.first_token_at.is_none() {
            self.first_token_at = Some(Utc::now());
            // The first word is what people wait for: it goes out at once.
            self.tell();
        }
    }

    fn think(&mut self, delta: &str) {
        self.thoughts.push(delta);
        self.thoughts_looped |= self.repetition_of_thoughts.push(delta).is_some();
        // Once the answer has begun, it stays on the page whatever the model thinks.
        if !self.thinking && self.text.is_empty() && self.thoughts.any() {
            self.thinking = true;
            self.tell_thinking();
        }
    }

    fn tell_thinking(&self) {
        let event = self.turn.live.think(self.thoughts.took(), !self.answered_now);
        self.turn.publish(event);
    }

    fn tell(&self) {
        for event in self.turn.live.changes() {
            self.turn.publish(event);
        }
    }

    /// Appends what came since the last time. A database that is away is tried again at the next beat.
    async fn keep(&mut self) {
        if self.kept == self.text.len() {
            return;
        }
        match self.append().await {
            Ok(()) => self.kept = self.text.len(),
            Err(error) => tracing::warn!(%error, "text could not be appended"),
        }
    }

    async fn append(&self) -> Result<()> {
        let turn = self.turn;
        let mut transaction = turn.backend.inner.storage.begin_relaxed_as(turn.user()).await?;
        // By position and not by `||` alone: an append that was repeated after a lost reply does no harm.
        sqlx::query!(
            "with mine as (select answer_id from answer_queue where answer_id = $1 and runner = $4 for share)
             update message_parts p set text = left(p.text, $2) || $3
             from mine where p.message_id = mine.answer_id and p.kind = 'text'",
            turn.claim.answer.0,
            i32::try_from(self.text[..self.kept].chars().count()).unwrap_or(i32::MAX),
            &self.text[self.kept..],
            turn.claim.runner,
        )
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    fn end(mut self, ending: Ending) -> Outcome {
        for piece in self.splitter.finish() {
            self.take_piece(piece);
        }
        self.thoughts.pause();
        self.tell();
        let mut ending = ending;
        if let Some(keep) = self.looped {
            if ending.status == AnswerStatus::Done {
                ending = Ending::repeating();
            }
            self.text.truncate(self.text.floor_char_boundary(keep));
            self.text.truncate(self.text.trim_end().len());
        }
        let ending = ending.said(&self.text);
        Outcome {
            status: ending.status,
            trouble: ending.trouble,
            text: self.text,
            done: ending.done,
            first_token_at: self.first_token_at,
            thoughts: self.thoughts,
            answered_now: self.answered_now,
        }
    }
}

/// Stores the end: text, HTML, status, counts and passages, and frees the place in the queue, in one durable
/// commit; then tells the tabs. A database that is away is waited for, because the text is only here.
pub(super) async fn settle(turn: &Turn, outcome: &Outcome) -> Result<Ended> {
    let html = text::render_apart(turn.user(), outcome.text.clone(), turn.claim.answer.0).await;
    let pieces = pieces(turn, outcome).await?;
    let begun = Instant::now();
    let mut wait = Duration::from_millis(200);
    let stored = loop {
        match store(turn, outcome, &html, pieces.as_ref()).await {
            Ok(stored) => break stored,
            Err(error) if begun.elapsed() > PATIENCE => return Err(error),
            Err(error) => tracing::warn!(%error, "an answer's end could not be stored; trying again"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(2));
    };
    turn.backend.inner.events.end(&turn.live);
    // Also when it was not stored: another runner may have ended it, or the reply to our own commit was lost.
    turn.person.tell_ended(turn.claim.answer).await?;
    Ok(if stored { Ended::Settled } else { Ended::Lost })
}

/// The passages that an answer becomes; none of one that has no end or is not to be remembered.
async fn pieces(turn: &Turn, outcome: &Outcome) -> Result<Option<Pieces>> {
    if outcome.status != AnswerStatus::Done || turn.temporary {
        return Ok(None);
    }
    let text = outcome.text.clone();
    let pieces = text::apart(turn.user(), text.len(), move || Pieces::of(&text)).await?;
    Ok(Some(pieces))
}

/// False when the answer is not this claim's any longer: then nothing is changed.
async fn store(turn: &Turn, outcome: &Outcome, html: &str, pieces: Option<&Pieces>) -> Result<bool> {
    let id = turn.claim.answer.0;
    let thoughts = &outcome.thoughts;
    let mut transaction = turn.person.begin().await?;
    // First, as everybody who changes what is shown does: whether this answer is of it is decided below.
    sqlx::query!(
        "select from conversations where id = $1 for update",
        turn.claim.conversation.0
    )
    .execute(&mut *transaction)
    .await?;
    let said_at = sqlx::query_scalar!(
        // The conversation is locked first, as everywhere: whoever takes it back just now waits, or was first.
        r#"with held as materialized (
            select id from conversations where id = $8 for update
         ), freed as (
            delete from answer_queue using held where answer_id = $1 and runner = $9 returning answer_id
         ), words as (
            update message_parts p set text = $2 from freed where p.message_id = freed.answer_id and p.kind = 'text'
         ), touched as (
            update conversations set updated_at = now() from freed where id = $8
         )
         update answers a set status = $3, trouble = $4, prompt_tokens = $5, completion_tokens = $6,
                first_token_at = $7, ended_at = now(), thought_ms = coalesce($10, a.thought_ms), answered_now = $11,
                cut_off = $12, prompt_eval_ms = $13, eval_ms = $14
         from freed where a.id = freed.answer_id returning a.ended_at as "ended_at!""#,
        id,
        outcome.text,
        status_name(outcome.status),
        outcome.trouble.map(as_text),
        outcome
            .done
            .as_ref()
            .and_then(|d| d.prompt_tokens)
            .and_then(|n| i32::try_from(n).ok()),
        outcome
            .done
            .as_ref()
            .and_then(|d| d.completion_tokens)
            .and_then(|n| i32::try_from(n).ok()),
        outcome.first_token_at,
        turn.claim.conversation.0,
        turn.claim.runner,
        thoughts
            .any()
            .then(|| i32::try_from(thoughts.took().as_millis()).unwrap_or(i32::MAX)),
        outcome.answered_now,
        outcome
            .done
            .as_ref()
            .is_some_and(|done| done.stop == StopReason::Length),
        milliseconds(outcome.done.as_ref().and_then(|d| d.prompt_eval)),
        milliseconds(outcome.done.as_ref().and_then(|d| d.eval)),
    )
    .fetch_optional(&mut *transaction)
    .await?;
    // Lost, or deleted while it was being written: there is nothing to keep.
    let Some(said_at) = said_at else {
        return Ok(false);
    };
    if thoughts.any() {
        keep_thoughts(&mut transaction, turn, &thoughts.text).await?;
    }
    conversations::keep_html(&mut transaction, turn.claim.answer.0.into(), turn.user(), html).await?;
    if let Some(pieces) = pieces {
        let said = passages::Said {
            space: turn.claim.space,
            author: None,
            conversation: turn.claim.conversation,
            message: turn.claim.answer.0.into(),
            by: Speaker::Model,
            at: said_at,
        };
        passages::store(&mut transaction, &said, pieces).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

fn milliseconds(duration: Option<Duration>) -> Option<i32> {
    duration.and_then(|duration| i32::try_from(duration.as_millis()).ok())
}

/// For the person who asked alone, also where the conversation is or will be shared: what the model thought may quote
/// whatever was put before it. Never embedded, never recalled, never put before a model.
async fn keep_thoughts(transaction: &mut UserTransaction, turn: &Turn, text: &str) -> Result<()> {
    sqlx::query!(
        "insert into message_parts (message_id, space_id, position, kind, text, only_for)
         select id, space_id, 1, 'thinking', $2, $3 from messages where id = $1
         on conflict (message_id, position) do update set text = excluded.text",
        turn.claim.answer.0,
        text,
        turn.claim.user.0,
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

const fn status_name(status: AnswerStatus) -> &'static str {
    match status {
        AnswerStatus::Waiting => "waiting",
        AnswerStatus::Running => "running",
        AnswerStatus::Done => "done",
        AnswerStatus::Stopped => "stopped",
        AnswerStatus::Failed => "failed",
        AnswerStatus::Interrupted => "interrupted",
    }
}
