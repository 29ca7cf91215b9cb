//! Imports the attachments of an archive; they are read like any upload.

use super::{Job, plan::Place, trim::Trimmed, zip::Entry};
use crate::{Result, files, storage::UserTransaction};
use hearth_types::{AttachmentKind, MessageId, Speaker};
use std::io::{self, Read};
use tokio::sync::mpsc;

/// Maximum bytes that are unpacked at once.
const PIECE: usize = 256 << 10;

impl Job {
    /// Stores the attachments of a message. One that cannot be read is skipped and counted.
    pub(super) async fn store_attachments(
        &mut self,
        transaction: &mut UserTransaction,
        place: &Place,
        trimmed: &Trimmed,
    ) -> Result<()> {
        let message = &trimmed.message;
        if message.said_by != Speaker::Person {
            return Ok(());
        }
        self.taken.unreadable += trimmed.attachments_left_out;
        for (position, file) in message.attachments.iter().enumerate() {
            self.person.backend.require_room()?;
            let entry = file.path.as_deref().and_then(|path| self.zip.entry(path));
            let bytes = match entry {
                Some(entry) => self.unpack(entry).await?,
                None => None,
            };
            let Some(bytes) = bytes else {
                self.taken.unreadable(&file.name);
                continue;
            };
            let to = files::OfMessage {
                message: MessageId(place.id),
                position: i32::try_from(position).unwrap_or(i32::MAX),
            };
            match self
                .person
                .attach_to_message(transaction, bytes, &file.name, to)
                .await?
            {
                Some(AttachmentKind::Picture) => self.taken.pictures += 1,
                Some(_) => self.taken.files += 1,
                None => self.taken.unreadable(&file.name),
            }
        }
        Ok(())
    }

    /// Unpacks an entry into an upload, a piece at a time; none if its bytes do not match the table of contents, or if
    /// it is larger than an upload may be.
    async fn unpack(&self, entry: Entry) -> Result<Option<files::Incoming>> {
        if entry.size() > files::MAX_FILE_BYTES {
            return Ok(None);
        }
        let mut incoming = self.person.incoming_of_archive().await?;
        let (sender, mut pieces) = mpsc::channel(1);
        let zip = self.zip.clone();
        let whole = tokio::task::spawn_blocking(move || {
            let mut content = zip.read(entry)?;
            loop {
                let mut piece = Vec::with_capacity(PIECE);
                let read = content.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
                if read == 0 || sender.blocking_send(piece).is_err() {
                    return io::Result::Ok(());
                }
            }
        });
        while let Some(piece) = pieces.recv().await {
            incoming.write(&piece).await?;
        }
        let whole = whole.await.is_ok_and(|read| read.is_ok());
        Ok(whole.then_some(incoming))
    }
}
