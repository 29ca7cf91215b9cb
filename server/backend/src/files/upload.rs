//! An upload: bytes arrive in a file of their own, are looked at, and become a row that waits to be sent.

use super::{
    insert::{Belongs, Kept, OfMessage, kind_name},
    trouble,
};
use crate::{
    Error, Result, UserBackend,
    limits::{Permit, Work},
    storage::UserTransaction,
};
use hearth_extract::MAX_FILE_BYTES;
use hearth_types::{Attachment, AttachmentKind, ConversationId, FileTrouble, Problem};
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{fs, io::AsyncWriteExt};

/// Pictures and files of one message.
pub const MOST_PER_MESSAGE: usize = 10;

/// What one person may have uploaded and not sent, in all their conversations together.
const MOST_UNSENT: i64 = 60;

/// A transaction that waits for a file to be read says something this often: PostgreSQL may be set to end those that
/// are idle.
const STIR_EVERY: Duration = Duration::from_secs(3);

/// Characters of a name.
const LONGEST_NAME: usize = 120;

/// Bytes on their way in. What is dropped before [`UserBackend::attach`] leaves nothing.
pub struct Incoming {
    path: PathBuf,
    file: fs::File,
    length: u64,
    /// One of the uploads that a person may have at once; none for what comes with an archive.
    _permit: Option<Permit>,
}

impl Incoming {
    /// Adds what has come; refuses more than one upload may have.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        if self.length > MAX_FILE_BYTES {
            return Err(trouble(FileTrouble::TooLarge));
        }
        self.file.write_all(bytes).await.map_err(|error| disk(&error))
    }

    /// Where the bytes are once all of them have come.
    pub(super) async fn complete(&mut self) -> Result<&Path> {
        self.file.flush().await.map_err(|error| disk(&error))?;
        Ok(&self.path)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        std::fs::remove_file(&self.path).ok();
    }
}

impl UserBackend {
    /// Whether this person may upload something here; asked before a byte is read.
    pub async fn may_attach(&self, draft_of: Option<ConversationId>) -> Result<()> {
        self.may_write(draft_of).await?;
        self.require_quota().await?;
        let mut transaction = self.begin().await?;
        let unsent = sqlx::query_scalar!(
            r#"select count(*) as "count!" from attachments
             where author_id = $1 and message_id is null and space_id = any ((select my_spaces())::uuid[])"#,
            self.user.0
        )
        .fetch_one(&mut *transaction)
        .await?;
        if unsent >= MOST_UNSENT {
            return Err(trouble(FileTrouble::TooMany));
        }
        Ok(())
    }

    /// A place for the bytes of an upload.
    ///
    /// # Errors
    /// [`Problem::TooManyAtOnce`] beyond what one person may upload at the same time; a full disk.
    pub async fn incoming(&self) -> Result<Incoming> {
        let permit = self.backend.inner.limits.begin(self.user, Work::Upload).await?;
        let mut incoming = self.incoming_of_archive().await?;
        incoming._permit = Some(permit);
        Ok(incoming)
    }

    /// A place for the bytes of a file that came with an archive.
    pub(crate) async fn incoming_of_archive(&self) -> Result<Incoming> {
        let files = &self.backend.inner.files;
        let path = files.incoming().await.map_err(|error| disk(&error))?;
        let file = fs::File::create(&path).await.map_err(|error| disk(&error))?;
        Ok(Incoming {
            path,
            file,
            length: 0,
            _permit: None,
        })
    }

    /// Looks at what has arrived, and keeps it until it is sent or a day has passed.
    ///
    /// # Errors
    /// A [`FileTrouble`] when it is nothing that Hearth reads, or a conversation that is not this person's.
    pub async fn attach(
        &self,
        mut incoming: Incoming,
        name: &str,
        draft_of: Option<ConversationId>,
    ) -> Result<Attachment> {
        self.may_write(draft_of).await?;
        self.require_quota_for(incoming.length).await?;
        let kept = self.look_at(&mut incoming).await?;
        self.store_attachment(draft_of, shown_name(name, kept.kind), kept)
            .await
    }

    /// The same for what came with an archive: it belongs to a message of the caller's transaction at once. None when
    /// it is nothing that Hearth reads.
    pub(crate) async fn attach_to_message(
        &self,
        transaction: &mut UserTransaction,
        mut incoming: Incoming,
        name: &str,
        of: OfMessage,
    ) -> Result<Option<AttachmentKind>> {
        let looked = {
            let mut look = std::pin::pin!(self.look_at(&mut incoming));
            loop {
                match tokio::time::timeout(STIR_EVERY, &mut look).await {
                    Ok(looked) => break looked,
                    Err(_) => stir(transaction).await?,
                }
            }
        };
        let kept = match looked {
            Ok(kept) => kept,
            Err(Error::Problem(Problem::File { trouble })) if trouble != FileTrouble::DiskFull => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let (kind, name) = (kept.kind, shown_name(name, kept.kind));
        self.insert_attachment(transaction, Belongs::To(of), name, kept)
            .await?;
        Ok(Some(kind))
    }

    async fn store_attachment(
        &self,
        draft_of: Option<ConversationId>,
        name: String,
        kept: Kept,
    ) -> Result<Attachment> {
        let mut transaction = self.begin().await?;
        let attachment = self
            .insert_attachment(&mut transaction, Belongs::Waits(draft_of), name, kept)
            .await?;
        transaction.commit().await?;
        Ok(attachment)
    }
}

async fn stir(transaction: &mut UserTransaction) -> Result<()> {
    sqlx::query("select 1").execute(&mut **transaction).await?;
    Ok(())
}

/// A name to show: its last part, on one line, without what would turn the words around it the other way.
fn shown_name(name: &str, kind: AttachmentKind) -> String {
    const TURNS: [char; 12] = [
        '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
        '\u{2067}', '\u{2068}', '\u{2069}', '\u{feff}',
    ];
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .map(|c| {
            if c.is_control() || TURNS.contains(&c) {
                ' '
            } else {
                c
            }
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let name: String = words.join(" ");
    if name.is_empty() || name.chars().all(|c| c == '.') {
        return kind_name(kind).to_owned();
    }
    let length = name.chars().count();
    if length <= LONGEST_NAME {
        return name;
    }
    // The ending stays: it says most about the file.
    let (start, end) = (LONGEST_NAME - 20, length - 19);
    let kept = name
        .chars()
        .take(start)
        .chain(['…'])
        .chain(name.chars().skip(end));
    kept.collect()
}

/// A full disk is told as such; anything else is for the log.
pub(crate) fn disk(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => trouble(FileTrouble::DiskFull),
        _ => Error::Internal(format!("files: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_only_ever_words_to_show() {
        let name = |text: &str| shown_name(text, AttachmentKind::Text);
        assert_eq!(name("../../etc/passwd"), "passwd");
        assert_eq!(name(r"C:\Users\anna\plan.txt"), "plan.txt");
        assert_eq!(name("in\u{202e}fdp.exe\n\0"), "in fdp.exe");
        assert_eq!(name(".."), "text");
        assert_eq!(name(""), "text");
        assert_eq!(name("会议 记录.txt"), "会议 记录.txt");
        let long = name(&format!("{}.tar.gz", "长".repeat(300)));
        assert!(
            long.chars().count() <= LONGEST_NAME + 1 && long.ends_with(".tar.gz"),
            "{long}"
        );
    }
}
