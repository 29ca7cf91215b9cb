//! The list of conversations, in pages: pinned ones first, then the newest. Archived ones have a list of their own.
//!
//! The query takes the first rows of each of the person's spaces from the index that orders them, and the page is the
//! first of those: ten thousand conversations cost no more than a page of them. Pins and the archive belong to the
//! owner; for other members a conversation is neither pinned nor archived.

use crate::{Result, UserBackend, spaces};
use chrono::{DateTime, Utc};
use hearth_types::{ConversationCursor, ConversationId, ConversationPage, ConversationRow, SpaceId};

/// Maximum number of conversations on a page.
pub const PAGE_LENGTH: u32 = 50;

impl UserBackend {
    /// A page of at most `limit` (1 to 200) conversations after `cursor`, without those in the archive.
    pub async fn list_conversations(
        &self,
        cursor: Option<ConversationCursor>,
        limit: u32,
    ) -> Result<ConversationPage> {
        self.list(false, cursor, limit).await
    }

    /// A page of the archived conversations.
    pub async fn list_archive(
        &self,
        cursor: Option<ConversationCursor>,
        limit: u32,
    ) -> Result<ConversationPage> {
        self.list(true, cursor, limit).await
    }

    async fn list(
        &self,
        archived: bool,
        cursor: Option<ConversationCursor>,
        limit: u32,
    ) -> Result<ConversationPage> {
        let limit = limit.clamp(1, 200);
        let mut transaction = self.begin().await?;
        let rows = sqlx::query!(
            r#"select c.id as "id!: ConversationId", c.title as "title!", c.updated_at as "updated_at!",
                    c.pinned as "pinned!", c.space_id as "space!: SpaceId"
             from space_members m cross join lateral (
                (select id, space_id, title, updated_at, pinned from conversations
                 where m.role = 'owner' and space_id = m.space_id and archived = $5 and not temporary
                   and (pinned, updated_at, id) < ($6, $2, $3)
                 order by pinned desc, updated_at desc, id desc limit $4)
                union all
                -- A space that is another's has one conversation.
                select id, space_id, title, updated_at, false from conversations
                where m.role <> 'owner' and not $5 and space_id = m.space_id
                  and (false, updated_at, id) < ($6, $2, $3)
             ) c
             where m.user_id = $1
             order by c.pinned desc, c.updated_at desc, c.id desc limit $4"#,
            self.user.0,
            cursor.map_or_else(far_future, |c| time_of(c.updated_at_us)),
            cursor.map_or(uuid::Uuid::max(), |c| c.id.0),
            i64::from(limit) + 1,
            archived,
            cursor.is_none_or(|c| c.pinned),
        )
        .fetch_all(&mut *transaction)
        .await?;
        let more = rows.len() > limit as usize;
        let shown = &rows[..rows.len().min(limit as usize)];
        let next = shown.last().filter(|_| more).map(|last| ConversationCursor {
            pinned: last.pinned,
            updated_at_us: last.updated_at.timestamp_micros(),
            id: last.id,
        });
        let spaces = shown.iter().map(|row| row.space);
        let shared = spaces::shared(&mut transaction, self.user, spaces).await?;
        let rows = shown
            .iter()
            .map(|row| ConversationRow {
                id: row.id,
                title: row.title.clone(),
                updated_at: row.updated_at.timestamp_millis(),
                shared: shared.get(&row.space).cloned(),
                pinned: row.pinned,
            })
            .collect();
        Ok(ConversationPage { rows, next })
    }
}

/// The cursor is part of the request and may contain any number: one outside of the calendar becomes a time before or
/// after every row.
fn time_of(microseconds: i64) -> DateTime<Utc> {
    let known = microseconds.clamp(0, far_future().timestamp_micros());
    DateTime::from_timestamp_micros(known).unwrap_or_else(far_future)
}

/// Later than any row; chrono cannot represent PostgreSQL's `infinity`.
fn far_future() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
