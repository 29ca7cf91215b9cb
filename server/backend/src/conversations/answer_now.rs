//! "Answer now", and the model's reasoning.

use crate::{Error, Result, UserBackend, work::queue};
use hearth_types::{AnswerId, ConflictReason, Problem};
use uuid::Uuid;

impl UserBackend {
    /// Makes the model end its reasoning and answer. Works from any device and on any instance: the answer's runner
    /// sees the request within half a second.
    pub async fn answer_now(&self, id: AnswerId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let locked = self.lock_answer(&mut transaction, id).await?;
        let requested = queue::answer_now(&mut transaction, id).await?;
        if locked.status.is_final() || !requested {
            return Err(Error::Problem(Problem::Conflict {
                reason: ConflictReason::NotRunning,
            }));
        }
        transaction.commit().await?;
        if let Some(live) = self.backend.inner.events.live(id) {
            live.answer_now.cancel();
        }
        Ok(())
    }

    /// The model's reasoning before an answer, as safe HTML. Only the person who asked for the answer sees it (by a
    /// row-level policy).
    pub async fn thoughts(&self, id: AnswerId) -> Result<String> {
        let mut transaction = self.begin().await?;
        let text = sqlx::query_scalar!(
            "select p.text from message_parts p
             join space_members m on m.space_id = p.space_id and m.user_id = $2
             where p.message_id = $1 and p.kind = 'thinking'",
            id.0,
            self.user.0
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        drop(transaction);
        // Rendered under an id of its own, so that footnotes do not collide with the answer's.
        Ok(crate::text::render_apart(self.user, text, Uuid::from_u128(!id.0.as_u128())).await)
    }
}
