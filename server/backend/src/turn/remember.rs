//! Step 6: work that can wait. Passages are stored with the messages; this module queues the other jobs and records
//! measurements of the model.

use super::{answer::Outcome, context::Context, load::Turn, summary::SUMMARY, title::TITLE};
use crate::work::jobs::{self, Subject};
use hearth_types::AnswerStatus;

/// Queues a title for a first answer and summaries of messages that were or will be trimmed, and corrects the model's
/// token estimate. Does nothing for a temporary conversation. Errors are only logged: the answer does not depend on
/// this work.
pub(super) async fn learn(turn: &Turn, context: &Context, outcome: &Outcome) {
    if outcome.status != AnswerStatus::Done || turn.temporary {
        return;
    }
    if turn.history.is_empty()
        && let Err(error) = queue_title(turn).await
    {
        tracing::warn!(%error, "a title could not be queued");
    }
    if let Err(error) = queue_summaries(turn, context).await {
        tracing::warn!(%error, "a summary could not be queued");
    }
    let load = outcome.done.as_ref().and_then(|done| done.load);
    let models = turn.backend.models();
    if let Err(error) = models
        .record_answer_time(&context.model, turn.claimed.elapsed(), load)
        .await
    {
        tracing::warn!(%error, "how long an answer took could not be noted");
    }
    // The tokens of pictures would be counted as tokens of words.
    if !context.has_pictures
        && let Some(reported) = outcome.done.as_ref().and_then(|done| done.prompt_tokens)
        && let Err(error) = models
            .calibrate(&context.model, context.estimated_tokens, reported)
            .await
    {
        tracing::warn!(%error, "a model's token estimate could not be corrected");
    }
}

async fn queue_title(turn: &Turn) -> crate::Result<()> {
    let conversation = [turn.claim.conversation.0];
    let subject = Subject::InSpace(turn.claim.space, &conversation);
    let mut connection = turn.backend.inner.storage.pool().acquire().await?;
    jobs::enqueue(&mut connection, &TITLE, subject).await
}

async fn queue_summaries(turn: &Turn, context: &Context) -> crate::Result<()> {
    if context.to_summarise.is_empty() {
        return Ok(());
    }
    let up_to: Vec<uuid::Uuid> = context.to_summarise.iter().map(|message| message.0).collect();
    let mut connection = turn.backend.inner.storage.pool().acquire().await?;
    jobs::enqueue(
        &mut connection,
        &SUMMARY,
        Subject::InSpace(turn.claim.space, &up_to),
    )
    .await
}
