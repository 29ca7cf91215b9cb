//! "Answer now", and what the model thought.

use crate::{Error, Result, UserBackend, work::queue};
use hearth_types::{AnswerId, ConflictReason, Problem};
use uuid::Uuid;

impl UserBackend {
    /// Lets the model answer without thinking on. Works from any device, and on any instance: whoever runs the
    /// answer sees the request within half a second.
    pub async fn answer_now(&self, id: AnswerId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let held = self.hold_answer(&mut transaction, id).await?;
        let asked = queue::answer_now(&mut transaction, id).await?;
        if held.status.is_final() || !asked {
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

    /// What the model thought before it answered, as safe HTML. Only who asked for the answer sees it (a policy of
    /// the table says so).
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
        // A page of their own: their footnotes are not the answer's.
        Ok(crate::text::render_apart(self.user, text, Uuid::from_u128(!id.0.as_u128())).await)
    }
}
