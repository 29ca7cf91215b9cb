//! One connection: its source, and whether its client reads, waits or is served.

use super::limits::Source;
use http::Method;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// A client that has read nothing of its answer for this long has a lower priority than an idle one.
const UNREAD: Duration = Duration::from_secs(2);

/// One open connection, as its requests see it.
#[derive(Clone)]
pub struct Connection(Arc<Shared>);

/// What the connection reports its first signed-in request to.
pub(super) type OnSignIn = Box<dyn Fn(&Connection) + Send + Sync>;

struct Shared {
    id: u64,
    source: Source,
    time_to_read: Duration,
    /// None for a proxy, which many people share.
    turns: Option<Arc<Semaphore>>,
    close: CancellationToken,
    state: Mutex<State>,
    /// Called at the first request that has a session.
    on_sign_in: OnSignIn,
}

struct State {
    signed_in: bool,
    /// Requests whose answers have not been sent completely.
    busy: u32,
    /// Since when the client has read nothing of the data that is ready.
    unread_since: Option<Instant>,
    /// Since when it has been busy, or idle.
    since: Instant,
}

/// The priority of a connection when one has to be closed: the lowest is closed first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    Unread,
    Waiting,
    Busy,
}

impl Connection {
    pub(super) fn new(
        id: u64,
        source: Source,
        time_to_read: Duration,
        turns: Option<Arc<Semaphore>>,
        on_sign_in: OnSignIn,
    ) -> Self {
        Self(Arc::new(Shared {
            id,
            source,
            time_to_read,
            turns,
            close: CancellationToken::new(),
            state: Mutex::new(State {
                signed_in: false,
                busy: 0,
                unread_since: None,
                since: Instant::now(),
            }),
            on_sign_in,
        }))
    }

    pub(super) fn id(&self) -> u64 {
        self.0.id
    }

    pub(super) fn source(&self) -> Source {
        self.0.source
    }

    /// Its priority, and since when.
    pub(super) fn priority(&self) -> (Priority, Instant) {
        let state = lock(&self.0.state);
        match state.unread_since.filter(|since| since.elapsed() > UNREAD) {
            Some(since) => (Priority::Unread, since),
            None if state.busy == 0 => (Priority::Waiting, state.since),
            None => (Priority::Busy, state.since),
        }
    }

    pub(super) fn close(&self) {
        self.0.close.cancel();
    }

    /// Resolves when the connection has to be closed.
    pub(super) async fn closed(&self) {
        self.0.close.cancelled().await;
    }

    pub(super) fn time_to_read(&self) -> Duration {
        self.0.time_to_read
    }

    /// Whether the rest of the answer is discarded, for a client that does not read it.
    pub(super) fn is_cut_off(&self) -> bool {
        let state = lock(&self.0.state);
        state.unread_since.is_some() || (state.busy > 0 && self.0.close.is_cancelled())
    }

    /// The client stops reading, or reads again.
    pub(super) fn set_unread(&self, unread: bool) {
        lock(&self.0.state).unread_since = unread.then(Instant::now);
    }

    /// A request is being answered, until this is dropped.
    pub(super) fn busy(&self) -> Busy {
        let mut state = lock(&self.0.state);
        state.busy += 1;
        state.since = Instant::now();
        Busy(self.clone())
    }

    /// Waits for the turn of a request with this method. The caller keeps the permit until the answer begins.
    pub(super) async fn turn(&self, method: &Method) -> Option<OwnedSemaphorePermit> {
        if !method.is_safe() || lock(&self.0.state).signed_in {
            return None;
        }
        self.0.turns.clone()?.acquire_owned().await.ok()
    }

    /// A request on it had a session.
    pub fn signed_in(&self) {
        let before = std::mem::replace(&mut lock(&self.0.state).signed_in, true);
        if !before {
            (self.0.on_sign_in)(self);
        }
    }

    #[cfg(test)]
    pub(super) fn is_closed(&self) -> bool {
        self.0.close.is_cancelled()
    }

    #[cfg(test)]
    pub(super) fn unread_for(&self, time: Duration) {
        lock(&self.0.state).unread_since = Instant::now().checked_sub(time);
    }
}

/// A request that is being answered.
pub(super) struct Busy(Connection);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = lock(&self.0.0.state);
        state.busy -= 1;
        state.since = Instant::now();
    }
}

/// A lock whose holder panicked is used on: each change of the counted values is complete in itself.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
