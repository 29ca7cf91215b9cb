//! Exports the attachments of a conversation.

use super::{Archive, Stop, rows};
use crate::{
    Error,
    storage::UserTransaction,
    transfer::{
        format::ArchivedFile,
        names::{self, Taken},
    },
};
use chrono::{DateTime, Utc};
use hearth_types::AttachmentKind;
use std::collections::HashMap;
use tokio::io::AsyncReadExt;
use uuid::Uuid;

/// The attachments of a conversation by message, with their paths in the archive.
pub(super) type Files = HashMap<Uuid, Vec<ArchivedFile>>;

impl Archive<'_> {
    /// Writes the bytes of a conversation's attachments. Versions of a message share theirs.
    pub(super) async fn attachments(
        &mut self,
        transaction: &mut UserTransaction,
        conversation: &rows::Conversation,
        folder: &str,
    ) -> Result<Files, Stop> {
        let (mut files, mut taken) = (Files::new(), Taken::default());
        let mut written: HashMap<(Uuid, Vec<u8>), Option<String>> = HashMap::new();
        for attached in rows::attached(transaction, conversation.id).await? {
            let bytes = (attached.folder, attached.hash.clone());
            let path = if let Some(path) = written.get(&bytes) {
                path.clone()
            } else {
                let (stem, ending) = file_name(&attached);
                let path = format!("attachments/{folder}/{}", taken.give(&stem, &ending));
                let found = self.bytes(&attached, &path, conversation.head.updated_at).await?;
                let path = found.then_some(path);
                written.insert(bytes, path.clone());
                path
            };
            files.entry(attached.message).or_default().push(ArchivedFile {
                name: attached.name,
                kind: attached.kind,
                path,
            });
        }
        Ok(files)
    }

    /// Writes the bytes of one attachment; false if its file is missing on the disk.
    async fn bytes(
        &mut self,
        attached: &rows::Attached,
        path: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, Stop> {
        let place = self
            .person
            .backend
            .inner
            .files
            .path(attached.folder, &attached.hash);
        let Ok(mut file) = tokio::fs::File::open(&place).await else {
            return Ok(false);
        };
        let packed = attached.kind != AttachmentKind::Text;
        self.packer.start(path, packed, at).await?;
        let mut piece = vec![0; 64 << 10];
        loop {
            let read = file
                .read(&mut piece)
                .await
                .map_err(|error| Error::Internal(format!("reading a file for an archive: {error}")))?;
            if read == 0 {
                return Ok(true);
            }
            self.packer.write(&piece[..read]).await?;
        }
    }
}

/// A file's name in the archive, as stem and extension. A picture was re-encoded, perhaps as another format than its
/// name says.
fn file_name(attached: &rows::Attached) -> (String, String) {
    let name = names::safe_file(&attached.name, "file");
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => (stem.to_owned(), format!(".{ending}")),
        _ => (name.clone(), String::new()),
    };
    let known = ending.to_lowercase();
    match &*attached.media_type {
        "image/png" if known != ".png" => (name, ".png".into()),
        "image/jpeg" if known != ".jpg" && known != ".jpeg" => (name, ".jpg".into()),
        _ => (stem, ending),
    }
}
