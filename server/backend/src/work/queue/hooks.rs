//! What the queue asks of the rooms above it. The place where the backend is put together names the functions.

use super::Claim;
use crate::{Backend, Result, UserBackend};
use futures::future::BoxFuture;
use hearth_types::AnswerId;
use tokio_util::sync::CancellationToken;

/// How a claimed answer left its runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Done, stopped or failed, and stored as such.
    Settled,
    /// The model server was away before the first word: the answer keeps its place and waits.
    ServerAway,
    /// This process stopped before the first word: the answer keeps its place, and the next process answers it.
    NotBegun,
    /// The claim was gone when the end should have been stored, so the result was discarded.
    Lost,
}

/// Functions of the rooms above.
#[derive(Clone, Copy)]
pub(crate) struct Hooks {
    /// Runs a claimed answer to its end.
    pub run: fn(Backend, Claim, CancellationToken) -> BoxFuture<'static, Result<Ended>>,
    /// Stores that an answer was stopped.
    pub stop: fn(UserBackend, AnswerId) -> BoxFuture<'static, Result<()>>,
    /// Announces to everybody who has the conversation that an answer waits again.
    pub announce_waiting: fn(UserBackend, AnswerId) -> BoxFuture<'static, Result<()>>,
    /// Announces how an answer ended.
    pub announce_ended: fn(UserBackend, AnswerId) -> BoxFuture<'static, Result<()>>,
}
