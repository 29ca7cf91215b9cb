//! The queue in front of the model server: people take turns.
//!
//! State is in PostgreSQL, so that several instances can share it. A claim is a lease that its runner renews; a
//! runner may store results only while it holds the claim.
//! Fair across people: the person with the fewest running answers goes first, then the one who was served longest
//! ago. Within one person first come, first served; within one conversation one answer at a time.

mod claim;
mod door;
mod hooks;
mod lease;
mod places;
mod runner;

pub(crate) use claim::Claim;
pub use door::MOST_WAITING;
pub(crate) use lease::reset;

pub(crate) use door::{Dropped, answer_now, drop, has_answers_of, refused, stop};
pub(crate) use hooks::{Ended, Hooks};
pub(crate) use runner::start_runners;

use crate::storage::Storage;
use hearth_types::AnswerId;
use std::{
    collections::HashMap,
    future::Future,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// This instance's view of the queue.
pub struct AnswerQueue {
    pub(crate) storage: Storage,
    pub(crate) lease: Duration,
    hooks: Hooks,
    /// A message was sent, or the model server is back.
    arrivals: Notify,
    /// An answer ended, or a background job was added.
    progress: Notify,
    /// Claims that run in this process, with the tokens that stop them.
    running: Mutex<HashMap<Uuid, (AnswerId, CancellationToken)>>,
}

impl AnswerQueue {
    pub(crate) fn new(storage: Storage, lease: Duration, hooks: Hooks) -> Self {
        Self {
            storage,
            lease,
            hooks,
            arrivals: Notify::new(),
            progress: Notify::new(),
            running: Mutex::default(),
        }
    }

    /// Signals that an answer can be claimed.
    pub fn wake(&self) {
        self.arrivals.notify_waiters();
    }

    /// Signals that a slot became free, or that background work was added.
    pub(crate) fn advance(&self) {
        self.progress.notify_waiters();
    }

    /// Resolves at the next arrival after this call, even if it is not polled until later.
    pub(crate) fn arrival(&self) -> impl Future<Output = ()> + '_ {
        self.arrivals.notified()
    }

    /// Resolves at the next arrival or progress after this call.
    pub(crate) fn changed(&self) -> impl Future<Output = ()> + '_ {
        let (arrival, progress) = (self.arrivals.notified(), self.progress.notified());
        async move {
            tokio::select! {
                () = arrival => {}
                () = progress => {}
            }
        }
    }

    /// Stops an answer immediately if it runs in this process; on another instance its runner reads the request with
    /// its heartbeat.
    pub(crate) fn cancel_here(&self, answer: AnswerId) {
        for (_, stop) in self.running().values().filter(|(running, _)| *running == answer) {
            stop.cancel();
        }
    }

    fn running(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, (AnswerId, CancellationToken)>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
