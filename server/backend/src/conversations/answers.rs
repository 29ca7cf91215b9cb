//! Stops, retries and continues an answer.

use crate::{
    Error, Result, UserBackend, events,
    memory::summaries,
    retrieval::passages,
    storage::UserTransaction,
    work::queue::{self, MOST_WAITING},
};
use hearth_types::{AnswerId, AnswerStatus, ConflictReason, ConversationId, Problem, SpaceId};

pub(super) const ANSWER_RUNNING: Error = Error::Problem(Problem::Conflict {
    reason: ConflictReason::AnswerRunning,
});
const NOT_RUNNING: Error = Error::Problem(Problem::Conflict {
    reason: ConflictReason::NotRunning,
});

impl UserBackend {
    /// Stops an answer that waits or runs; its text is kept. Works from any device and on any instance.
    pub async fn stop_answer(&self, id: AnswerId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let locked = self.lock_answer(&mut transaction, id).await?;
        if locked.status.is_final() {
            return Err(NOT_RUNNING);
        }
        // An answer without a runner ends here. A runner sees the request at its next heartbeat.
        let dropped = queue::stop(&mut transaction, id).await?;
        if dropped {
            sqlx::query!(
                "update answers set status = 'stopped', ended_at = now() where id = $1",
                id.0
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        if dropped {
            self.notify_ended(id).await?;
            self.backend.inner.queue.wake();
        } else {
            self.backend.inner.queue.cancel_here(id);
        }
        Ok(())
    }

    /// Queues an answer again that failed, was stopped or was interrupted. Its partial text is replaced.
    ///
    /// Returns its conversation.
    pub async fn retry_answer(&self, id: AnswerId) -> Result<ConversationId> {
        self.require_quota().await?;
        let mut transaction = self.begin().await?;
        let locked = self.lock_answer(&mut transaction, id).await?;
        if !locked.status.is_final() {
            return Err(ANSWER_RUNNING);
        }
        sqlx::query!(
            "with thoughts as (select forget_thoughts($1))
             update message_parts set text = '' from thoughts where message_id = $1 and kind = 'text'",
            id.0
        )
        .execute(&mut *transaction)
        .await?;
        self.requeue(transaction, id, &locked, false).await
    }

    /// Continues an incomplete answer: its text stays, and the model continues it.
    ///
    /// Returns its conversation.
    ///
    /// # Errors
    /// A conflict if the answer is complete or empty.
    pub async fn continue_answer(&self, id: AnswerId) -> Result<ConversationId> {
        self.require_quota().await?;
        let mut transaction = self.begin().await?;
        let locked = self.lock_answer(&mut transaction, id).await?;
        if !locked.status.is_final() {
            return Err(ANSWER_RUNNING);
        }
        // The reasoning of another person's answer is deleted: it must not become visible to this person.
        sqlx::query!(
            "select forget_thoughts($1) where not exists (
                select from message_parts where message_id = $1 and kind = 'thinking')",
            id.0
        )
        .execute(&mut *transaction)
        .await?;
        // White space at its end is removed, because the model writes it again.
        let prefix = sqlx::query_scalar!(
            r#"update message_parts p set text = rtrim(p.text, E' \t\r\n') from answers a
             where p.message_id = $1 and p.kind = 'text' and a.id = $1 and (a.status <> 'done' or a.cut_off)
             returning p.text as "text!""#,
            id.0
        )
        .fetch_optional(&mut *transaction)
        .await?;
        if prefix.is_none_or(|text| text.is_empty()) {
            return Err(NOT_RUNNING);
        }
        self.requeue(transaction, id, &locked, true).await
    }

    /// Puts an ended answer back into the queue and deletes its results except its text.
    async fn requeue(
        &self,
        mut transaction: UserTransaction,
        id: AnswerId,
        locked: &LockedAnswer,
        continues: bool,
    ) -> Result<ConversationId> {
        sqlx::query!(
            "update answers set status = 'waiting', trouble = null, queued_at = now(), started_at = null,
                      first_token_at = null, ended_at = null, left_out_messages = 0, left_out_passages = 0,
                      cut_off = false, continues = $2, answered_now = $2 and answered_now,
                      thought_ms = case when $2 then thought_ms end
             where id = $1 and space_id = $3",
            id.0,
            continues,
            locked.space.0,
        )
        .execute(&mut *transaction)
        .await?;
        for statement in [
            "delete from message_html where message_id = $1",
            "delete from answer_recalls where answer_id = $1",
            "delete from answer_memories where answer_id = $1",
        ] {
            sqlx::query(statement)
                .bind(id.0)
                .execute(&mut *transaction)
                .await?;
        }
        passages::remove(&mut transaction, &[id.0]).await?;
        summaries::forget_from(&mut transaction, &[id.0]).await?;
        sqlx::query!(
            "select enqueue_answer($1, $2, $3, $4, coalesce(a.wanted_model, c.model), $5)
             from answers a join conversations c on c.id = a.conversation_id where a.id = $1",
            id.0,
            self.user.0,
            locked.space.0,
            locked.conversation.0,
            MOST_WAITING.cast_signed(),
        )
        .execute(&mut *transaction)
        .await
        .map_err(queue::refused)?;
        let text = sqlx::query_scalar!(
            "select text from message_parts where message_id = $1 and kind = 'text'",
            id.0
        )
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        self.backend.inner.queue.wake();
        let waits = events::waiting(locked.conversation, id, &text);
        self.notify_members(locked.space, waits).await;
        Ok(locked.conversation)
    }

    /// Locks an answer that this person may stop or retry, and its conversation, so that sharing of it cannot end
    /// meanwhile. The conversation is locked first, as everywhere, to prevent deadlocks.
    pub(super) async fn lock_answer(
        &self,
        transaction: &mut UserTransaction,
        id: AnswerId,
    ) -> Result<LockedAnswer> {
        sqlx::query_as!(
            LockedAnswer,
            r#"select a.status as "status: AnswerStatus", a.space_id as "space: SpaceId",
                      a.conversation_id as "conversation: ConversationId"
             from answers a join conversations c on c.space_id = a.space_id and c.id = a.conversation_id
             join space_members m on m.space_id = a.space_id and m.user_id = $2 and m.role <> 'reader'
             where a.id = $1 for update of c, a for share of m"#,
            id.0,
            self.user.0
        )
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(Error::NOT_FOUND)
    }
}

pub(super) struct LockedAnswer {
    pub status: AnswerStatus,
    pub space: SpaceId,
    pub conversation: ConversationId,
}
