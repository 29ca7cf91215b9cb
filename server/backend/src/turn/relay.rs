//! Step 5: the model's words go to PostgreSQL and to every open tab.
//!
//! A token only lands in memory. Every 50 ms the tabs get what changed; every half second the text is appended in the
//! database, without a durable commit, so that a crash loses less than a second of what was shown.

use super::{
    answer::Outcome,
    context::Context,
    cut_short,
    ending::{Ending, is_blank},
    generate::{self, Thinking},
    load::Turn,
    repetition::Repetition,
};
use crate::{
    Result,
    models::thoughts::{Piece, Splitter, Thoughts},
};
use chrono::Utc;
use futures::{FutureExt, StreamExt};
use hearth_inference::{ChatEvent, ChatStream, InferenceError};
use hearth_types::AnswerStatus;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Time between two updates of the tabs: shorter is not seen, longer is felt.
const UPDATE: Duration = Duration::from_millis(50);

/// Time between two appends in the database.
const APPEND: Duration = Duration::from_millis(500);

/// The first append comes sooner: an answer of which no text is stored starts again when its runner dies, and what a
/// reader has seen is not taken back. Not at once, because many answers may start together.
const FIRST_APPEND: Duration = Duration::from_millis(100);

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
            text: turn.prefix.clone(),
            new_from: turn.prefix.len(),
            kept: turn.prefix.len(),
            splitter: if turn.prefix.is_empty() {
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
        let (mut tell, mut keep) = (interval(UPDATE), interval(APPEND));
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
                        keep.reset_after(FIRST_APPEND);
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
        let queue = &self.turn.backend.inner.queue;
        queue.wants_answer_now(&self.turn.claim).await.unwrap_or(false)
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
                self.splitter.expect_separate_thoughts();
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
