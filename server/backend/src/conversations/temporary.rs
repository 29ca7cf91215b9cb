//! Temporary conversations, which leave nothing behind.
//!
//! A temporary conversation is stored like any other, or it would not survive a locked phone. But nothing is derived
//! from it: no passages, vectors, memories, notes, title by the model, or measurements of the model. It is deleted with
//! its files when its person ends it, or [`KEPT_FOR`] after the last message.

use crate::{Backend, Result};
use hearth_types::{ConversationId, UserId};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(600);

/// Time after its last message at which a temporary conversation is deleted.
pub const KEPT_FOR: Duration = Duration::from_secs(12 * 60 * 60);

/// Sweeps now and every ten minutes until the backend shuts down.
pub(crate) fn start_sweeper(backend: &Backend) {
    let (backend, shutdown) = (backend.clone(), backend.inner.shutdown.clone());
    let tasks = backend.inner.tasks.clone();
    tasks.spawn(shutdown.run_until_cancelled_owned(async move {
        loop {
            if let Err(error) = backend.end_temporary_conversations(KEPT_FOR).await {
                tracing::warn!(%error, "temporary conversations could not be deleted");
            }
            tokio::time::sleep(EVERY).await;
        }
    }));
}

impl Backend {
    /// Deletes all people's temporary conversations whose last message is this old, unless an answer is queued or
    /// running.
    pub async fn end_temporary_conversations(&self, after: Duration) -> Result<()> {
        // The row-level policies show each person's rows only to that person.
        let people = sqlx::query_scalar!(r#"select id as "id: UserId" from users"#)
            .fetch_all(self.inner.storage.pool())
            .await?;
        for person in people {
            let mut transaction = self.inner.storage.begin_as(person).await?;
            let expired = sqlx::query_scalar!(
                r#"select c.id as "id: ConversationId"
                 from conversations c join space_members m on m.space_id = c.space_id and m.role = 'owner'
                 where c.temporary and m.user_id = $1 and c.updated_at < now() - make_interval(secs => $2)
                   and not exists (select from answer_queue q where q.conversation_id = c.id)"#,
                person.0,
                after.as_secs_f64()
            )
            .fetch_all(&mut *transaction)
            .await?;
            drop(transaction);
            for conversation in expired {
                self.for_user(person).delete_conversation(conversation).await?;
            }
        }
        Ok(())
    }
}
