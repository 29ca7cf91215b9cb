//! Drafts: texts that are written and not sent, available on all of a person's devices.
//!
//! There is one draft per person and conversation, and one for a new conversation. The draft with the latest key press
//! wins. Devices send its age instead of its time, because their clocks differ, so a text that arrives late from an
//! offline device replaces nothing newer. After sending, an empty draft with its time remains, so that a late one does
//! not bring the sent text back.

use crate::{Error, Result, UserBackend, spaces};
use hearth_types::{ConversationId, Draft, Field, InvalidReason};

impl UserBackend {
    /// Stores a draft unless a newer one is stored; an empty text clears it.
    ///
    /// # Errors
    /// The text is longer than a message may be, or the person has no such conversation.
    pub async fn save_draft(
        &self,
        conversation: Option<ConversationId>,
        text: &str,
        age_ms: i64,
    ) -> Result<()> {
        if text.chars().count() > super::LONGEST_MESSAGE {
            return Err(Error::invalid(Field::Text, InvalidReason::TooLong));
        }
        // An empty text clears the draft, which is allowed over quota too.
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
            // PostgreSQL's type text cannot hold NUL.
            text.replace('\0', ""),
            seconds(age_ms),
        )
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// The draft of a conversation, or of a new one; none if no draft was ever stored.
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

/// The age in seconds, between 0 and ten years: a device may send any number.
fn seconds(age_ms: i64) -> f64 {
    const TEN_YEARS_MS: i64 = 10 * 366 * 86_400_000;
    age_ms.clamp(0, TEN_YEARS_MS) as f64 / 1000.0
}
