//! Uploads: the bytes arrive in a temporary file, are read, and become the row of an attachment.

use super::{
    insert::{OfMessage, Owner, Stored, kind_name},
    trouble::{disk, trouble},
};
use crate::{
    Error, Result, UserBackend,
    limits::{Permit, Work},
    storage::UserTransaction,
};
use hearth_extract::MAX_FILE_BYTES;
use hearth_types::{Attachment, AttachmentKind, ConversationId, FileTrouble, Problem};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{fs, io::AsyncWriteExt};

/// Maximum number of attachments of one message.
pub const MOST_PER_MESSAGE: usize = 10;

/// Maximum number of one person's attachments that are not sent, in all conversations together.
const MOST_UNSENT: i64 = 60;

/// Interval of statements in a transaction that waits for a file to be read: PostgreSQL may be configured to end idle
/// transactions.
const KEEP_ALIVE: Duration = Duration::from_secs(3);

/// Positions in a message for the parts of one file of an archive.
const PARTS_OF_ONE: i32 = 16;

/// Maximum characters of a name, without the number of its part.
const LONGEST_NAME: usize = 120;

/// An upload in progress. Dropping it before [`UserBackend::attach`] deletes its file.
pub struct Incoming {
    path: PathBuf,
    file: fs::File,
    length: u64,
    /// Counts towards a person's concurrent uploads; none for a file from an archive.
    _permit: Option<Permit>,
}

impl Incoming {
    /// Appends received bytes; refuses more than [`MAX_FILE_BYTES`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        if self.length > MAX_FILE_BYTES {
            return Err(trouble(FileTrouble::TooLarge));
        }
        self.file.write_all(bytes).await.map_err(|error| disk(&error))
    }

    /// The path of the file, after all bytes are written.
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
    /// Checks that this person may upload something here, before a byte is read.
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

    /// Begins an upload.
    ///
    /// # Errors
    /// [`Problem::TooManyAtOnce`] if the person has too many uploads at the same time; a full disk.
    pub async fn incoming(&self) -> Result<Incoming> {
        let permit = self.backend.inner.limits.begin(self.user, Work::Upload).await?;
        let mut incoming = self.incoming_of_archive().await?;
        incoming._permit = Some(permit);
        Ok(incoming)
    }

    /// Begins storing a file from an archive.
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

    /// Reads a complete upload and stores it until it is sent, or for a day. A very long picture becomes several
    /// attachments, in order; there is always at least one.
    ///
    /// # Errors
    /// A [`FileTrouble`] if the file cannot be read; not found if the conversation is not this person's.
    pub async fn attach(
        &self,
        mut incoming: Incoming,
        name: &str,
        draft_of: Option<ConversationId>,
    ) -> Result<Vec<Attachment>> {
        self.may_write(draft_of).await?;
        self.require_quota_for(incoming.length).await?;
        let read = self.read_upload(&mut incoming).await?;
        let mut transaction = self.begin().await?;
        let mut attachments = Vec::new();
        for (name, kept) in named(name, read) {
            let owner = Owner::Draft(draft_of);
            attachments.push(
                self.insert_attachment(&mut transaction, owner, name, kept)
                    .await?,
            );
        }
        transaction.commit().await?;
        Ok(attachments)
    }

    /// Like [`Self::attach`], for a file from an archive: it belongs at once to a message of the caller's transaction.
    /// None if the file cannot be read.
    pub(crate) async fn attach_to_message(
        &self,
        transaction: &mut UserTransaction,
        mut incoming: Incoming,
        name: &str,
        of: OfMessage,
    ) -> Result<Option<AttachmentKind>> {
        let read = {
            let mut read = std::pin::pin!(self.read_upload(&mut incoming));
            loop {
                match tokio::time::timeout(KEEP_ALIVE, &mut read).await {
                    Ok(read) => break read,
                    Err(_) => keep_alive(transaction).await?,
                }
            }
        };
        let read = match read {
            Ok(read) => read,
            Err(Error::Problem(Problem::File { trouble })) if trouble != FileTrouble::DiskFull => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let kind = read.first().map(|kept| kept.kind);
        for (part, (name, kept)) in (0..).zip(named(name, read)) {
            let position = of.position * PARTS_OF_ONE + part;
            let owner = Owner::Message(OfMessage { position, ..of });
            self.insert_attachment(transaction, owner, name, kept).await?;
        }
        Ok(kind)
    }
}

async fn keep_alive(transaction: &mut UserTransaction) -> Result<()> {
    sqlx::query("select 1").execute(&mut **transaction).await?;
    Ok(())
}

/// What was read of one upload, with names. The parts of a picture are numbered: "page (2∕6).png".
fn named(name: &str, read: Vec<Stored>) -> impl Iterator<Item = (String, Stored)> {
    let parts = read.len();
    read.into_iter().zip(1..).map(move |(kept, part)| {
        let name = shown_name(name, kept.kind);
        let name = if parts == 1 {
            name
        } else {
            part_name(&name, part, parts)
        };
        (name, kept)
    })
}

/// The slash is U+2215, which no file system takes for the end of a folder's name.
fn part_name(name: &str, part: usize, parts: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => format!("{stem} ({part}∕{parts}).{ending}"),
        _ => format!("{name} ({part}∕{parts})"),
    }
}

/// A file's name to show: the last part of its path, on one line, without characters that change the direction of
/// the text around it.
fn shown_name(name: &str, kind: AttachmentKind) -> String {
    const DIRECTION_MARKS: [char; 12] = [
        '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}', '\u{202e}', '\u{2066}',
        '\u{2067}', '\u{2068}', '\u{2069}', '\u{feff}',
    ];
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .map(|c| {
            if c.is_control() || DIRECTION_MARKS.contains(&c) {
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
    // The extension stays: it says most about the file.
    let (start, end) = (LONGEST_NAME - 20, length - 19);
    let kept = name
        .chars()
        .take(start)
        .chain(['…'])
        .chain(name.chars().skip(end));
    kept.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_part_keeps_its_extension() {
        assert_eq!(part_name("page.png", 2, 6), "page (2∕6).png");
        assert_eq!(part_name("截图", 1, 2), "截图 (1∕2)");
        assert_eq!(part_name(".png", 1, 2), ".png (1∕2)");
    }

    #[test]
    fn a_shown_name_has_no_path_no_control_characters_and_a_maximum_length() {
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
