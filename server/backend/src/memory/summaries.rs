//! Summaries: what a conversation's model knows of the messages that it no longer sees.

use crate::{Result, UserBackend, storage::UserTransaction};
use hearth_types::{ConversationId, MessageId};
use uuid::Uuid;

/// Estimated tokens of a summary at most: a tenth of the window, about a page.
pub(crate) fn longest(num_ctx: u32) -> u32 {
    (num_ctx / 10).min(700)
}

/// A summary of the beginning of a branch.
pub(crate) struct Summary {
    /// How many messages of the branch it covers, from the first on.
    pub covers: usize,
    pub text: String,
}

/// The summaries of this branch, given from its first message on, the one that covers least first.
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

/// Forgets the summaries that were made of these messages as they were; their words change, or are forgotten.
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
