//! Stores an upload: its row and its files.

use super::{
    store::{self, Hash},
    trouble::disk,
};
use crate::{Result, UserBackend, spaces, storage::UserTransaction};
use hearth_extract::Picture;
use hearth_types::{Attachment, AttachmentId, AttachmentKind, ConversationId, MessageId, PageRange};
use std::path::PathBuf;
use uuid::Uuid;

/// An attachment's message, in the person's private space, and its position there.
#[derive(Clone, Copy)]
pub(crate) struct OfMessage {
    pub message: MessageId,
    pub position: i32,
}

/// Where an attachment belongs.
pub(super) enum Owner {
    /// It is not sent yet: a draft in this conversation, or in one that has not begun.
    Draft(Option<ConversationId>),
    Message(OfMessage),
}

/// The bytes to store.
pub(super) enum Bytes {
    /// Made from the upload, such as a re-encoded picture.
    Made(Vec<u8>),
    /// The upload unchanged; its file is moved into the store.
    Unchanged { path: PathBuf, hash: Hash, length: u64 },
}

impl Bytes {
    fn length(&self) -> u64 {
        match self {
            Self::Made(bytes) => bytes.len() as u64,
            Self::Unchanged { length, .. } => *length,
        }
    }

    fn hash(&self) -> Hash {
        match self {
            Self::Made(bytes) => store::hash(bytes),
            Self::Unchanged { hash, .. } => *hash,
        }
    }
}

/// What is stored of an upload.
pub(super) struct Stored {
    pub kind: AttachmentKind,
    pub media_type: &'static str,
    pub bytes: Bytes,
    pub preview: Option<Vec<u8>>,
    pub width: u32,
    pub height: u32,
    pub length: u32,
    pub text: String,
    pub unread_pages: Vec<PageRange>,
}

impl UserBackend {
    /// Stores row and files in one transaction: until it commits, the sweeper does not remove the files as unused.
    pub(super) async fn insert_attachment(
        &self,
        transaction: &mut UserTransaction,
        owner: Owner,
        name: String,
        kept: Stored,
    ) -> Result<Attachment> {
        let (draft_of, of) = match owner {
            Owner::Draft(draft_of) => (draft_of, None),
            Owner::Message(of) => (None, Some(of)),
        };
        let (hash, space) = (kept.bytes.hash(), spaces::private_space(self.user));
        let preview = kept.preview.map(|bytes| (store::hash(&bytes), bytes));
        let attachment = Attachment {
            id: AttachmentId(Uuid::now_v7()),
            kind: kept.kind,
            name,
            size_bytes: kept.bytes.length(),
            width: kept.width,
            height: kept.height,
            length: kept.length,
            unread_pages: kept.unread_pages,
        };
        sqlx::query!(
            "insert into attachments (id, space_id, author_id, draft_of, kind, name, folder, hash, preview_hash,
                                      media_type, size_bytes, width, height, length, text, message_id, position,
                                      unread_pages)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            attachment.id.0,
            space.0,
            self.user.0,
            draft_of.map(|id| id.0),
            kind_name(attachment.kind),
            attachment.name,
            space.0,
            hash.as_slice(),
            preview.as_ref().map(|(hash, _)| hash.as_slice()),
            kept.media_type,
            i64::try_from(attachment.size_bytes).unwrap_or(i64::MAX),
            small(attachment.width),
            small(attachment.height),
            small(attachment.length),
            kept.text,
            of.map(|of| of.message.0),
            of.map_or(0, |of| of.position),
            serde_json::to_value(&attachment.unread_pages).unwrap_or_default(),
        )
        .execute(&mut **transaction)
        .await?;
        let files = &self.backend.inner.files;
        let stored = match &kept.bytes {
            Bytes::Made(bytes) => files.keep(space, &hash, bytes).await,
            Bytes::Unchanged { path, length, .. } => files.keep_file(space, &hash, path, *length).await,
        };
        stored.map_err(|error| disk(&error))?;
        self.note_stored(attachment.size_bytes)?;
        if let Some((hash, bytes)) = &preview {
            files
                .keep(space, hash, bytes)
                .await
                .map_err(|error| disk(&error))?;
        }
        Ok(attachment)
    }
}

impl Stored {
    pub fn picture(picture: Picture) -> Self {
        Self {
            kind: AttachmentKind::Picture,
            media_type: picture.media_type,
            bytes: Bytes::Made(picture.bytes),
            preview: Some(picture.preview),
            width: picture.width,
            height: picture.height,
            length: 0,
            text: String::new(),
            unread_pages: Vec::new(),
        }
    }

    pub fn file(kind: AttachmentKind, bytes: Bytes, length: u32, text: String) -> Self {
        Self {
            kind,
            media_type: "application/octet-stream",
            bytes,
            preview: None,
            width: 0,
            height: 0,
            length,
            // PostgreSQL's type text cannot hold NUL.
            text: text.replace('\0', ""),
            unread_pages: Vec::new(),
        }
    }
}

pub(super) const fn kind_name(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Picture => "picture",
        AttachmentKind::Text => "text",
        AttachmentKind::Pdf => "pdf",
    }
}

fn small(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
