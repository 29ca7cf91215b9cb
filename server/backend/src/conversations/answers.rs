//! Stopping an answer and trying it again.

use crate::{Error, Result, UserBackend, spaces};
use hearth_types::{AnswerId, AnswerStatus, ConflictReason, ConversationId, Event, Problem};

const NOT_RUNNING: Error = Error::Problem(Problem::Conflict {
    reason: ConflictReason::NotRunning,
});

impl UserBackend {
    /// Stops an answer that waits or runs; its text is kept. Works from any device, and on any instance.
    pub async fn stop_answer(&self, id: AnswerId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let status = self.answer_status(&mut transaction, id).await?;
        if status.is_final() {
            return Err(NOT_RUNNING);
        }
        // Nobody has it: it ends here. Somebody has it: they see the request at their next heartbeat.
        let unclaimed = sqlx::query!(
            "delete from answer_queue where answer_id = $1 and user_id = $2 and runner is null",
            id.0,
            self.user.0
        )
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if unclaimed == 0 {
            sqlx::query!(
                "update answer_queue set stop_requested = true where answer_id = $1 and user_id = $2",
                id.0,
                self.user.0
            )
            .execute(&mut *transaction)
            .await?;
        } else {
            sqlx::query!(
                "update answers set status = 'stopped', ended_at = now() where id = $1",
                id.0
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        if unclaimed == 0 {
            self.backend.inner.queue.cancel_here(id);
        } else {
            self.tell_ended(id).await?;
            self.backend.inner.queue.wake();
        }
        Ok(())
    }

    /// Queues an answer again that failed, was stopped or was interrupted. Its partial text is replaced.
    pub async fn retry_answer(&self, id: AnswerId) -> Result<()> {
        self.backend.require_room()?;
        let mut transaction = self.begin().await?;
        let status = self.answer_status(&mut transaction, id).await?;
        if !status.is_final() {
            return Err(Error::Problem(Problem::Conflict {
                reason: ConflictReason::AnswerRunning,
            }));
        }
        let conversation = sqlx::query_scalar!(
            r#"update answers set status = 'waiting', trouble = null, queued_at = now(), started_at = null,
                      first_token_at = null, ended_at = null, left_out_messages = 0, left_out_passages = 0
             where id = $1 returning conversation_id as "id: ConversationId""#,
            id.0
        )
        .fetch_one(&mut *transaction)
        .await?;
        for statement in [
            "update message_parts set text = '' where message_id = $1",
            "delete from message_html where message_id = $1",
            "delete from answer_recalls where answer_id = $1",
            "delete from passages where message_id = $1",
        ] {
            sqlx::query(statement)
                .bind(id.0)
                .execute(&mut *transaction)
                .await?;
        }
        sqlx::query!(
            "insert into answer_queue (answer_id, user_id, space_id, conversation_id) values ($1, $2, $3, $4)
             on conflict (answer_id) do nothing",
            id.0,
            self.user.0,
            spaces::private_space(self.user).0,
            conversation.0
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        self.backend.inner.queue.wake();
        self.backend.inner.events.publish(
            self.user,
            Event::AnswerSnapshot {
                conversation,
                answer: id,
                revision: 0,
                status: AnswerStatus::Waiting,
                first_block: 0,
                blocks: Vec::new(),
                tail: String::new(),
            },
        );
        Ok(())
    }

    /// Tells the person's tabs how an answer ended, from what is stored.
    pub(crate) async fn tell_ended(&self, id: AnswerId) -> Result<()> {
        if let Some((conversation, message)) = self.answer_message(id).await?
            && let Some(detail) = message.answer
            && detail.status.is_final()
        {
            let ended = Event::AnswerEnded {
                conversation,
                answer: id,
                revision: u64::MAX,
                html: message.html,
                detail: Box::new(detail),
            };
            self.backend.inner.events.publish(self.user, ended);
        }
        Ok(())
    }

    async fn answer_status(
        &self,
        transaction: &mut crate::storage::UserTransaction,
        id: AnswerId,
    ) -> Result<AnswerStatus> {
        sqlx::query_scalar!(
            r#"select status as "status: AnswerStatus" from answers where id = $1 and space_id = $2 for update"#,
            id.0,
            spaces::private_space(self.user).0
        )
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(Error::NOT_FOUND)
    }
}
