//! What one person may do at the same time, so that a hundred requests of one person leave the others their turn.
//!
//! Each kind of work ([`Work`]) has a number of permits for each person. A request beyond them waits for a moment in
//! the order of arrival, then it is refused with [`Problem::TooManyAtOnce`]. The counts are of this process.

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

/// People whose permits are remembered before the unused ones are dropped.
const REMEMBERED: usize = 256;

/// Work of which one person has only so much at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    Search,
    /// The vector of a search's words.
    SearchEmbedding,
    /// An upload, from its first byte to its row.
    Upload,
    /// A picture or PDF that is read by a process of its own.
    Reading,
    /// An archive that is uploaded.
    ArchiveUpload,
    Export,
    Speech,
}

impl Work {
    /// How many at once. A browser opens six connections to a server, so it never meets the limit of uploads.
    const fn most(self) -> usize {
        match self {
            Self::Search => 4,
            Self::Upload => 6,
            Self::Speech => 2,
            Self::SearchEmbedding | Self::Reading | Self::ArchiveUpload | Self::Export => 1,
        }
    }

    /// How long one more waits. What is begun by a request that is counted itself waits as long as that does.
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

/// Work in hand; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    _permit: OwnedSemaphorePermit,
}

impl PerPerson {
    /// Waits for a permit.
    ///
    /// # Errors
    /// [`Problem::TooManyAtOnce`] when there is none in time.
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
            // A permit and a request that waits for one hold the semaphore too.
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

    fn somebody() -> UserId {
        UserId(Uuid::new_v4())
    }

    #[tokio::test]
    async fn one_person_waits_or_is_refused_and_another_is_not() {
        let (limits, anna, ben) = (PerPerson::default(), somebody(), somebody());
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
    async fn people_who_have_nothing_in_hand_are_not_remembered_for_ever() {
        let limits = PerPerson::default();
        let held = limits.begin(somebody(), Work::Export).await.unwrap();
        for _ in 0..10 * REMEMBERED {
            limits.begin(somebody(), Work::Search).await.unwrap();
        }
        assert!(limits.0.lock().unwrap().len() <= REMEMBERED);
        drop(held);
    }
}
