//! The storage quota per person: bytes of their uploads, of the messages in their spaces, and of their drafts and
//! memories. Data derived from them (vectors, search columns, summaries) is not counted.
//!
//! PostgreSQL takes some milliseconds for the sum over ten thousand messages, so the sum is kept for [`KEPT`], and
//! later writes are added to it. Before a writer is refused, the sum is computed again, because something may have
//! been deleted. The check comes before the write, so the last write may exceed the quota by its own size.

use crate::{Error, Result, UserBackend};
use hearth_types::{Problem, UserId};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long a sum is valid.
const KEPT: Duration = Duration::from_secs(600);

/// How long a sum is valid for refusing a writer.
const KEPT_TO_REFUSE: Duration = Duration::from_secs(2);

/// Number of people whose sums are kept.
const REMEMBERED: usize = 4096;

/// The cached sums.
#[derive(Debug, Default)]
pub(crate) struct Quotas(Mutex<HashMap<UserId, Sum>>);

#[derive(Clone, Copy, Debug)]
struct Sum {
    bytes: u64,
    at: Instant,
}

impl Quotas {
    fn sums(&self) -> MutexGuard<'_, HashMap<UserId, Sum>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cached(&self, person: UserId, kept: Duration) -> Option<u64> {
        let sums = self.sums();
        let sum = sums.get(&person).filter(|sum| sum.at.elapsed() < kept);
        sum.map(|sum| sum.bytes)
    }

    fn keep(&self, person: UserId, bytes: u64) {
        let mut sums = self.sums();
        if sums.len() >= REMEMBERED {
            sums.clear();
        }
        let at = Instant::now();
        sums.insert(person, Sum { bytes, at });
    }

    /// Adds written bytes; returns the new sum if there is one.
    fn add(&self, person: UserId, bytes: u64) -> Option<u64> {
        let mut sums = self.sums();
        let sum = sums.get_mut(&person)?;
        sum.bytes = sum.bytes.saturating_add(bytes);
        Some(sum.bytes)
    }
}

impl UserBackend {
    /// Refuses a write while the disk is full, or while this person's quota is used up. Not for use inside a
    /// transaction: it may take a connection of its own.
    ///
    /// # Errors
    /// [`Problem::DiskFull`], [`Problem::QuotaFull`].
    pub async fn require_quota(&self) -> Result<()> {
        self.require_quota_for(0).await
    }

    /// The same for a write of a cached size.
    ///
    /// # Errors
    /// As [`UserBackend::require_quota`].
    pub async fn require_quota_for(&self, bytes: u64) -> Result<()> {
        self.backend.require_room()?;
        let Some(quota) = self.backend.inner.config.quota else {
            return Ok(());
        };
        let fits = |stored: u64| stored.saturating_add(bytes) < quota;
        for kept in [KEPT, KEPT_TO_REFUSE] {
            let stored = match self.backend.inner.quotas.cached(self.user, kept) {
                Some(stored) => stored,
                None => self.add_up().await?,
            };
            if fits(stored) {
                return Ok(());
            }
        }
        Err(full(quota))
    }

    /// Counts what a long write has stored so far, and stops it at the quota.
    ///
    /// # Errors
    /// [`Problem::QuotaFull`].
    pub(crate) fn note_stored(&self, bytes: u64) -> Result<()> {
        let stored = self.backend.inner.quotas.add(self.user, bytes);
        match self.backend.inner.config.quota {
            Some(quota) if stored.is_some_and(|stored| stored >= quota) => Err(full(quota)),
            _ => Ok(()),
        }
    }

    async fn add_up(&self) -> Result<u64> {
        let mut transaction = self.begin().await?;
        let bytes = sqlx::query_scalar!(
            r#"with own as materialized (
                select space_id from space_members where user_id = $1 and role = 'owner'
             )
             select ((select coalesce(sum(size_bytes), 0) from attachments
                      where author_id = $1 and space_id = any ((select my_spaces())::uuid[]))
                   + (select coalesce(sum(octet_length(p.text)), 0)
                      from messages m join message_parts p on p.message_id = m.id
                      where m.space_id in (select space_id from own))
                   + (select coalesce(sum(octet_length(text)), 0) from drafts
                      where space_id in (select space_id from own))
                   + (select coalesce(sum(octet_length(statement)), 0) from memories
                      where space_id in (select space_id from own)))::bigint as "bytes!""#,
            self.user.0
        )
        .fetch_one(&mut *transaction)
        .await?;
        let bytes = bytes.unsigned_abs();
        self.backend.inner.quotas.keep(self.user, bytes);
        Ok(bytes)
    }
}

fn full(quota: u64) -> Error {
    Error::Problem(Problem::QuotaFull {
        megabytes: u32::try_from(quota >> 20).unwrap_or(u32::MAX),
    })
}
