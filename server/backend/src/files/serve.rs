//! Giving an attachment back to whoever may see it.

use crate::{Error, Result, UserBackend};
use hearth_types::{AttachmentId, AttachmentKind};
use std::path::PathBuf;

/// A file on the disk, and what it may be served as.
#[derive(Debug)]
pub struct StoredFile {
    pub path: PathBuf,
    pub kind: AttachmentKind,
    /// A picture's own type; for anything else one that no browser shows.
    pub media_type: String,
    /// Only for whoever saves it.
    pub name: String,
}

impl UserBackend {
    /// Where the bytes of an attachment are; of somebody else's as if it did not exist.
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

    /// Where a picture's preview is; a file has none.
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
