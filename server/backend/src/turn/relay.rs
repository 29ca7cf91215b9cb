//! Step 5: the streamed text goes to PostgreSQL and to every open tab.
//!
//! A token is first kept in memory only. Every 50 ms the tabs receive the changes; every half second the text is
//! appended in the database, without a durable commit. A crash loses less than a second of the shown text.

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

/// Time between two updates of the tabs. A shorter time is not visible, a longer one is felt as a delay.
const UPDATE: Duration = Duration::from_millis(50);

/// Time between two appends in the database.
const APPEND: Duration = Duration::from_millis(500);

/// Time until the first append. It is short, because an answer without stored text starts again when its runner dies,
/// and text already shown should stay. It is not zero, because many answers may start together.
const FIRST_APPEND: Duration = Duration::from_millis(100);

/// Relays the stream until it ends, fails, or is stopped. When the person asks for the answer before the model has
/// finished thinking, or thinking used all tokens, the model is asked once more without thinking.
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
    /// Offset in `text` where the output of the current stream begins.
    new_from: usize,
    /// Bytes of `text` stored in the database.
    kept: usize,
    splitter: Splitter,
    thoughts: Thoughts,
    /// Whether tabs show the model as thinking.
    thinking: bool,
    /// Whether the model writes its thoughts into its text.
    thinks_in_text: bool,
    repetition: Repetition,
    repetition_of_thoughts: Repetition,
    /// Length in bytes to keep, when the model repeats itself without end.
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

    /// Relays the stream; none when the model must be asked once more, without thinking.
    ///
    /// The first word is published on arrival. Later ones are read from the connection at each update of the tabs, so
    /// that a fast model wakes this task twenty times a second and not once per token.
    async fn follow(&mut self, mut stream: ChatStream, stop: &CancellationToken) -> Option<Ending> {
        let turn = self.turn;
        let (mut update, mut append) = (interval(UPDATE), interval(APPEND));
        update.set_missed_tick_behavior(MissedTickBehavior::Delay);
        append.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let started = self.first_token_at.is_some() || self.thinking;
            tokio::select! {
                event = stream.next(), if !started => {
                    if let Some(ending) = self.take(event) {
                        return self.unless_only_thoughts(ending);
                    }
                    if self.first_token_at.is_some() {
                        append.reset_after(FIRST_APPEND);
                    }
                }
                _ = update.tick(), if started => {
                    if let Some(ending) = self.take_what_came(&mut stream).await {
                        return self.unless_only_thoughts(ending);
                    }
                    self.publish_text();
                }
                _ = append.tick() => {
                    self.store_new_text().await;
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

    /// None when the model wrote only thoughts until its tokens were used up.
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

    /// Asks the same question again, with thinking off.
    async fn ask_again(&mut self, context: &Context, stop: &CancellationToken) -> Ending {
        self.thoughts.pause();
        self.answered_now = true;
        (self.splitter, self.repetition_of_thoughts, self.thoughts_looped) = Default::default();
        self.publish_thinking();
        let thinking = Thinking::Off {
            in_text: self.thinks_in_text,
        };
        match generate::start(self.turn, context, stop, thinking).await {
            Ok(stream) => {
                let ending = self.follow(stream, stop).await;
                ending.unwrap_or_else(|| Ending::failed(&InferenceError::EndedEarly))
            }
            Err(reason) => Ending::not_started(self.turn, &reason),
        }
    }

    /// Whether "Answer now" was pressed, possibly on another instance.
    async fn wanted_now(&self) -> bool {
        let queue = &self.turn.backend.inner.queue;
        queue.wants_answer_now(&self.turn.claim).await.unwrap_or(false)
    }

    /// Handles one event; returns the ending after the last one.
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

    /// Handles the events that have arrived, without waiting for more. Yields in between to the connection's own task,
    /// which reads on only after its events were taken.
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
            // People wait for the first word, so it is published at once.
            self.publish_text();
        }
    }

    fn think(&mut self, delta: &str) {
        self.thoughts.push(delta);
        self.thoughts_looped |= self.repetition_of_thoughts.push(delta).is_some();
        // An answer that has begun stays on the page, also when the model thinks again.
        if !self.thinking && self.text.is_empty() && self.thoughts.any() {
            self.thinking = true;
            self.publish_thinking();
        }
    }

    fn publish_thinking(&self) {
        let event = self.turn.live.think(self.thoughts.took(), !self.answered_now);
        self.turn.publish(event);
    }

    fn publish_text(&self) {
        for event in self.turn.live.changes() {
            self.turn.publish(event);
        }
    }

    /// Appends the text received since the last append. When the database is away, the next append tries again.
    async fn store_new_text(&mut self) {
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
        // The position makes the append idempotent: it may be repeated after a lost reply.
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
        self.publish_text();
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
