//! The rows of attachments.

use crate::{Error, Result, UserBackend, storage::UserTransaction};
use hearth_types::{
    Attachment, AttachmentId, AttachmentKind, ConversationId, MessageId, PageRange, SpaceId, UserId,
};
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// An attachment's columns.
struct Row {
    message: Option<MessageId>,
    id: AttachmentId,
    kind: AttachmentKind,
    name: String,
    size_bytes: i64,
    width: i32,
    height: i32,
    length: i32,
    unread_pages: Json<Vec<PageRange>>,
}

impl Row {
    fn shown(self) -> Attachment {
        Attachment {
            id: self.id,
            kind: self.kind,
            name: self.name,
            size_bytes: self.size_bytes.unsigned_abs(),
            width: self.width.unsigned_abs(),
            height: self.height.unsigned_abs(),
            length: self.length.unsigned_abs(),
            unread_pages: self.unread_pages.0,
        }
    }
}

impl UserBackend {
    /// The attachments that were uploaded in a conversation, or for one that has not begun, and are not sent yet.
    pub async fn unsent_attachments(&self, draft_of: Option<ConversationId>) -> Result<Vec<Attachment>> {
        let mut transaction = self.begin().await?;
        let rows = sqlx::query_as!(
            Row,
            r#"select message_id as "message: MessageId", id as "id: AttachmentId", kind as "kind: AttachmentKind",
                      name, size_bytes, width, height, length, unread_pages as "unread_pages: Json<Vec<PageRange>>"
             from attachments
             where author_id = $1 and message_id is null and draft_of is not distinct from $2
               and space_id = any ((select my_spaces())::uuid[])
             order by created_at, id"#,
            self.user.0,
            draft_of.map(|id| id.0),
        )
        .fetch_all(&mut *transaction)
        .await?;
        Ok(rows.into_iter().map(Row::shown).collect())
    }

    /// Deletes an attachment that was not sent.
    pub async fn remove_attachment(&self, id: AttachmentId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let removed = sqlx::query!(
            "delete from attachments where id = $1 and author_id = $2 and message_id is null
               and space_id = any ((select my_spaces())::uuid[])",
            id.0,
            self.user.0,
        )
        .execute(&mut *transaction)
        .await?;
        if removed.rows_affected() == 0 {
            return Err(Error::NOT_FOUND);
        }
        transaction.commit().await?;
        self.backend.inner.files_freed.notify_one();
        Ok(())
    }

    /// Checks that this person may write in the conversation.
    pub(super) async fn may_write(&self, conversation: Option<ConversationId>) -> Result<()> {
        let Some(conversation) = conversation else {
            return Ok(());
        };
        let mut transaction = self.begin().await?;
        let may = sqlx::query_scalar!(
            r#"select exists (
                select from conversations c join space_members m on m.space_id = c.space_id
                where c.id = $1 and m.user_id = $2 and m.role in ('owner', 'writer')
             ) as "may!""#,
            conversation.0,
            self.user.0,
        )
        .fetch_one(&mut *transaction)
        .await?;
        if may { Ok(()) } else { Err(Error::NOT_FOUND) }
    }
}

/// Gives a message the attachments that its author uploaded, in this order. An id that is not the author's own, or was
/// sent already, is not found, and then nothing is sent.
pub(crate) async fn claim(
    transaction: &mut UserTransaction,
    author: UserId,
    space: SpaceId,
    message: MessageId,
    ids: &[AttachmentId],
) -> Result<Vec<Attachment>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    if ids.len() > super::MOST_PER_MESSAGE {
        return Err(super::trouble::trouble(hearth_types::FileTrouble::TooMany));
    }
    let wanted: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let claimed = sqlx::query!(
        "update attachments a set message_id = $1, space_id = $2, draft_of = null, position = wanted.position - 1
         from unnest($3::uuid[]) with ordinality as wanted (id, position)
         where a.id = wanted.id and a.author_id = $4 and a.message_id is null
           and a.space_id = any ((select my_spaces())::uuid[])",
        message.0,
        space.0,
        &wanted,
        author.0,
    )
    .execute(&mut **transaction)
    .await?;
    if claimed.rows_affected() != wanted.len() as u64 {
        return Err(Error::NOT_FOUND);
    }
    of_message(transaction, message).await
}

/// Copies the attachments of a message to another one, such as its edited version. The copies are rows of their own
/// that refer to the same bytes, so that deleting either message leaves the other complete.
pub(crate) async fn copy(
    transaction: &mut UserTransaction,
    from: MessageId,
    space: SpaceId,
    to: MessageId,
) -> Result<Vec<Attachment>> {
    sqlx::query!(
        "insert into attachments (id, space_id, author_id, message_id, position, kind, name, folder, hash,
                                  preview_hash, media_type, size_bytes, width, height, length, text,
                                  unread_pages)
         select gen_random_uuid(), $2, author_id, $3, position, kind, name, folder, hash, preview_hash, media_type,
                size_bytes, width, height, length, text, unread_pages
         from attachments where message_id = $1 and space_id = any ((select my_spaces())::uuid[])",
        from.0,
        space.0,
        to.0,
    )
    .execute(&mut **transaction)
    .await?;
    of_message(transaction, to).await
}

async fn of_message(transaction: &mut UserTransaction, message: MessageId) -> Result<Vec<Attachment>> {
    let mut found = of_messages(transaction, &[message]).await?;
    Ok(found.remove(&message).unwrap_or_default())
}

/// The attachments of these messages, in order by message.
pub(crate) async fn of_messages(
    transaction: &mut UserTransaction,
    messages: &[MessageId],
) -> Result<HashMap<MessageId, Vec<Attachment>>> {
    let ids: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select message_id as "message: MessageId", id as "id: AttachmentId", kind as "kind: AttachmentKind",
                  name, size_bytes, width, height, length, unread_pages as "unread_pages: Json<Vec<PageRange>>"
         from attachments
         where message_id = any ($1) and space_id = any ((select my_spaces())::uuid[])
         order by message_id, position"#,
        &ids,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut found: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for row in rows {
        if let Some(message) = row.message {
            found.entry(message).or_default().push(row.shown());
        }
    }
    Ok(found)
}
