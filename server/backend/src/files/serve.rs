//! The stored files of attachments, for people who may see them.

use crate::{Error, Result, UserBackend};
use hearth_types::{AttachmentId, AttachmentKind};
use std::path::PathBuf;

/// A stored file with its HTTP type and name.
#[derive(Debug)]
pub struct StoredFile {
    pub path: PathBuf,
    pub kind: AttachmentKind,
    /// The type of a picture; for anything else a type that no browser displays.
    pub media_type: String,
    /// The file name for downloads.
    pub name: String,
}

impl UserBackend {
    /// The file of an attachment.
    ///
    /// # Errors
    /// Not found, also if the person may not see it.
    pub async fn attachment_file(&self, id: AttachmentId) -> Result<StoredFile> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query!(
            r#"select kind as "kind: AttachmentKind", media_type, name, folder, hash from attachments
             where id = $1 and space_id = any ((select my_spaces())::uuid[])"#,
            id.0
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        Ok(StoredFile {
            path: self.backend.inner.files.path(row.folder, &row.hash),
            kind: row.kind,
            media_type: row.media_type,
            name: row.name,
        })
    }

    /// The preview of a picture; other attachments have none.
    pub async fn attachment_preview(&self, id: AttachmentId) -> Result<StoredFile> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query!(
            r#"select kind as "kind: AttachmentKind", name, folder, preview_hash as "preview_hash!" from attachments
             where id = $1 and preview_hash is not null and space_id = any ((select my_spaces())::uuid[])"#,
            id.0
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        Ok(StoredFile {
            path: self.backend.inner.files.path(row.folder, &row.preview_hash),
            kind: row.kind,
            media_type: "image/jpeg".into(),
            name: row.name,
        })
    }
}
