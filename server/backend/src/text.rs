//! Moves work on long texts off the async threads ([`apart`]).

use crate::{Error, Result};
use hearth_text::markdown;
use hearth_types::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError, Weak},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Bytes from which work on a text leaves the async threads; less takes well under a millisecond.
const LONG: usize = 4 << 10;

/// Runs work on a text of so many bytes: short work in place, long work on a blocking thread. One text per person and
/// a few in total are worked on at a time, so that one person's texts do not use up the machine.
///
/// # Errors
/// The work panicked.
pub(crate) async fn apart<T: Send + 'static>(
    person: UserId,
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T> {
    if bytes < LONG {
        return Ok(work());
    }
    let permits = Permits::take(person).await?;
    let work = move || {
        // Kept until the work ends, also when the request is cancelled.
        let _permits = permits;
        work()
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Internal(format!("work on a text failed: {error}")))
}

/// Renders Markdown as safe HTML for a person, off the async threads if it is long: highlighting code takes time.
pub(crate) async fn render_apart(person: UserId, markdown: String, page: Uuid) -> String {
    let rendered = apart(person, markdown.len(), move || markdown::render(&markdown, page)).await;
    rendered.unwrap_or_else(|error| {
        tracing::error!(%error, "a text could not be rendered");
        String::new()
    })
}

/// A person's own permit, and one of the shared ones.
struct Permits {
    _own: OwnedSemaphorePermit,
    _shared: OwnedSemaphorePermit,
}

impl Permits {
    async fn take(person: UserId) -> Result<Self> {
        static SHARED_PERMITS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            Arc::new(Semaphore::new(cores.div_ceil(2).max(2)))
        });
        let closed = |_| Error::Internal("no permit to work on a text".into());
        // The person's own permit first: a person with many texts waits without holding a shared permit.
        let own = own_permit(person).acquire_owned().await.map_err(closed)?;
        let shared = SHARED_PERMITS.clone().acquire_owned().await.map_err(closed)?;
        Ok(Self {
            _own: own,
            _shared: shared,
        })
    }
}

fn own_permit(person: UserId) -> Arc<Semaphore> {
    static OWN_PERMITS: LazyLock<Mutex<HashMap<UserId, Weak<Semaphore>>>> = LazyLock::new(Mutex::default);
    let mut permits = OWN_PERMITS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(permit) = permits.get(&person).and_then(Weak::upgrade) {
        return permit;
    }
    permits.retain(|_, permit| permit.strong_count() > 0);
    let permit = Arc::new(Semaphore::new(1));
    permits.insert(person, Arc::downgrade(&permit));
    permit
}

#[cfg(test)]
mod tests {
    use super::apart;
    use hearth_types::UserId;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };
    use uuid::Uuid;

    #[tokio::test]
    async fn one_long_text_per_person_is_worked_on_at_a_time_and_others_do_not_wait_for_it() {
        let (anna, maria) = (UserId(Uuid::now_v7()), UserId(Uuid::now_v7()));
        let (at_once, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (open, gate) = std::sync::mpsc::channel::<()>();
        let gate = std::sync::Mutex::new(gate);
        let first = tokio::spawn(apart(anna, 1 << 20, move || gate.lock().unwrap().recv().ok()));
        let others: Vec<_> = (0..8)
            .map(|_| {
                let (at_once, most) = (at_once.clone(), most.clone());
                tokio::spawn(apart(anna, 1 << 20, move || {
                    most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::yield_now();
                    at_once.fetch_sub(1, Ordering::SeqCst);
                }))
            })
            .collect();
        // Maria's work ends while Anna's first one still runs.
        assert_eq!(apart(maria, 1 << 20, || 7).await.unwrap(), 7);
        open.send(()).unwrap();
        first.await.unwrap().unwrap();
        for other in others {
            other.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }
}
