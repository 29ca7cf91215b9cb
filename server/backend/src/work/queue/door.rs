//! The queue's interface for other modules: enqueue, stop, drop. No other module writes the table `answer_queue`.
//!
//! An answer is enqueued by the SQL function `enqueue_answer`, as part of the statement that stores the answer.

use crate::{Error, Result, storage::UserTransaction};
use hearth_types::{AnswerId, ConversationId, Problem, UserId};
use uuid::Uuid;

/// Largest number of waiting answers per person; running ones do not count.
pub const MOST_WAITING: u32 = 20;

/// SQLSTATE of `enqueue_answer` for a person who has too many waiting answers.
const TOO_MANY_WAITING: &str = "HQ001";

/// Maps the error of a statement that enqueues an answer to [`Problem::TooManyWaiting`] where that is the cause.
pub(crate) fn refused(error: sqlx::Error) -> Error {
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    if code.as_deref() == Some(TOO_MANY_WAITING) {
        return Error::Problem(Problem::TooManyWaiting { most: MOST_WAITING });
    }
    error.into()
}

/// Removes a waiting answer; true if it did. A running one is marked, and its runner reads the mark with its next
/// heartbeat.
pub(crate) async fn stop(transaction: &mut UserTransaction, answer: AnswerId) -> Result<bool> {
    let dropped = sqlx::query!(
        "delete from answer_queue where answer_id = $1 and runner is null",
        answer.0
    )
    .execute(&mut **transaction)
    .await?;
    if dropped.rows_affected() > 0 {
        return Ok(true);
    }
    sqlx::query!(
        "update answer_queue set stop_requested = true where answer_id = $1",
        answer.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(false)
}

/// Asks a running answer's model to stop thinking; false if the answer does not run.
pub(crate) async fn answer_now(transaction: &mut UserTransaction, answer: AnswerId) -> Result<bool> {
    let asked = sqlx::query!(
        "update answer_queue set answer_now = true where answer_id = $1 and runner is not null",
        answer.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(asked.rows_affected() > 0)
}

/// Which answers to remove from the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Dropped<'a> {
    Answers(&'a [Uuid]),
    Conversation(ConversationId),
    /// Answers that one person asked for in a conversation.
    AskedBy(ConversationId, UserId),
}

/// Removes waiting and running answers and returns their ids. The runner of a running one loses its claim.
pub(crate) async fn drop(transaction: &mut UserTransaction, which: Dropped<'_>) -> Result<Vec<AnswerId>> {
    let (answers, conversation, asker) = match which {
        Dropped::Answers(answers) => (Some(answers), None, None),
        Dropped::Conversation(conversation) => (None, Some(conversation.0), None),
        Dropped::AskedBy(conversation, asker) => (None, Some(conversation.0), Some(asker.0)),
    };
    Ok(sqlx::query_scalar!(
        r#"delete from answer_queue
         where ($1::uuid[] is null or answer_id = any ($1)) and ($2::uuid is null or conversation_id = $2)
           and ($3::uuid is null or user_id = $3)
         returning answer_id as "answer: AnswerId""#,
        answers,
        conversation,
        asker
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// Whether a conversation has waiting or running answers.
pub(crate) async fn has_answers_of(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from answer_queue where conversation_id = $1) as "queued!""#,
        conversation.0
    )
    .fetch_one(&mut **transaction)
    .await?)
}
