//! Deleting a message with everything that follows it.
//!
//! The whole subtree goes, other branches in it included, with passages, vectors, jobs and places in the queue.
//! What is shown afterwards is the newest of what is left beside it, else the branch up to where it stood. When
//! nothing is left, the conversation goes too: its title was made of what was said in it.

use super::{branches, send::first_title};
use crate::{
    Result, UserBackend,
    storage::UserTransaction,
    work::{
        jobs,
        queue::{self, Dropped},
    },
};
use hearth_types::{AnswerId, ConversationId, Event, MessageId};
use uuid::Uuid;

/// What deleting a message left of its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The conversation goes on.
    Conversation(ConversationId),
    /// Nothing: it is gone.
    Nothing,
}

impl UserBackend {
    /// Deletes a message with everything that follows it, for the owner of the conversation; answers that are being written in it stop.
    pub async fn delete_message(&self, message: MessageId) -> Result<Left> {
        let mut transaction = self.begin().await?;
        let (conversation, held) =
            branches::hold_conversation_of(&mut transaction, self.user, message).await?;
        let space = held.to_own()?;
        let going = subtree(&mut transaction, message).await?;
        if is_all(&mut transaction, conversation, going.len()).await? {
            drop(transaction);
            self.delete_conversation(conversation).await?;
            return Ok(Left::Nothing);
        }
        let parent = sqlx::query_scalar!("select parent_id from messages where id = $1", message.0)
            .fetch_one(&mut *transaction)
            .await?;
        let stopped = remove(&mut transaction, &going).await?;
        mend(&mut transaction, conversation, parent).await?;
        transaction.commit().await?;
        for answer in stopped {
            self.backend.inner.queue.cancel_here(answer);
        }
        self.backend.inner.queue.wake();
        let shown = Event::BranchShown {
            conversation,
            at: parent.map(MessageId),
        };
        self.tell_members(space, shown).await;
        Ok(Left::Conversation(conversation))
    }
}

async fn subtree(transaction: &mut UserTransaction, message: MessageId) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"with recursive below as (
            select id from messages where id = $1
            union all
            select m.id from below b join messages m on m.parent_id = b.id
         )
         select id as "id!" from below"#,
        message.0,
    )
    .fetch_all(&mut **transaction)
    .await?)
}

async fn is_all(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    going: usize,
) -> Result<bool> {
    let all = sqlx::query_scalar!(
        r#"select count(*) as "all!" from messages where conversation_id = $1"#,
        conversation.0
    )
    .fetch_one(&mut **transaction)
    .await?;
    Ok(usize::try_from(all).is_ok_and(|all| all == going))
}

/// Deletes these messages; returns the answers that were waiting or being written. All in one statement: a chain
/// of thousands, deleted from its top by cascades alone, would go deeper than PostgreSQL's stack.
async fn remove(transaction: &mut UserTransaction, going: &[Uuid]) -> Result<Vec<AnswerId>> {
    let stopped = queue::drop(transaction, Dropped::Answers(going)).await?;
    jobs::cancel(transaction, None, going).await?;
    sqlx::query!("delete from messages where id = any ($1)", going)
        .execute(&mut **transaction)
        .await?;
    Ok(stopped)
}

/// Shows what is left, when what was shown is gone. A title that was the first message's is made anew.
async fn mend(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    parent: Option<Uuid>,
) -> Result<()> {
    let lost = sqlx::query_scalar!(
        r#"select not exists (select from messages m where m.id = c.active_leaf) as "lost!"
         from conversations c where c.id = $1"#,
        conversation.0
    )
    .fetch_one(&mut **transaction)
    .await?;
    if lost {
        let leaf = match parent {
            Some(parent) => branches::newest_below(transaction, parent).await?,
            None => newest_of(transaction, conversation).await?,
        };
        branches::show(transaction, conversation, leaf).await?;
    }
    if parent.is_none() {
        retitle(transaction, conversation).await?;
    }
    Ok(())
}

async fn newest_of(transaction: &mut UserTransaction, conversation: ConversationId) -> Result<Uuid> {
    Ok(sqlx::query_scalar!(
        "select id from messages where conversation_id = $1 order by ordinal desc limit 1",
        conversation.0
    )
    .fetch_one(&mut **transaction)
    .await?)
}

async fn retitle(transaction: &mut UserTransaction, conversation: ConversationId) -> Result<()> {
    let first = sqlx::query_scalar!(
        "select p.text from messages m join message_parts p on p.message_id = m.id and p.kind = 'text'
         where m.conversation_id = $1 and m.parent_id is null and not m.abandoned",
        conversation.0
    )
    .fetch_optional(&mut **transaction)
    .await?;
    sqlx::query!(
        "update conversations set title = $2 where id = $1 and not titled_by_hand",
        conversation.0,
        first_title(&first.unwrap_or_default()),
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
