//! What one person may have stored: the bytes of their uploads, of the messages in their spaces, and of their drafts
//! and memories. What Hearth makes of them (vectors, search columns, summaries) comes on top.
//!
//! Adding up takes PostgreSQL some milliseconds for ten thousand messages, so the sum is kept for [`KEPT`] and what is
//! written meanwhile is added to it. Before a writer is refused, it is added up once more: something may have been
//! deleted. Every writer asks before it writes, so the last one may go beyond the quota by its own size.

use crate::{Error, Result, UserBackend};
use hearth_types::{Problem, UserId};
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long a sum is believed.
const KEPT: Duration = Duration::from_secs(600);

/// The same of a sum that a writer would be refused for.
const KEPT_TO_REFUSE: Duration = Duration::from_secs(2);

/// People whose sums are kept.
const REMEMBERED: usize = 4096;

/// The sums that are known.
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

    fn known(&self, person: UserId, kept: Duration) -> Option<u64> {
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

    /// Adds what was written; the new sum, if one is known.
    fn add(&self, person: UserId, bytes: u64) -> Option<u64> {
        let mut sums = self.sums();
        let sum = sums.get_mut(&person)?;
        sum.bytes = sum.bytes.saturating_add(bytes);
        Some(sum.bytes)
    }
}

impl UserBackend {
    /// Refuses a writer while the disk is full, or while this person has stored all that they may. Not inside a
    /// transaction: it may take a connection of its own.
    ///
    /// # Errors
    /// [`Problem::DiskFull`], [`Problem::QuotaFull`].
    pub async fn require_quota(&self) -> Result<()> {
        self.require_quota_for(0).await
    }

    /// The same for something of which the size is known.
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
            let stored = match self.backend.inner.quotas.known(self.user, kept) {
                Some(stored) => stored,
                None => self.add_up().await?,
            };
            if fits(stored) {
                return Ok(());
            }
        }
        Err(full(quota))
    }

    /// Notes what a long writer has written, and refuses to go on beyond the quota.
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
