//! Limits on concurrent work per person, so that a hundred requests of one person do not block the others.
//!
//! Each kind of work ([`Work`]) has a number of permits per person. Further requests wait for a short time in the
//! order of arrival, then they are refused with [`Problem::TooManyAtOnce`]. The counts are local to this process.

use crate::{Error, Result};
use hearth_types::{Problem, UserId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Number of people whose permits are kept before unused ones are dropped.
const REMEMBERED: usize = 256;

/// Work with a limit per person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    Search,
    /// Embedding the words of a search.
    SearchEmbedding,
    /// An upload, from its first byte to its row.
    Upload,
    /// Reading a picture or PDF in a child process.
    Reading,
    /// Uploading an archive.
    ArchiveUpload,
    Export,
    Speech,
}

impl Work {
    /// Number of permits. A browser opens six connections to a server, so it never reaches the limit of uploads.
    const fn most(self) -> usize {
        match self {
            Self::Search => 4,
            Self::Upload => 6,
            Self::Speech => 2,
            Self::SearchEmbedding | Self::Reading | Self::ArchiveUpload | Self::Export => 1,
        }
    }

    /// Longest wait for a permit. Work within a request that has a permit itself waits as long as that one.
    const fn patience(self) -> Duration {
        Duration::from_secs(match self {
            Self::Search => 10,
            Self::Upload => 30,
            Self::Speech | Self::Export => 5,
            Self::ArchiveUpload => 0,
            Self::SearchEmbedding | Self::Reading => 600,
        })
    }
}

/// The permits of all people.
#[derive(Debug, Default)]
pub(crate) struct PerPerson(Mutex<HashMap<(UserId, Work), Arc<Semaphore>>>);

/// Running work; counted until dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    _permit: OwnedSemaphorePermit,
}

impl PerPerson {
    /// Waits for a permit.
    ///
    /// # Errors
    /// [`Problem::TooManyAtOnce`] if none becomes free in time.
    pub async fn begin(&self, person: UserId, work: Work) -> Result<Permit> {
        let permits = self.permits(person, work);
        if let Ok(permit) = permits.clone().try_acquire_owned() {
            return Ok(Permit { _permit: permit });
        }
        match timeout(work.patience(), permits.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Permit { _permit: permit }),
            _ => Err(Error::Problem(Problem::TooManyAtOnce { seconds: 5 })),
        }
    }

    fn permits(&self, person: UserId, work: Work) -> Arc<Semaphore> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= REMEMBERED {
            // Permits and waiting requests hold references to the semaphore too.
            people.retain(|_, permits| Arc::strong_count(permits) > 1);
        }
        let permits = people.entry((person, work));
        permits
            .or_insert_with(|| Arc::new(Semaphore::new(work.most())))
            .clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use uuid::Uuid;

    fn person() -> UserId {
        UserId(Uuid::new_v4())
    }

    #[tokio::test]
    async fn one_person_waits_or_is_refused_and_another_is_not() {
        let (limits, anna, ben) = (PerPerson::default(), person(), person());
        let archive = limits.begin(anna, Work::ArchiveUpload).await.unwrap();
        let refused = limits.begin(anna, Work::ArchiveUpload).await;
        assert!(
            matches!(refused, Err(Error::Problem(Problem::TooManyAtOnce { .. }))),
            "{refused:?}"
        );
        limits.begin(ben, Work::ArchiveUpload).await.unwrap();
        drop(archive);
        limits.begin(anna, Work::ArchiveUpload).await.unwrap();

        let mut held = Vec::new();
        for _ in 0..Work::Search.most() {
            held.push(limits.begin(anna, Work::Search).await.unwrap());
        }
        limits.begin(ben, Work::Search).await.unwrap();
        let mut next = std::pin::pin!(limits.begin(anna, Work::Search));
        assert!(next.as_mut().now_or_never().is_none(), "it waits for a permit");
        held.pop();
        next.await.unwrap();
    }

    #[tokio::test]
    async fn people_without_running_work_are_forgotten() {
        let limits = PerPerson::default();
        let held = limits.begin(person(), Work::Export).await.unwrap();
        for _ in 0..10 * REMEMBERED {
            limits.begin(person(), Work::Search).await.unwrap();
        }
        assert!(limits.0.lock().unwrap().len() <= REMEMBERED);
        drop(held);
    }
}
