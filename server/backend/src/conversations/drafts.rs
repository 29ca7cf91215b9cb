//! What somebody has written and not sent, so that it is there on the next device too.
//!
//! One text per person and conversation, and one for the conversation that has not begun. The newest wins, by
//! the moment of the last key, which devices tell as an age because their clocks differ: a text that arrives late from a device that was away replaces nothing newer.
//! What was sent stays as an empty text with its moment, which keeps such a latecomer from bringing it back.

use crate::{Error, Result, UserBackend, spaces};
use hearth_types::{ConversationId, Draft, Field, InvalidReason};

impl UserBackend {
    /// Keeps a draft unless a newer one is known; an empty text takes it back.
    ///
    /// # Errors
    /// A text that is too long for a message, or a conversation that this person has not.
    pub async fn save_draft(
        &self,
        conversation: Option<ConversationId>,
        text: &str,
        age_ms: i64,
    ) -> Result<()> {
        if text.chars().count() > super::LONGEST_MESSAGE {
            return Err(Error::invalid(Field::Text, InvalidReason::TooLong));
        }
        // An empty text takes one back, which makes room.
        if !text.is_empty() {
            self.require_quota_for(text.len() as u64).await?;
        }
        let mut transaction = self.begin().await?;
        let seen = sqlx::query_scalar!(
            r#"select $1::uuid is null or exists (select from conversations where id = $1) as "seen!""#,
            conversation.map(|id| id.0)
        )
        .fetch_one(&mut *transaction)
        .await?;
        if !seen {
            return Err(Error::NOT_FOUND);
        }
        sqlx::query!(
            "insert into drafts (space_id, author_id, conversation_id, text, written_at)
             values ($1, $2, $3, $4, now() - make_interval(secs => $5))
             on conflict (space_id, conversation_id) do update
             set text = excluded.text, written_at = excluded.written_at
             where drafts.written_at < excluded.written_at",
            spaces::private_space(self.user).0,
            self.user.0,
            conversation.map(|id| id.0),
            // PostgreSQL's text holds no NUL.
            text.replace('\0', ""),
            seconds(age_ms),
        )
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The draft of a conversation, or of the one that has not begun; none when nothing was ever kept.
    pub async fn draft(&self, conversation: Option<ConversationId>) -> Result<Option<Draft>> {
        let mut transaction = self.begin().await?;
        let draft = sqlx::query!(
            r#"select text, (extract(epoch from now() - written_at) * 1000)::bigint as "age_ms!" from drafts
             where space_id = $1 and conversation_id is not distinct from $2"#,
            spaces::private_space(self.user).0,
            conversation.map(|id| id.0),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        Ok(draft.map(|draft| Draft {
            text: draft.text,
            age_ms: draft.age_ms,
        }))
    }
}

/// A device may claim anything: nothing is written in the future, and nothing is older than ten years.
fn seconds(age_ms: i64) -> f64 {
    const TEN_YEARS_MS: i64 = 10 * 366 * 86_400_000;
    age_ms.clamp(0, TEN_YEARS_MS) as f64 / 1000.0
}
