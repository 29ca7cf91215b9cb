//! The pictures and files of a branch.

use crate::{Result, storage::UserTransaction};
use hearth_types::{AttachmentKind, MessageId, PageRange};
use sqlx::types::Json;
use uuid::Uuid;

/// Maximum characters of a file that are read for a prompt; current windows hold fewer.
pub(super) const MOST_CHARACTERS: i32 = 400_000;

/// The pictures and files of a branch.
#[derive(Default)]
pub(super) struct Attached {
    pub rows: Vec<Row>,
}

/// A picture or a file, as it is stored.
pub(super) struct Row {
    pub message: MessageId,
    pub kind: AttachmentKind,
    pub name: String,
    pub folder: Uuid,
    pub hash: Vec<u8>,
    pub media_type: String,
    pub width: i32,
    pub height: i32,
    pub length: i32,
    pub unread_pages: Json<Vec<PageRange>>,
    pub text: String,
}

impl Attached {
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Loads the pictures and files of these messages.
    pub async fn load(transaction: &mut UserTransaction, messages: &[MessageId]) -> Result<Self> {
        let ids: Vec<Uuid> = messages.iter().map(|id| id.0).collect();
        let rows = sqlx::query_as!(
            Row,
            r#"select message_id as "message!: MessageId", kind as "kind: AttachmentKind", name, folder, hash,
                      media_type, width, height, length, unread_pages as "unread_pages: Json<Vec<PageRange>>",
                      left(text, $2) as "text!"
             from attachments
             where message_id = any ($1) and space_id = any ((select my_spaces())::uuid[])
             order by message_id, position"#,
            &ids,
            MOST_CHARACTERS,
        )
        .fetch_all(&mut **transaction)
        .await?;
        Ok(Self { rows })
    }

    /// Those of one message, with their indexes.
    pub fn of(&self, message: MessageId) -> impl Iterator<Item = (usize, &Row)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(move |(_, row)| row.message == message)
    }
}
