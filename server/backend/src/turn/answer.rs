//! Step 5: the answer arrives; its text goes to PostgreSQL and to every open tab.
//!
//! A token only lands in memory. Every 50 ms tabs get what changed; every half second the text is appended
//! in the database, without a durable commit, so that a crash loses less than a second of what was shown.
//! The end is one durable commit.

use super::{Ended, cut_short, generate::NoAnswer, load::Turn};
use crate::{
    Result, conversations, markdown,
    memory::passages,
    models::trouble::{as_text, trouble},
};
use chrono::Utc;
use futures::{FutureExt, StreamExt};
use hearth_inference::{ChatDone, ChatEvent, ChatStream, InferenceError};
use hearth_types::{AnswerStatus, Event, ModelTrouble, Speaker};
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
}

impl Outcome {
    /// No word came.
    pub fn none(turn: &Turn, reason: &NoAnswer) -> Self {
        let (status, trouble) = match reason {
            NoAnswer::Stopped => cut_short(turn),
            NoAnswer::Trouble(trouble) => (AnswerStatus::Failed, Some(*trouble)),
        };
        Self {
            status,
            trouble,
            text: String::new(),
            done: None,
            first_token_at: None,
        }
    }
}

/// Passes the stream on until it ends, fails, or is stopped.
///
/// The first word goes out as it comes. Later ones are taken from the connection when the tabs are told, so
/// that a fast model wakes this task twenty times a second and not once per token.
pub(super) async fn relay(turn: &Turn, mut stream: ChatStream, stop: &CancellationToken) -> Outcome {
    let mut relay = Relay {
        turn,
        text: String::new(),
        kept: 0,
        thinking: false,
        first_token_at: None,
    };
    let (mut tell, mut keep) = (interval(TELL), interval(KEEP));
    tell.set_missed_tick_behavior(MissedTickBehavior::Delay);
    keep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let begun = relay.first_token_at.is_some();
        tokio::select! {
            event = stream.next(), if !begun => {
                if let Some(ending) = relay.take(event) {
                    return relay.end(ending);
                }
                if relay.first_token_at.is_some() {
                    keep.reset_after(KEEP_FIRST);
                }
            }
            _ = tell.tick(), if begun => {
                if let Some(ending) = relay.take_what_came(&mut stream).await {
                    return relay.end(ending);
                }
                relay.tell();
            }
            _ = keep.tick() => relay.keep().await,
            () = stop.cancelled() => break,
            () = turn.backend.inner.shutdown.cancelled() => break,
        }
    }
    // Dropping the stream closes the connection, which frees the model.
    drop(stream);
    let (status, trouble) = cut_short(turn);
    relay.end(Ending {
        status,
        trouble,
        done: None,
    })
}

/// Why nothing more comes.
struct Ending {
    status: AnswerStatus,
    trouble: Option<ModelTrouble>,
    done: Option<ChatDone>,
}

impl Ending {
    fn failed(error: &InferenceError) -> Self {
        tracing::warn!(%error, "an answer broke off");
        Self {
            status: AnswerStatus::Failed,
            trouble: Some(trouble(error)),
            done: None,
        }
    }
}

struct Relay<'a> {
    turn: &'a Turn,
    text: String,
    /// Bytes of `text` that the database has.
    kept: usize,
    thinking: bool,
    first_token_at: Option<chrono::DateTime<Utc>>,
}

impl Relay<'_> {
    /// Takes one event in; tells when it was the last.
    fn take(&mut self, event: Option<std::result::Result<ChatEvent, InferenceError>>) -> Option<Ending> {
        match event {
            Some(Ok(ChatEvent::Text(delta))) => self.push(&delta),
            Some(Ok(ChatEvent::Thinking(_))) => self.think(),
            Some(Ok(ChatEvent::Done(done))) => {
                return Some(Ending {
                    status: AnswerStatus::Done,
                    trouble: None,
                    done: Some(done),
                });
            }
            Some(Err(error)) => return Some(Ending::failed(&error)),
            None => return Some(Ending::failed(&InferenceError::EndedEarly)),
        }
        None
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

    fn push(&mut self, delta: &str) {
        // PostgreSQL's text holds no NUL.
        let clean;
        let delta = if delta.contains('\0') {
            clean = delta.replace('\0', "");
            &clean
        } else {
            delta
        };
        self.text.push_str(delta);
        self.turn.live.push(delta);
        if self.first_token_at.is_none() {
            self.first_token_at = Some(Utc::now());
            // The first word is what people wait for: it goes out at once.
            self.tell();
        }
    }

    fn think(&mut self) {
        if !self.thinking {
            self.thinking = true;
            let revision = self.turn.live.next_revision();
            self.turn.publish(Event::AnswerThinking {
                answer: self.turn.claim.answer,
                revision,
                seconds: 0,
                can_answer_now: false,
            });
        }
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

    fn end(self, ending: Ending) -> Outcome {
        self.tell();
        Outcome {
            status: ending.status,
            trouble: ending.trouble,
            text: self.text,
            done: ending.done,
            first_token_at: self.first_token_at,
        }
    }
}

/// Stores the end: text, HTML, status, counts and passages, and frees the place in the queue, in one durable
/// commit; then tells the tabs. A database that is away is waited for, because the text is only here.
pub(super) async fn settle(turn: &Turn, outcome: &Outcome) -> Result<Ended> {
    let html = markdown::render(&outcome.text);
    let begun = Instant::now();
    let mut wait = Duration::from_millis(200);
    let stored = loop {
        match store(turn, outcome, &html).await {
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

/// False when the answer is not this claim's any longer: then nothing is changed.
async fn store(turn: &Turn, outcome: &Outcome, html: &str) -> Result<bool> {
    let id = turn.claim.answer.0;
    let mut transaction = turn.person.begin().await?;
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
                first_token_at = $7, ended_at = now()
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
    )
    .fetch_optional(&mut *transaction)
    .await?;
    // Lost, or deleted while it was being written: there is nothing to keep.
    let Some(said_at) = said_at else {
        return Ok(false);
    };
    conversations::keep_html(&mut transaction, turn.claim.answer.0.into(), turn.user(), html).await?;
    if outcome.status == AnswerStatus::Done {
        let said = passages::Said {
            space: turn.claim.space,
            author: None,
            conversation: turn.claim.conversation,
            message: turn.claim.answer.0.into(),
            by: Speaker::Model,
            at: said_at,
            text: &outcome.text,
        };
        passages::store(&mut transaction, &said).await?;
    }
    transaction.commit().await?;
    Ok(true)
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
