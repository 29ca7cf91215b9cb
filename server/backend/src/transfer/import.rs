//! The import: an archive that came from somewhere, read as if an enemy had written it.
//!
//! 1. The file goes to the disk as it comes ([`IncomingArchive`]), and its table of contents is held against it
//!    ([`zip`]): sizes, ratios, names, overlaps.
//! 2. A task of the server reads it, so that a closed tab changes nothing. Each conversation is read through first
//!    ([`plan`]), and then stored in one transaction ([`store`]); memories follow in another one ([`memories`]).
//!    What is interrupted, by whatever, has whole conversations or none of one; taking the same file again adds what
//!    is missing.
//! 3. How it goes is a row in the database ([`state`]), and so is how it ended.
//!
//! Everything gets an id of its own and belongs to the person who imports, in their private space; ids of the archive
//! are kept beside them to know things again. A name in the archive is text. Passages, vectors, pictures and files
//! come about in the same way as when somebody sends a message.

mod document;
mod memories;
mod plan;
mod state;
mod store;
mod zip;

use super::format::{CONVERSATIONS, FORMAT, MANIFEST, MEMORIES, Manifest, VERSION};
use crate::{Error, Result, UserBackend, attachments, storage};
use chrono::{DateTime, TimeDelta, Utc};
use hearth_types::{ArchiveTrouble, ImportReport, Problem};
use plan::Plan;
use state::{Progress, Taken};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    fs,
    io::AsyncWriteExt,
    sync::{Semaphore, SemaphorePermit},
};
use zip::{Entry, Zip};

/// Bytes of an archive.
pub const LONGEST_ARCHIVE: u64 = 16 << 30;

/// Bytes between two looks at the room that is left on the disk, and what must be left.
const LOOK_EVERY: u64 = 64 << 20;
const RESERVE: u64 = 1 << 30;

/// Imports of the whole house at once.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Most are done by then, and whoever sent the file is told at once what was taken.
const SHORT: Duration = Duration::from_secs(5);

/// Bytes of `hearth.json`.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// An archive on its way in. What is dropped leaves nothing on the disk.
pub struct IncomingArchive {
    file: Option<fs::File>,
    length: u64,
    looked_at: u64,
    place: Removed,
}

/// A file that goes when nobody needs it any more.
struct Removed(PathBuf);

impl Drop for Removed {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).ok();
    }
}

impl IncomingArchive {
    /// Adds what has come.
    ///
    /// # Errors
    /// More than an archive may have, or no room for it.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        self.length += bytes.len() as u64;
        if self.length > LONGEST_ARCHIVE {
            return Err(ArchiveTrouble::TooLarge.into());
        }
        if self.length >= self.looked_at + LOOK_EVERY {
            self.looked_at = self.length;
            if storage::free(&self.place.0).is_some_and(|free| free < RESERVE) {
                return Err(ArchiveTrouble::DiskFull.into());
            }
        }
        let file = self.file.as_mut().ok_or(ArchiveTrouble::Broken)?;
        Ok(file.write_all(bytes).await.map_err(|error| attachments::disk(&error))?)
    }

    async fn complete(mut self) -> Result<Removed> {
        if let Some(mut file) = self.file.take() {
            file.flush().await.map_err(|error| attachments::disk(&error))?;
        }
        Ok(self.place)
    }
}

/// Why an archive was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The person is told this.
    #[error("{0:?}")]
    Archive(ArchiveTrouble),
    #[error(transparent)]
    Backend(#[from] Error),
}

impl From<ArchiveTrouble> for Refusal {
    fn from(trouble: ArchiveTrouble) -> Self {
        Self::Archive(trouble)
    }
}

impl UserBackend {
    /// A place for an archive.
    ///
    /// # Errors
    /// Refused while another import of this person's runs, or the disk is full.
    pub async fn incoming_archive(&self) -> Result<IncomingArchive, Refusal> {
        let running = self.import_report().await?.is_some_and(|report| report.is_running());
        if running {
            return Err(ArchiveTrouble::Running.into());
        }
        self.backend.require_room()?;
        let files = &self.backend.inner.files;
        let path = files.incoming().await.map_err(|error| attachments::disk(&error))?;
        let file = fs::File::create(&path).await.map_err(|error| attachments::disk(&error))?;
        Ok(IncomingArchive {
            file: Some(file),
            length: 0,
            looked_at: 0,
            place: Removed(path),
        })
    }

    /// Begins to take an archive in, and waits a moment: what is short is done by then.
    ///
    /// # Errors
    /// What is no archive that this Hearth reads; then nothing was taken.
    pub async fn import(&self, archive: IncomingArchive) -> Result<ImportReport, Refusal> {
        let place = archive.complete().await?;
        let (path, opened) = (place.0.clone(), tokio::task::spawn_blocking);
        let zip = opened(move || open(&path)).await.map_err(|_| ArchiveTrouble::Broken)??;
        let Some(progress) = self.begin_import().await? else {
            return Err(ArchiveTrouble::Running.into());
        };
        let job = Job {
            person: self.clone(),
            zip: Arc::new(zip),
            taken: Taken::default(),
            progress,
            now: Utc::now(),
        };
        let shutdown = self.backend.inner.shutdown.clone();
        let task = self.backend.inner.tasks.spawn(async move {
            // The file stays as long as it is read.
            let _place = place;
            shutdown.run_until_cancelled_owned(job.run()).await
        });
        tokio::time::timeout(SHORT, task).await.ok();
        let report = self.import_report().await?;
        Ok(report.ok_or_else(|| Error::Internal("an import without a report".into()))?)
    }
}

/// The archive behind the zip file. Not for an async task.
fn open(path: &Path) -> Result<Archive, ArchiveTrouble> {
    let zip = Zip::open(path)?;
    let root = zip.root().ok_or(ArchiveTrouble::NotHearths)?;
    let archive = Archive { zip, root };
    let entry = archive.entry(MANIFEST).ok_or(ArchiveTrouble::NotHearths)?;
    let content = archive.zip.read(entry).map_err(|_| ArchiveTrouble::Broken)?;
    let mut text = Vec::new();
    let read = content.take(LARGEST_MANIFEST).read_to_end(&mut text);
    read.map_err(|_| ArchiveTrouble::Broken)?;
    // The version first: what a newer Hearth writes may be nothing that is understood here.
    let manifest: serde_json::Value = serde_json::from_slice(&text).map_err(|_| ArchiveTrouble::NotHearths)?;
    if manifest["format"] != FORMAT {
        return Err(ArchiveTrouble::NotHearths);
    }
    if manifest["version"].as_u64().is_none_or(|version| version > u64::from(VERSION)) {
        return Err(ArchiveTrouble::Newer);
    }
    serde_json::from_value::<Manifest>(manifest).map_err(|_| ArchiveTrouble::NotHearths)?;
    Ok(archive)
}

/// A zip file, and the folder in it that everything is in: none, unless somebody packed it anew.
struct Archive {
    zip: Zip,
    root: String,
}

impl Archive {
    fn entry(&self, name: &str) -> Option<Entry> {
        self.zip.entry(&format!("{}{name}", self.root))
    }

    fn read(&self, entry: Entry) -> io::Result<zip::Content> {
        self.zip.read(entry)
    }

    /// The files that hold a conversation, by name: so the oldest comes first.
    fn conversations(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .zip
            .names()
            .filter_map(|name| name.strip_prefix(&*self.root))
            .filter(|name| name.starts_with(CONVERSATIONS) && name.ends_with(".json"))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names
    }
}

/// An import while it runs.
struct Job {
    person: UserBackend,
    zip: Arc<Archive>,
    taken: Taken,
    progress: Progress,
    now: DateTime<Utc>,
}

impl Job {
    async fn run(mut self) {
        let outcome = match self.turn().await {
            Ok(_turn) => self.take_everything().await,
            Err(error) => Err(error),
        };
        let trouble = outcome.err().map(|error| match error {
            Error::Problem(Problem::DiskFull | Problem::File { .. }) => ArchiveTrouble::DiskFull,
            error => match Problem::from(error) {
                Problem::DiskFull => ArchiveTrouble::DiskFull,
                _ => ArchiveTrouble::Internal,
            },
        });
        if let Err(error) = self.progress.end(&self.person, &self.taken, trouble).await {
            tracing::error!(%error, "how an import ended could not be stored");
        }
        self.person.backend.inner.queue.advance();
    }

    /// Waits for its turn, and is heard of meanwhile.
    async fn turn(&mut self) -> Result<SemaphorePermit<'static>> {
        loop {
            let person = self.person.clone();
            self.progress.tell(&person, &self.taken).await?;
            if let Ok(turn) = tokio::time::timeout(SHORT, AT_ONCE.acquire()).await {
                return turn.map_err(|_| Error::Internal("nobody imports".into()));
            }
        }
    }

    async fn take_everything(&mut self) -> Result<()> {
        let names = self.zip.conversations();
        self.taken.total = names.len();
        for name in names {
            self.person.backend.require_room()?;
            let person = self.person.clone();
            self.progress.tell(&person, &self.taken).await?;
            self.take_conversation(&name).await?;
            self.taken.looked_at += 1;
        }
        let stored = match self.zip.entry(MEMORIES) {
            Some(entry) => self.store_memories(entry).await,
            None => Ok(false),
        };
        match stored {
            Ok(true) => {}
            Ok(false) => self.taken.unreadable(MEMORIES),
            Err(Error::Database(error)) if is_about_data(&error) => self.taken.unreadable(MEMORIES),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// One that cannot be read is counted, and the others are taken.
    async fn take_conversation(&mut self, name: &str) -> Result<()> {
        let Some(entry) = self.zip.entry(name) else {
            return Ok(());
        };
        let (zip, now) = (self.zip.clone(), self.now);
        let planned = tokio::task::spawn_blocking(move || {
            let content = zip.read(entry).map_err(|error| error.kind().to_string())?;
            Plan::read(content, now)
        });
        let plan = match planned.await {
            Ok(Ok(plan)) => plan,
            Ok(Err(why)) => {
                tracing::info!(why, "a conversation of an archive cannot be read");
                self.taken.unreadable(name);
                return Ok(());
            }
            Err(error) => return Err(Error::Internal(error.to_string())),
        };
        if self.knows_conversation(plan.origin).await? {
            self.taken.conversations_known += 1;
            return Ok(());
        }
        let before = self.taken.files_only();
        match self.store_conversation(entry, plan).await {
            Ok(()) => self.taken.conversations += 1,
            Err(Error::Database(error)) if is_about_data(&error) => {
                // The database's words may quote the archive's: its code is told, and no more.
                let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
                tracing::warn!(?code, "a conversation of an archive cannot be stored");
                self.taken.restore(before);
                self.taken.unreadable(name);
            }
            Err(error) => {
                self.taken.restore(before);
                return Err(error);
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
            content.take(attachments::LONGEST_UPLOAD).read_to_end(&mut bytes)?;
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

/// PostgreSQL refuses the data, not the work: a value out of its range, or a key that is taken.
fn is_about_data(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// A time of this age, up to now: a clock that was wrong there puts nothing above everything here.
fn within(at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if at > now + TimeDelta::days(1) {
        now
    } else {
        at.max(DateTime::UNIX_EPOCH)
    }
}

/// How a trouble is stored.
const fn trouble_name(trouble: ArchiveTrouble) -> &'static str {
    match trouble {
        ArchiveTrouble::NoFile => "no_file",
        ArchiveTrouble::TooLarge => "too_large",
        ArchiveTrouble::Broken => "broken",
        ArchiveTrouble::NotHearths => "not_hearths",
        ArchiveTrouble::Newer => "newer",
        ArchiveTrouble::Protected => "protected",
        ArchiveTrouble::TooMuch => "too_much",
        ArchiveTrouble::Running => "running",
        ArchiveTrouble::DiskFull => "disk_full",
        ArchiveTrouble::Internal => "internal",
    }
}

/// A stored trouble. A word of a newer version is read as "something failed".
fn trouble_named(name: &str) -> ArchiveTrouble {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).unwrap_or(ArchiveTrouble::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn more_than_an_archive_may_have_is_refused_while_it_arrives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        let mut incoming = IncomingArchive {
            file: Some(fs::File::create(&path).await.unwrap()),
            length: LONGEST_ARCHIVE - 10,
            looked_at: LONGEST_ARCHIVE - 10,
            place: Removed(path.clone()),
        };
        incoming.write(&[0; 10]).await.unwrap();
        let refused = incoming.write(&[0]).await;
        assert!(matches!(refused, Err(Refusal::Archive(ArchiveTrouble::TooLarge))), "{refused:?}");
        drop(incoming);
        assert!(!path.exists(), "nothing of it stays");
    }
}
