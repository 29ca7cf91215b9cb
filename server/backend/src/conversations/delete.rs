//! Deletes a message with everything that follows it.
//!
//! The whole subtree is deleted, including other branches in it, with passages, vectors, jobs and queue entries. If the
//! shown branch is deleted, the newest remaining branch below the parent is shown, or the one that ends with the
//! parent. When no message remains, the conversation is deleted too: its title was made from its messages.

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

/// What is left of a conversation after deleting a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// The conversation remains.
    Conversation(ConversationId),
    /// The conversation was deleted too.
    Nothing,
}

impl UserBackend {
    /// Deletes a message with everything that follows it; running answers in it are stopped.
    ///
    /// # Errors
    /// Not found, unless the person owns the conversation.
    pub async fn delete_message(&self, message: MessageId) -> Result<Left> {
        let mut transaction = self.begin().await?;
        let (conversation, membership) =
            branches::lock_conversation_of(&mut transaction, self.user, message).await?;
        let space = membership.to_own()?;
        let deleted = subtree(&mut transaction, message).await?;
        if is_all(&mut transaction, conversation, deleted.len()).await? {
            drop(transaction);
            self.delete_conversation(conversation).await?;
            return Ok(Left::Nothing);
        }
        let parent = sqlx::query_scalar!("select parent_id from messages where id = $1", message.0)
            .fetch_one(&mut *transaction)
            .await?;
        let stopped = remove(&mut transaction, &deleted).await?;
        repair(&mut transaction, conversation, parent).await?;
        transaction.commit().await?;
        for answer in stopped {
            self.backend.inner.queue.cancel_here(answer);
        }
        self.backend.inner.queue.wake();
        let shown = Event::BranchShown {
            conversation,
            at: parent.map(MessageId),
        };
        self.notify_members(space, shown).await;
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
    deleted: usize,
) -> Result<bool> {
    let all = sqlx::query_scalar!(
        r#"select count(*) as "all!" from messages where conversation_id = $1"#,
        conversation.0
    )
    .fetch_one(&mut **transaction)
    .await?;
    Ok(usize::try_from(all).is_ok_and(|all| all == deleted))
}

/// Deletes these messages; returns the answers that were waiting or running. One statement names all messages: deleting
/// the top of a chain of thousands would exceed PostgreSQL's stack by its cascades.
async fn remove(transaction: &mut UserTransaction, deleted: &[Uuid]) -> Result<Vec<AnswerId>> {
    let stopped = queue::drop(transaction, Dropped::Answers(deleted)).await?;
    jobs::cancel(transaction, None, deleted).await?;
    sqlx::query!("delete from messages where id = any ($1)", deleted)
        .execute(&mut **transaction)
        .await?;
    Ok(stopped)
}

/// Shows a remaining branch if the shown one was deleted, and makes a new title if the first message was deleted.
async fn repair(
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
