//! Step 5: storing how an answer ended.
//!
//! The end is one durable commit: it stores text, HTML, status, counts and passages, and frees the slot in the queue.

use super::{ending::Ending, load::Turn, no_answer::NoAnswer};
use crate::{
    Result, conversations,
    models::{thoughts::Thoughts, trouble::as_text},
    retrieval::{
        passages::{self, NewPassages, Pieces},
        source::Source,
    },
    storage::UserTransaction,
    text,
    work::queue::Ended,
};
use chrono::Utc;
use hearth_inference::{ChatDone, StopReason};
use hearth_types::{AnswerStatus, ModelTrouble, Speaker};
use std::time::{Duration, Instant};

/// How long to wait at the end of an answer for a database that is away.
const PATIENCE: Duration = Duration::from_secs(60);

/// How an answer ended.
pub(super) struct Outcome {
    pub status: AnswerStatus,
    pub trouble: Option<ModelTrouble>,
    /// The whole text.
    pub text: String,
    pub done: Option<ChatDone>,
    pub first_token_at: Option<chrono::DateTime<Utc>>,
    pub thoughts: Thoughts,
    pub answered_now: bool,
}

impl Outcome {
    /// The outcome when no new text arrived; text stored earlier is kept.
    pub fn none(turn: &Turn, reason: &NoAnswer) -> Self {
        let Ending { status, trouble, .. } = Ending::not_started(turn, reason);
        Self {
            status,
            trouble,
            text: turn.prefix.clone(),
            done: None,
            first_token_at: None,
            thoughts: Thoughts::default(),
            answered_now: false,
        }
    }
}

/// Stores the end in one durable commit and frees the slot in the queue, then notifies the tabs. Waits for a database
/// that is away, because the text exists only in this process.
pub(super) async fn settle(turn: &Turn, outcome: &Outcome) -> Result<Ended> {
    let html = text::render_apart(turn.user(), outcome.text.clone(), turn.claim.answer.0).await;
    let pieces = pieces(turn, outcome).await?;
    let started = Instant::now();
    let mut wait = Duration::from_millis(200);
    let stored = loop {
        match store(turn, outcome, &html, pieces.as_ref()).await {
            Ok(stored) => break stored,
            Err(error) if started.elapsed() > PATIENCE => return Err(error),
            Err(error) => tracing::warn!(%error, "an answer's end could not be stored; trying again"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(2));
    };
    turn.backend.inner.events.end(&turn.live);
    // Also when nothing was stored: another runner may have ended it, or the reply to our own commit was lost.
    turn.person.notify_ended(turn.claim.answer).await?;
    Ok(if stored { Ended::Settled } else { Ended::Lost })
}

/// The passages of an answer; none for an unfinished answer, or one that must not be remembered.
async fn pieces(turn: &Turn, outcome: &Outcome) -> Result<Option<Pieces>> {
    if outcome.status != AnswerStatus::Done || turn.temporary {
        return Ok(None);
    }
    let text = outcome.text.clone();
    let pieces = text::apart(turn.user(), text.len(), move || Pieces::of(&text)).await?;
    Ok(Some(pieces))
}

/// False, and nothing changed, when the claim on the answer is lost.
async fn store(turn: &Turn, outcome: &Outcome, html: &str, pieces: Option<&Pieces>) -> Result<bool> {
    let id = turn.claim.answer.0;
    let thoughts = &outcome.thoughts;
    let mut transaction = turn.person.begin().await?;
    // The lock is a statement of its own, so that the next statement sees whether the branch was left meanwhile.
    sqlx::query!(
        "select from conversations where id = $1 for update",
        turn.claim.conversation.0
    )
    .execute(&mut *transaction)
    .await?;
    let said_at = sqlx::query_scalar!(
        r#"with freed as materialized (
            select answer_id from leave_queue($1, $9) as answer_id where answer_id is not null
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
    // The claim is lost, or the message was deleted while the answer was written: there is nothing to store.
    let Some(said_at) = said_at else {
        return Ok(false);
    };
    if thoughts.any() {
        keep_thoughts(&mut transaction, turn, &thoughts.text).await?;
    }
    conversations::cache_html(&mut transaction, turn.claim.answer.0.into(), turn.user(), html).await?;
    if let Some(pieces) = pieces {
        let new = NewPassages {
            space: turn.claim.space,
            source: Source::Message {
                conversation: turn.claim.conversation,
                message: turn.claim.answer.0.into(),
            },
            author: None,
            by: Some(Speaker::Model),
            at: said_at,
            pieces,
        };
        passages::store(&mut transaction, &new).await?;
    }
    transaction.commit().await?;
    Ok(true)
}

fn milliseconds(duration: Option<Duration>) -> Option<i32> {
    duration.and_then(|duration| i32::try_from(duration.as_millis()).ok())
}

/// Stores the thoughts for the person who asked, and for no other member of a shared conversation: thoughts may quote
/// any part of the prompt. They are never embedded, recalled or sent to a model.
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
