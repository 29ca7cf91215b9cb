//! The state of an import: stored in the database, so that every page and every instance can show it.

use crate::{Result, UserBackend, spaces};
use hearth_types::{ArchiveTrouble, ImportReport, ImportState};
use std::time::{Duration, Instant};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

/// Seconds without a heartbeat after which a running import counts as interrupted, if its process is unknown.
const SILENCE: f64 = 60.0;

/// Interval of a running import's heartbeats.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Minimum interval between two reports of progress.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Maximum number of names of unreadable files in the report, and characters of each.
const MOST_NAMES: usize = 20;
const LONGEST_NAME: usize = 120;

/// Counts of what has been imported so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Taken {
    pub looked_at: usize,
    pub total: usize,
    pub conversations: usize,
    pub conversations_known: usize,
    pub memories: usize,
    pub memories_known: usize,
    pub pictures: usize,
    pub files: usize,
    /// Messages that were cut.
    pub shortened: usize,
    pub unreadable: usize,
    pub unreadable_names: Vec<String>,
}

impl Taken {
    /// Counts a file of the archive that could not be read.
    pub fn unreadable(&mut self, name: &str) {
        self.unreadable += 1;
        if self.unreadable_names.len() < MOST_NAMES {
            self.unreadable_names.push(super::plan::plain(name, LONGEST_NAME));
        }
    }
}

/// How an import ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum End {
    Done,
    Failed(ArchiveTrouble),
    /// The server stops; importing the same file again adds the rest.
    Interrupted,
}

/// The row of a running import.
pub(super) struct Progress {
    id: Uuid,
    reported_at: Option<Instant>,
}

impl Progress {
    pub const fn of(id: Uuid) -> Self {
        Self {
            id,
            reported_at: None,
        }
    }

    /// Stores the progress, unless that was done within [`REPORT_EVERY`]. Do not call it inside a transaction: it takes
    /// a connection of its own.
    pub async fn report(&mut self, person: &UserBackend, taken: &Taken) -> Result<()> {
        if self.reported_at.is_some_and(|at| at.elapsed() < REPORT_EVERY) {
            return Ok(());
        }
        self.reported_at = Some(Instant::now());
        self.store(person, taken, "running", None).await
    }

    /// Stores heartbeats in a task of its own, until the guard is dropped.
    pub fn keep_alive(&self, person: &UserBackend) -> DropGuard {
        let stop = CancellationToken::new();
        let (id, person, stopped) = (self.id, person.clone(), stop.clone());
        let heartbeats = async move {
            loop {
                tokio::time::sleep(HEARTBEAT).await;
                if let Err(error) = heartbeat(&person, id).await {
                    tracing::warn!(%error, "the heartbeat of a running import could not be stored");
                }
            }
        };
        tokio::spawn(async move { stopped.run_until_cancelled(heartbeats).await });
        stop.drop_guard()
    }

    pub async fn end(&self, person: &UserBackend, taken: &Taken, end: End) -> Result<()> {
        let (state, trouble) = match end {
            End::Done => ("done", None),
            End::Failed(trouble) => ("failed", Some(trouble)),
            End::Interrupted => ("interrupted", None),
        };
        self.store(person, taken, state, trouble).await
    }

    async fn store(
        &self,
        person: &UserBackend,
        taken: &Taken,
        state: &str,
        trouble: Option<ArchiveTrouble>,
    ) -> Result<()> {
        let n = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let mut transaction = person.begin().await?;
        sqlx::query!(
            "update imports set state = $3, trouble = $4, looked_at = $5, total = $6, conversations = $7,
                    conversations_known = $8, memories = $9, memories_known = $10, pictures = $11, files = $12,
                    unreadable = $13, unreadable_names = $14, shortened = $15, updated_at = now()
             where space_id = $1 and id = $2",
            spaces::private_space(person.user).0,
            self.id,
            state,
            trouble.map(super::trouble_name),
            n(taken.looked_at),
            n(taken.total),
            n(taken.conversations),
            n(taken.conversations_known),
            n(taken.memories),
            n(taken.memories_known),
            n(taken.pictures),
            n(taken.files),
            n(taken.unreadable),
            &taken.unreadable_names,
            n(taken.shortened),
        )
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }
}

async fn heartbeat(person: &UserBackend, id: Uuid) -> Result<()> {
    let mut transaction = person.begin().await?;
    sqlx::query!(
        "update imports set updated_at = now() where space_id = $1 and id = $2 and state = 'running'",
        spaces::private_space(person.user).0,
        id,
    )
    .execute(&mut *transaction)
    .await?;
    Ok(transaction.commit().await?)
}

impl UserBackend {
    /// The progress or the result of this person's last import; none if there was none.
    pub async fn import_report(&self) -> Result<Option<ImportReport>> {
        let mut transaction = self.begin().await?;
        let row = sqlx::query!(
            r#"select case when state = 'running' and updated_at < now() - make_interval(secs => $2) then 'interrupted'
                           else state end as "state!: ImportState", owner, shortened,
                      trouble, looked_at, total, conversations, conversations_known, memories, memories_known,
                      pictures, files, unreadable, unreadable_names, started_at, updated_at
             from imports where space_id = $1"#,
            spaces::private_space(self.user).0,
            SILENCE,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let instance = &self.backend.inner.instance;
        Ok(row.map(|row| ImportReport {
            state: match row.state {
                ImportState::Running if instance.has_ended(row.owner.as_deref()) => ImportState::Interrupted,
                state => state,
            },
            trouble: row.trouble.as_deref().map(super::trouble_named),
            looked_at: row.looked_at.unsigned_abs(),
            total: row.total.unsigned_abs(),
            conversations: row.conversations.unsigned_abs(),
            conversations_known: row.conversations_known.unsigned_abs(),
            memories: row.memories.unsigned_abs(),
            memories_known: row.memories_known.unsigned_abs(),
            pictures: row.pictures.unsigned_abs(),
            files: row.files.unsigned_abs(),
            shortened: row.shortened.unsigned_abs(),
            unreadable: row.unreadable.unsigned_abs(),
            unreadable_names: row.unreadable_names,
            started_at: row.started_at.timestamp_millis(),
            updated_at: row.updated_at.timestamp_millis(),
        }))
    }

    /// Begins an import, unless one is running; one whose process has ended does not count as running.
    pub(super) async fn begin_import(&self) -> Result<Option<Progress>> {
        let (id, space) = (Uuid::now_v7(), spaces::private_space(self.user));
        let instance = &self.backend.inner.instance;
        let mut transaction = self.begin().await?;
        let last = sqlx::query!(
            r#"select id, owner, state = 'running' and updated_at >= now() - make_interval(secs => $2) as "running!"
             from imports where space_id = $1 for update"#,
            space.0,
            SILENCE,
        )
        .fetch_optional(&mut *transaction)
        .await?;
        let running = |owner: Option<&str>| !instance.has_ended(owner);
        if last
            .as_ref()
            .is_some_and(|last| last.running && running(last.owner.as_deref()))
        {
            return Ok(None);
        }
        let begun = sqlx::query_scalar!(
            "insert into imports (space_id, author_id, id, owner, state) values ($1, $2, $3, $4, 'running')
             on conflict (space_id) do update
                set id = excluded.id, owner = excluded.owner, state = 'running', trouble = null, looked_at = 0,
                    total = 0, conversations = 0, conversations_known = 0, memories = 0, memories_known = 0,
                    pictures = 0, files = 0, unreadable = 0, shortened = 0, unreadable_names = '{}',
                    started_at = now(), updated_at = now()
                where imports.id = $5
             returning id",
            space.0,
            self.user.0,
            id,
            instance.name(),
            // Without an earlier import, of two that begin at the same time the first one wins.
            last.map(|last| last.id),
        )
        .fetch_optional(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(begun.map(Progress::of))
    }

    /// Records that a file was refused, unless an import is running.
    pub async fn refuse_import(&self, trouble: ArchiveTrouble) -> Result<()> {
        if let Some(progress) = self.begin_import().await? {
            progress
                .end(self, &Taken::default(), End::Failed(trouble))
                .await?;
        }
        Ok(())
    }
}
