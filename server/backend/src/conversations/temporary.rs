//! Temporary conversations leave nothing.
//!
//! While one goes on it is stored as any other is, or it would not survive a locked phone. But nothing is made of
//! it: no passages, no vectors, no memories, no notes, no title of the model's, nothing learnt about the model. Its
//! person ends it, or it ends by itself [`KEPT_FOR`] after the last word; then its rows go, and files with them.

use crate::{Backend, Result};
use hearth_types::{ConversationId, UserId};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(600);

/// How long a temporary conversation stays after its last word.
pub const KEPT_FOR: Duration = Duration::from_secs(12 * 60 * 60);

/// Sweeps now and every ten minutes until the backend shuts down.
pub(crate) fn start_sweeper(backend: &Backend) {
    let (backend, shutdown) = (backend.clone(), backend.inner.shutdown.clone());
    let tasks = backend.inner.tasks.clone();
    tasks.spawn(shutdown.run_until_cancelled_owned(async move {
        loop {
            if let Err(error) = backend.end_temporary_conversations(KEPT_FOR).await {
                tracing::warn!(%error, "temporary conversations could not be ended");
            }
            tokio::time::sleep(EVERY).await;
        }
    }));
}

impl Backend {
    /// Deletes everybody's temporary conversations whose last word is this old, unless they are being answered.
    pub async fn end_temporary_conversations(&self, after: Duration) -> Result<()> {
        // Each person's rows are seen only as that person.
        let people = sqlx::query_scalar!(r#"select id as "id: UserId" from users"#)
            .fetch_all(self.inner.storage.pool())
            .await?;
        for person in people {
            let mut transaction = self.inner.storage.begin_as(person).await?;
            let over = sqlx::query_scalar!(
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
            for conversation in over {
                self.for_user(person).delete_conversation(conversation).await?;
            }
        }
        Ok(())
    }
}
