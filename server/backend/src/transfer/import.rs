//! The import of an archive, which is treated as hostile input.
//!
//! 1. The file is written to the disk as it arrives ([`IncomingArchive`]), and its table of contents is checked
//!    ([`zip`]): sizes, ratios, names, overlaps.
//! 2. A task of the server reads it, so that closing the page does not stop it. Each conversation is validated first
//!    ([`plan`]), and then stored in one transaction ([`store`]); memories follow in another one ([`memories`]). An
//!    interrupted import leaves only complete conversations; importing the same file again adds the missing ones.
//!    Whatever the compression ratio, memory holds a few MB: messages pass from the reading thread to the storing task
//!    in batches of limited size, each message cut to its maximum length ([`trim`]).
//! 3. Its progress and its end are a row in the database ([`state`]).
//!
//! Everything gets a new id and belongs to the importing person, in their private space; the archive's ids are stored
//! too, to recognise things at the next import. A name in the archive is only text. Passages, vectors and attachments
//! are made in the same way as for a sent message.

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

/// Maximum number of conversations that all imports together store at the same time. An import acquires a permit for
/// each conversation, so a large one does not block the others.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Time that the request waits for the import's end: most are done by then, and the response shows the result.
const SHORT: Duration = Duration::from_secs(5);

/// Why an archive was not imported.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Shown to the person.
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
    /// Starts an import and waits a moment, in which a short one ends.
    ///
    /// # Errors
    /// The archive cannot be read; then nothing was imported.
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
            // Keeps the file until the import ends.
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
        let end = match shutdown.run_until_cancelled(self.import_all()).await {
            Some(Ok(())) => End::Done,
            Some(Err(error)) => End::Failed(trouble(error)),
            None => End::Interrupted,
        };
        drop(alive);
        if let Err(error) = self.progress.end(&self.person, &self.taken, end).await {
            tracing::error!(%error, "the end of an import could not be stored");
        }
        self.person.backend.inner.queue.advance();
    }

    async fn import_all(&mut self) -> Result<()> {
        let names = self.zip.conversations();
        self.taken.total = names.len();
        for name in names {
            self.person.require_quota().await?;
            let person = self.person.clone();
            self.progress.report(&person, &self.taken).await?;
            let turn = AT_ONCE.acquire().await;
            let _turn = turn.map_err(|error| Error::Internal(error.to_string()))?;
            self.import_conversation(&name).await?;
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

    /// Imports one conversation; one that cannot be read is counted and skipped.
    async fn import_conversation(&mut self, name: &str) -> Result<()> {
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
                // The database's message may quote the archive, so only its code is logged.
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

/// Whether PostgreSQL refuses the data itself: a value out of range (class 22), or a violated constraint (class 23).
fn is_about_data(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    code.is_some_and(|code| code.starts_with("22") || code.starts_with("23"))
}

/// The time between 1970 and now: a wrong clock of the other server must not put something above everything here.
fn within(at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if at > now + TimeDelta::days(1) {
        now
    } else {
        at.max(DateTime::UNIX_EPOCH)
    }
}

/// The name under which a trouble is stored.
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

/// A trouble by its stored name. An unknown one, from a newer version, is an internal error.
fn trouble_named(name: &str) -> ArchiveTrouble {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).unwrap_or(ArchiveTrouble::Internal)
}
