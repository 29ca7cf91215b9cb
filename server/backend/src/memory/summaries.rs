//! Summaries of the messages of a conversation that are outside the model's window.

use crate::{Result, UserBackend, storage::UserTransaction};
use hearth_types::{ConversationId, MessageId};
use uuid::Uuid;

/// Maximum estimated tokens of a summary: a tenth of the window, about a page.
pub(crate) fn longest(num_ctx: u32) -> u32 {
    (num_ctx / 10).min(700)
}

/// A summary of the beginning of a branch.
pub(crate) struct Summary {
    /// Number of messages that it covers, from the first of the branch.
    pub covers: usize,
    pub text: String,
}

/// The summaries of this branch, shortest coverage first. The branch is given from its first message on.
pub(crate) async fn on_branch(
    person: &UserBackend,
    conversation: ConversationId,
    branch: &[MessageId],
) -> Result<Vec<Summary>> {
    let branch: Vec<Uuid> = branch.iter().map(|id| id.0).collect();
    let mut transaction = person.begin().await?;
    let rows = sqlx::query!(
        r#"select s.text, b.position as "position!"
         from unnest($2::uuid[]) with ordinality as b (id, position) join summaries s on s.message_id = b.id
         where s.conversation_id = $1 order by b.position"#,
        conversation.0,
        &branch,
    )
    .fetch_all(&mut *transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Summary {
            covers: usize::try_from(row.position).unwrap_or(usize::MAX),
            text: row.text,
        })
        .collect())
}

/// Deletes the summaries that cover these messages, because the messages are being changed or forgotten.
pub(crate) async fn forget_from(transaction: &mut UserTransaction, messages: &[Uuid]) -> Result<()> {
    sqlx::query!(
        "delete from summaries s using messages covered, messages changed
         where changed.id = any ($1) and s.conversation_id = changed.conversation_id
           and covered.id = s.message_id and covered.ordinal >= changed.ordinal",
        messages
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
