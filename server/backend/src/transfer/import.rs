//! The import: an archive that came from somewhere, read as if an enemy had written it.
//!
//! 1. The file goes to the disk as it comes ([`IncomingArchive`]), and its table of contents is held against it
//!    ([`zip`]): sizes, ratios, names, overlaps.
//! 2. A task of the server reads it, so that a closed tab changes nothing. Each conversation is read through first
//!    ([`plan`]), and then stored in one transaction ([`store`]); memories follow in another one ([`memories`]).
//!    What is interrupted, by whatever, has whole conversations or none of one; taking the same file again adds what
//!    is missing.
//!    However much a few packed bytes unpack to, memory holds a few MB: messages go from the reading thread to the
//!    storing task in batches of limited size, each message cut to what Hearth keeps ([`trim`]).
//! 3. How it goes is a row in the database ([`state`]), and so is how it ended.
//!
//! Everything gets an id of its own and belongs to the person who imports, in their private space; ids of the archive
//! are kept beside them to know things again. A name in the archive is text. Passages, vectors, pictures and files
//! come about in the same way as when somebody sends a message.

mod archive;
mod attached;
mod document;
mod examine;
mod incoming;
mod memories;
mod plan;
mod state;
mod store;
mod trim;
mod zip;

pub use examine::{Examined, examine};
pub use incoming::{IncomingArchive, LONGEST_ARCHIVE};

use super::format::MEMORIES;
use crate::{Error, Result, UserBackend};
use archive::Archive;
use chrono::{DateTime, TimeDelta, Utc};
use hearth_types::{ArchiveTrouble, ImportReport, Problem};
use plan::Plan;
use state::{End, Progress, Taken};
use std::{sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Conversations that are stored at once, of all imports together. An import asks again for each conversation, so a
/// large one lets the others have their turns.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Most are done by then, and whoever sent the file is told at once what was taken.
const SHORT: Duration = Duration::from_secs(5);

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
    /// Begins to take an archive in, and waits a moment: what is short is done by then.
    ///
    /// # Errors
    /// What is no archive that this Hearth reads; then nothing was taken.
    pub async fn import(&self, archive: IncomingArchive) -> Result<ImportReport, Refusal> {
        let (place, upload) = archive.complete().await?;
        let (path, opened) = (place.0.clone(), tokio::task::spawn_blocking);
        let zip = opened(move || Archive::open(zip::Bytes::Disk(path)))
            .await
            .map_err(|_| ArchiveTrouble::Broken)??;
        let Some(progress) = self.begin_import().await? else {
            return Err(ArchiveTrouble::Running.into());
        };
        drop(upload);
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
            job.run(&shutdown).await;
        });
        tokio::time::timeout(SHORT, task).await.ok();
        let report = self.import_report().await?;
        Ok(report.ok_or_else(|| Error::Internal("an import without a report".into()))?)
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
    async fn run(mut self, shutdown: &CancellationToken) {
        let alive = self.progress.keep_alive(&self.person);
        let end = match shutdown.run_until_cancelled(self.take_everything()).await {
            Some(Ok(())) => End::Done,
            Some(Err(error)) => End::Failed(trouble(error)),
            None => End::Interrupted,
        };
        drop(alive);
        if let Err(error) = self.progress.end(&self.person, &self.taken, end).await {
            tracing::error!(%error, "how an import ended could not be stored");
        }
        self.person.backend.inner.queue.advance();
    }

    async fn take_everything(&mut self) -> Result<()> {
        let names = self.zip.conversations();
        self.taken.total = names.len();
        for name in names {
            self.person.require_quota().await?;
            let person = self.person.clone();
            self.progress.tell(&person, &self.taken).await?;
            let turn = AT_ONCE.acquire().await;
            let _turn = turn.map_err(|error| Error::Internal(error.to_string()))?;
            self.take_conversation(&name).await?;
            self.taken.looked_at += 1;
        }
        let turn = AT_ONCE.acquire().await;
        let _turn = turn.map_err(|error| Error::Internal(error.to_string()))?;
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
        let Some(entry) = self.zip.conversation(name) else {
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
                self.taken.unreadable(self.zip.shown(name));
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        if self.knows_conversation(plan.origin).await? {
            self.taken.conversations_known += 1;
            return Ok(());
        }
        let before = self.taken.clone();
        match self.store_conversation(entry, plan).await {
            Ok(()) => self.taken.conversations += 1,
            Err(Error::Database(error)) if is_about_data(&error) => {
                // The database's words may quote the archive's: its code is told, and no more.
                let code = error
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code);
                tracing::warn!(?code, "a conversation of an archive cannot be stored");
                self.taken = before;
                self.taken.unreadable(self.zip.shown(name));
            }
            Err(error) => {
                self.taken = before;
                return Err(error);
            }
        }
        Ok(())
    }
}

fn trouble(error: Error) -> ArchiveTrouble {
    match error {
        Error::Problem(Problem::QuotaFull { .. }) => ArchiveTrouble::QuotaFull,
        Error::Problem(Problem::File { .. }) => ArchiveTrouble::DiskFull,
        error => match Problem::from(error) {
            Problem::DiskFull => ArchiveTrouble::DiskFull,
            _ => ArchiveTrouble::Internal,
        },
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
        ArchiveTrouble::QuotaFull => "quota_full",
        ArchiveTrouble::Internal => "internal",
    }
}

/// A stored trouble. A word of a newer version is read as "something failed".
fn trouble_named(name: &str) -> ArchiveTrouble {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).unwrap_or(ArchiveTrouble::Internal)
}
