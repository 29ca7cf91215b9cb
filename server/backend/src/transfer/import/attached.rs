//! Pictures and files of an archive: looked at like any upload.

use super::{Job, plan::Place, zip::Entry};
use crate::{Result, attachments, storage::UserTransaction, transfer::format::ArchivedMessage};
use hearth_types::{AttachmentKind, MessageId, Speaker};
use std::io::{self, Read};

impl Job {
    /// What cannot be read is left out and counted; its message is stored all the same.
    pub(super) async fn store_attachments(
        &mut self,
        transaction: &mut UserTransaction,
        place: &Place,
        message: &ArchivedMessage,
    ) -> Result<()> {
        if message.said_by != Speaker::Person {
            return Ok(());
        }
        for (position, file) in message.attachments.iter().enumerate() {
            let person = self.person.clone();
            self.progress.tell(&person, &self.taken).await?;
            let entry = file.path.as_deref().and_then(|path| self.zip.entry(path));
            let bytes = match entry {
                Some(entry) if position < attachments::MOST_PER_MESSAGE => self.unpack(entry).await?,
                _ => None,
            };
            let Some(bytes) = bytes else {
                self.taken.unreadable(&file.name);
                continue;
            };
            let to = attachments::OfMessage {
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

    /// The bytes of an entry as an upload; none when it is not what the archive says, or more than an upload may be.
    async fn unpack(&self, entry: Entry) -> Result<Option<attachments::Incoming>> {
        if entry.size() > attachments::LONGEST_UPLOAD {
            return Ok(None);
        }
        let zip = self.zip.clone();
        let bytes = tokio::task::spawn_blocking(move || {
            let mut bytes = Vec::new();
            let content = zip.read(entry)?;
            content
                .take(attachments::LONGEST_UPLOAD)
                .read_to_end(&mut bytes)?;
            io::Result::Ok(bytes)
        });
        match bytes.await {
            Ok(Ok(bytes)) => {
                let mut incoming = self.person.incoming().await?;
                incoming.write(&bytes).await?;
                Ok(Some(incoming))
            }
            _ => Ok(None),
        }
    }
}
