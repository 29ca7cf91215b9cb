//! What a text may cost: how much of it is read, and where.
//!
//! Every function over a text is linear in its length or reads only a bounded part of it; `hostile_text` walks all of
//! them. What takes longer than a millisecond still does not run on the threads that answer everybody ([`apart`]).

use crate::{Error, Result};
use hearth_types::UserId;
use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes from which work on a text leaves the async threads; less takes well under a millisecond.
const LONG: usize = 4 << 10;

/// The first characters of a text.
pub(crate) fn beginning(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters);
    end.map_or(text, |(at, _)| &text[..at])
}

/// Whether a text has more characters than this; counts no further.
pub(crate) fn is_longer(text: &str, characters: usize) -> bool {
    text.chars().nth(characters).is_some()
}

/// A text without its middle, where it is longer than twice so many characters: what is asked stands before or behind
/// what was pasted.
pub(crate) fn both_ends(text: &str, characters: usize) -> Cow<'_, str> {
    if !is_longer(text, 2 * characters) {
        return Cow::Borrowed(text);
    }
    let end = text
        .char_indices()
        .rev()
        .nth(characters - 1)
        .map_or(0, |(at, _)| at);
    Cow::Owned(format!("{}\n{}", beginning(text, characters), &text[end..]))
}

/// Processor time that this thread has used.
pub(crate) fn thread_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

/// Processor time of this thread for some work: the best of three runs where the first took longer than 200 ms, because
/// another program on the same core makes each instruction slower.
#[cfg(test)]
pub(crate) fn cost(work: impl Fn()) -> Duration {
    let run = || {
        let begun = thread_time();
        work();
        thread_time() - begun
    };
    let first = run();
    if first <= Duration::from_millis(200) {
        return first;
    }
    first.min(run()).min(run())
}

/// Does the work on a text of so many bytes: a short one at once, a long one on a thread for such work. One text of a
/// person is worked on at a time, and a few of all, so that one person's texts do not fill the machine.
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
    let turn = Turn::take(person).await?;
    let work = move || {
        // Held to the end, also when the request is given up.
        let _turn = turn;
        work()
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Internal(format!("work on a text failed: {error}")))
}

/// A person's turn, and one of the places of all.
struct Turn {
    _own: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Turn {
    async fn take(person: UserId) -> Result<Self> {
        static PLACES: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            Arc::new(Semaphore::new(cores.div_ceil(2).max(2)))
        });
        let closed = |_| Error::Internal("no place to work on a text".into());
        // The own turn first: a person with many texts waits for their own and holds up no other.
        let own = own_turn(person).acquire_owned().await.map_err(closed)?;
        let place = PLACES.clone().acquire_owned().await.map_err(closed)?;
        Ok(Self {
            _own: own,
            _place: place,
        })
    }
}

fn own_turn(person: UserId) -> Arc<Semaphore> {
    static TURNS: LazyLock<Mutex<HashMap<UserId, Weak<Semaphore>>>> = LazyLock::new(Mutex::default);
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(turn) = turns.get(&person).and_then(Weak::upgrade) {
        return turn;
    }
    turns.retain(|_, turn| turn.strong_count() > 0);
    let turn = Arc::new(Semaphore::new(1));
    turns.insert(person, Arc::downgrade(&turn));
    turn
}

#[cfg(test)]
mod tests {
    use super::{apart, beginning, both_ends, is_longer};
    use hearth_types::UserId;
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };
    use uuid::Uuid;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(beginning("饼干过敏", 2), "饼干");
        assert_eq!(beginning("饼干", 2), "饼干");
        assert!(is_longer("饼干过", 2) && !is_longer("饼干", 2));
        assert_eq!(both_ends("我的狗叫饼干", 2), "我的\n饼干");
        assert_eq!(both_ends("我的饼干", 2), "我的饼干");
    }

    #[tokio::test]
    async fn of_one_person_one_long_text_is_worked_on_at_a_time_and_another_does_not_wait_for_it() {
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
        // Maria's is done while Anna's first one still runs.
        assert_eq!(apart(maria, 1 << 20, || 7).await.unwrap(), 7);
        open.send(()).unwrap();
        first.await.unwrap().unwrap();
        for other in others {
            other.await.unwrap().unwrap();
        }
        assert_eq!(most.load(Ordering::SeqCst), 1);
    }
}
