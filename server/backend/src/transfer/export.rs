//! The export streams an archive while it is made.
//!
//! One transaction with a snapshot (repeatable read) reads everything, so later changes do not appear; memory holds one
//! page of rows, one piece of a file, and the archive's table of contents. A client that reads nothing for a minute, or
//! disconnects, ends the export. An attachment whose file is missing on the disk is listed in its message without a
//! path.

mod files;
mod packer;
mod phrases;
mod reading;
mod rows;

use super::{
    format::{FORMAT, MANIFEST, MEMORIES, Manifest, VERSION},
    names::{self, Taken},
};
use crate::{Error, Result, UserBackend, limits::Work, storage::UserTransaction};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use files::Files;
use futures::Stream;
use packer::Packer;
use phrases::Phrases;
use serde::Serialize;
use std::{io, time::Duration};
use tokio::sync::{Semaphore, mpsc};

/// Maximum number of exports of the server at the same time: each holds a database connection until it ends.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Maximum duration of an export, because the database must keep its snapshot until the end.
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// Maximum number of pieces that wait to be sent.
const AHEAD: usize = 2;

/// A running export.
pub struct Export {
    /// File name for the download: `hearth-Anna-2026-05-03.zip`.
    pub file_name: String,
    pieces: mpsc::Receiver<Vec<u8>>,
}

impl Export {
    /// The bytes. An export that broke off ends with an error, so that the connection is aborted and the download does
    /// not look complete.
    pub fn into_stream(self) -> impl Stream<Item = io::Result<Vec<u8>>> + Send + 'static {
        futures::stream::unfold(Some(self.pieces), |pieces| async move {
            let mut pieces = pieces?;
            match pieces.recv().await {
                Some(end) if end.is_empty() => None,
                Some(piece) => Some((Ok(piece), Some(pieces))),
                None => Some((Err(io::Error::other("the export broke off")), None)),
            }
        })
    }
}

/// Why an export stops early.
pub(crate) enum Stop {
    /// The client disconnected or reads too slowly.
    Gone,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl UserBackend {
    /// Starts an export of all of this person's data as one file.
    ///
    /// # Errors
    /// The database's, before the first byte; a later failure ends the stream with an error.
    pub async fn export(&self) -> Result<Export> {
        let permit = self.backend.inner.limits.begin(self.user, Work::Export).await?;
        let mut transaction = self.begin().await?;
        let owner = rows::owner(&mut transaction, self.user).await?;
        drop(transaction);
        let zone: Tz = owner.time_zone.parse().unwrap_or(Tz::UTC);
        let day = Utc::now().with_timezone(&zone).format("%Y-%m-%d");
        let file_name = format!("hearth-{}-{day}.zip", names::safe(&owner.name, "export"));
        let (sender, pieces) = mpsc::channel(AHEAD);
        let (person, shutdown) = (self.clone(), self.backend.inner.shutdown.clone());
        self.backend.inner.tasks.spawn(async move {
            let _permit = permit;
            let made = tokio::time::timeout(LONGEST, person.make_archive(Packer::new(sender)));
            match shutdown.run_until_cancelled_owned(made).await {
                Some(Ok(Err(Stop::Failed(error)))) => tracing::error!(%error, "an export failed"),
                Some(Err(_)) => tracing::warn!("an export exceeded its maximum duration"),
                Some(Ok(Ok(()) | Err(Stop::Gone))) | None => {}
            }
        });
        Ok(Export { file_name, pieces })
    }

    async fn make_archive(&self, packer: Packer) -> Result<(), Stop> {
        let turn = tokio::select! {
            turn = AT_ONCE.acquire() => turn,
            () = packer.gone() => return Err(Stop::Gone),
        };
        let _turn = turn.map_err(|_| Error::Internal("the semaphore of exports is closed".into()))?;
        let mut transaction = self.backend.inner.storage.begin_snapshot_as(self.user).await?;
        let owner = rows::owner(&mut transaction, self.user).await?;
        let mut archive = Archive {
            person: self,
            phrases: Phrases::of(&owner),
            packer,
            folders: Taken::default(),
            now: Utc::now(),
        };
        archive.front(&owner).await?;
        archive.memories(&mut transaction).await?;
        archive.conversations(&mut transaction).await?;
        archive.packer.finish().await
    }
}

/// An archive that is being written.
struct Archive<'a> {
    person: &'a UserBackend,
    phrases: Phrases,
    packer: Packer,
    /// Used names of conversations, which are also the names of the folders with their attachments.
    folders: Taken,
    now: DateTime<Utc>,
}

impl Archive<'_> {
    /// Writes the readme and the manifest.
    async fn front(&mut self, owner: &rows::Owner) -> Result<(), Stop> {
        let readme = self.phrases.readme(owner, self.now);
        self.packer.file("README.md", &readme, self.now).await?;
        let manifest = Manifest {
            format: FORMAT.into(),
            version: VERSION,
            exported_at: self.now,
            name: owner.name.clone(),
            conversations: owner.conversations.unsigned_abs(),
            memories: owner.memories.unsigned_abs(),
        };
        self.packer.file(MANIFEST, &json(&manifest)?, self.now).await
    }

    async fn memories(&mut self, transaction: &mut UserTransaction) -> Result<(), Stop> {
        self.packer.start(MEMORIES, false, self.now).await?;
        self.packer.write(b"{\"memories\":[").await?;
        let (mut after, mut first) = (None, true);
        loop {
            let (page, place) = rows::memories(transaction, self.person.user, after).await?;
            for memory in &page {
                self.element(memory, &mut first).await?;
            }
            after = place.or(after);
            if place.is_none() {
                break;
            }
        }
        self.packer.write(b"\n]}\n").await?;
        self.packer.start("memories.md", false, self.now).await?;
        let heading = self.phrases.memories_heading();
        self.packer.write(heading.as_bytes()).await?;
        let mut after = None;
        loop {
            let (page, place) = rows::memories(transaction, self.person.user, after).await?;
            for memory in &page {
                let line = reading::memory(&self.phrases, memory);
                self.packer.write(line.as_bytes()).await?;
            }
            after = place.or(after);
            if place.is_none() {
                return Ok(());
            }
        }
    }

    async fn conversations(&mut self, transaction: &mut UserTransaction) -> Result<(), Stop> {
        let mut after = None;
        loop {
            let page = rows::conversations(transaction, self.person.user, after).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some((last.head.created_at, last.id));
            for conversation in &page {
                self.conversation(transaction, conversation).await?;
            }
        }
    }

    async fn conversation(
        &mut self,
        transaction: &mut UserTransaction,
        conversation: &rows::Conversation,
    ) -> Result<(), Stop> {
        let head = &conversation.head;
        let title = names::safe(&head.title, self.phrases.untitled());
        let day = self.phrases.day_of(head.created_at);
        let folder = self.folders.give(&format!("{day} {title}"), "");
        let mut files = self.attachments(transaction, conversation, &folder).await?;
        let reading = self
            .everything(transaction, conversation, &folder, &files)
            .await?;
        let name = format!("conversations/{folder}.md");
        self.packer.start(&name, false, head.updated_at).await?;
        self.packer
            .write(reading::head(&self.phrases, head).as_bytes())
            .await?;
        if let Some(text) = reading {
            return self.packer.write(text.as_bytes()).await;
        }
        let mut after = 0;
        loop {
            let page = rows::messages(transaction, self.person.user, conversation.id, after, true).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.ordinal;
            for mut message in page {
                message.message.attachments = files.remove(&message.id).unwrap_or_default();
                let text = reading::message(&self.phrases, &message.message);
                self.packer.write(text.as_bytes()).await?;
            }
        }
    }

    /// Writes the JSON of a conversation. Returns its Markdown too if one page contained all messages, which saves
    /// reading them twice.
    async fn everything(
        &mut self,
        transaction: &mut UserTransaction,
        conversation: &rows::Conversation,
        folder: &str,
        files: &Files,
    ) -> Result<Option<String>, Stop> {
        let head = &conversation.head;
        let name = format!("conversations/{folder}.json");
        self.packer.start(&name, false, head.updated_at).await?;
        let mut opening = json(head)?;
        opening.truncate(opening.trim_end_matches(['}', '\n']).len());
        self.packer
            .write(format!("{opening},\"messages\":[").as_bytes())
            .await?;
        let (mut after, mut first, mut pages) = (0, true, 0);
        let mut reading = String::new();
        loop {
            let page = rows::messages(transaction, self.person.user, conversation.id, after, false).await?;
            let Some(last) = page.last() else { break };
            after = last.ordinal;
            pages += 1;
            reading.clear();
            for mut message in page {
                message.message.attachments = files.get(&message.id).cloned().unwrap_or_default();
                self.element(&message.message, &mut first).await?;
                if pages == 1 && !message.abandoned {
                    reading += &reading::message(&self.phrases, &message.message);
                }
            }
        }
        self.packer.write(b"\n]}\n").await?;
        Ok((pages <= 1).then_some(reading))
    }

    /// Writes one element of a list on a line of its own.
    async fn element(&mut self, element: &impl Serialize, first: &mut bool) -> Result<(), Stop> {
        let comma = if std::mem::take(first) { "\n" } else { ",\n" };
        let line = json(element)?;
        self.packer.write(comma.as_bytes()).await?;
        self.packer.write(line.trim_end().as_bytes()).await
    }
}

/// JSON on one line, with a line break at its end.
fn json(value: &impl Serialize) -> Result<String, Stop> {
    let mut text =
        serde_json::to_string(value).map_err(|error| Error::Internal(format!("writing JSON: {error}")))?;
    text.push('\n');
    Ok(text)
}
