//! The tree of messages: further answers, switching between branches, and the shown branch.
//!
//! `messages.abandoned` marks the messages that are not on the branch ending in the conversation's active leaf, and
//! `passages.abandoned` copies that for recall. Only [`show`] sets them. Its callers, and the code that stores the
//! passages of an answer, lock the conversation's row first, so that neither sees a half-done change of the other.

use super::answers::ANSWER_RUNNING;
use crate::{
    Error, Result, UserBackend,
    retrieval::passages,
    spaces::{self, Membership},
    storage::UserTransaction,
    work::queue::{self, MOST_WAITING},
};
use hearth_types::{AnswerId, ConversationId, Event, MessageId, Sent, SpaceId, UserId};
use uuid::Uuid;

impl UserBackend {
    /// Queues a further answer beside this one, or an answer to this message of a person, optionally by another model.
    ///
    /// # Errors
    /// The model cannot chat, or the message is still being answered.
    pub async fn answer_again(&self, message: MessageId, model: Option<String>) -> Result<Sent> {
        if let Some(model) = &model {
            self.backend.models().require_chat_model(model).await?;
        }
        self.require_quota().await?;
        let mut transaction = self.begin().await?;
        let asked = sqlx::query!(
            r#"select q.id as "question: MessageId", q.conversation_id as "conversation: ConversationId"
             from messages m join messages q on q.id = case m.said_by when 'person' then m.id else m.parent_id end
             where m.id = $1 and q.said_by = 'person'"#,
            message.0,
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        let membership = spaces::hold_conversation(&mut transaction, self.user, asked.conversation).await?;
        let space = membership.to_write()?;
        let ordinal = next_ordinal(&mut transaction, asked.conversation).await?;
        if is_being_answered(&mut transaction, asked.question).await? {
            return Err(ANSWER_RUNNING);
        }
        let sent = Sent {
            conversation: asked.conversation,
            message: asked.question,
            answer: AnswerId(Uuid::now_v7()),
        };
        self.insert_answer(&mut transaction, &sent, ordinal, model)
            .await?;
        show(&mut transaction, sent.conversation, sent.answer.0).await?;
        transaction.commit().await?;
        self.backend.inner.queue.wake();
        self.leave_branch(space, sent.conversation, None).await?;
        Ok(sent)
    }

    /// Shows the branch through this message, down to its newest descendant.
    ///
    /// Returns the conversation.
    pub async fn show_branch(&self, message: MessageId) -> Result<ConversationId> {
        let mut transaction = self.begin().await?;
        let (conversation, membership) = lock_conversation_of(&mut transaction, self.user, message).await?;
        let space = membership.to_write()?;
        let leaf = newest_below(&mut transaction, message.0).await?;
        show(&mut transaction, conversation, leaf).await?;
        transaction.commit().await?;
        let shown = Event::BranchShown {
            conversation,
            at: Some(message),
        };
        self.notify_members(space, shown).await;
        Ok(conversation)
    }

    async fn insert_answer(
        &self,
        transaction: &mut UserTransaction,
        sent: &Sent,
        ordinal: i64,
        model: Option<String>,
    ) -> Result<()> {
        sqlx::query!(
            "with answered as (
                insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by)
                select $1, space_id, $2, $3, $4, 'model' from conversations where id = $2 returning space_id
             ), silence as (
                insert into message_parts (message_id, space_id, position, kind) select $1, space_id, 0, 'text' from answered
             ), answer as (
                insert into answers (id, space_id, conversation_id, status, model, wanted_model)
                select $1, space_id, $2, 'waiting', '', $5 from answered
             )
             select enqueue_answer($1, $6, space_id, id, coalesce($5, model), $7) from conversations where id = $2",
            sent.answer.0,
            sent.conversation.0,
            sent.message.0,
            ordinal,
            model,
            self.user.0,
            MOST_WAITING.cast_signed(),
        )
        .execute(&mut **transaction)
        .await
        .map_err(queue::refused)?;
        Ok(())
    }

    /// Stops the answers of branches that are not shown any more, and publishes the shown branch.
    pub(super) async fn leave_branch(
        &self,
        space: SpaceId,
        conversation: ConversationId,
        at: Option<MessageId>,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        let abandoned = sqlx::query_scalar!(
            r#"select q.answer_id as "answer: AnswerId" from answer_queue q join messages m on m.id = q.answer_id
             where q.conversation_id = $1 and m.abandoned"#,
            conversation.0
        )
        .fetch_all(&mut *transaction)
        .await?;
        transaction.commit().await?;
        for answer in abandoned {
            if let Err(error) = self.stop_answer(answer).await {
                // The answer has ended in the meantime.
                tracing::debug!(%error, "an answer of an abandoned branch could not be stopped");
            }
        }
        self.notify_members(space, Event::BranchShown { conversation, at })
            .await;
        Ok(())
    }
}

/// Makes `leaf` the active leaf, and updates which messages and passages are abandoned.
pub(super) async fn show(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    leaf: Uuid,
) -> Result<()> {
    sqlx::query!(
        "with leaf as (
            update conversations set active_leaf = $2 where id = $1
         )
         update messages m set abandoned = not m.abandoned
         where m.conversation_id = $1 and m.abandoned = (m.id in (select id from branch($1, $2)))",
        conversation.0,
        leaf,
    )
    .execute(&mut **transaction)
    .await?;
    passages::mark_abandoned(transaction, conversation).await
}

/// The parent of a person's message in this conversation: an edited version gets the same parent.
pub(super) async fn parent_of_said(
    transaction: &mut UserTransaction,
    conversation: ConversationId,
    message: MessageId,
) -> Result<Option<Uuid>> {
    sqlx::query_scalar!(
        "select parent_id from messages where id = $1 and conversation_id = $2 and said_by = 'person'",
        message.0,
        conversation.0
    )
    .fetch_optional(&mut **transaction)
    .await?
    .ok_or(Error::NOT_FOUND)
}

/// Locks the conversation of this message, and returns the person's membership in it.
pub(super) async fn lock_conversation_of(
    transaction: &mut UserTransaction,
    user: UserId,
    message: MessageId,
) -> Result<(ConversationId, Membership)> {
    let conversation = sqlx::query_scalar!(
        r#"select conversation_id as "id: ConversationId" from messages where id = $1"#,
        message.0,
    )
    .fetch_optional(&mut **transaction)
    .await?
    .ok_or(Error::NOT_FOUND)?;
    let membership = spaces::hold_conversation(transaction, user, conversation).await?;
    Ok((conversation, membership))
}

/// The newest descendant of a message, or the message itself; always a leaf.
pub(super) async fn newest_below(transaction: &mut UserTransaction, message: Uuid) -> Result<Uuid> {
    Ok(sqlx::query_scalar!(
        r#"with recursive below as (
            select id, ordinal from messages where id = $1
            union all
            select m.id, m.ordinal from below b join messages m on m.parent_id = b.id
         )
         select id as "id!" from below order by ordinal desc limit 1"#,
        message,
    )
    .fetch_one(&mut **transaction)
    .await?)
}

/// Takes the next ordinal, which locks the conversation's row.
async fn next_ordinal(transaction: &mut UserTransaction, conversation: ConversationId) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"update conversations set next_ordinal = next_ordinal + 1, updated_at = now(), archived = false
         where id = $1 returning next_ordinal - 1 as "ordinal!""#,
        conversation.0
    )
    .fetch_one(&mut **transaction)
    .await?)
}

async fn is_being_answered(transaction: &mut UserTransaction, question: MessageId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select exists (select from messages m join answers a on a.id = m.id
                          where m.parent_id = $1 and a.status in ('waiting', 'running')) as "waits!""#,
        question.0
    )
    .fetch_one(&mut **transaction)
    .await?)
}
