//! Functions that the queue calls in the modules above it. They are set where the backend is put together.

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
    /// The model server was away before the first token: the answer keeps its place and waits.
    ServerAway,
    /// This process stopped before the first token: the answer keeps its place, and the next process runs it.
    NotBegun,
    /// The claim was lost before the result could be stored, so the result was discarded.
    Lost,
}

/// Functions of the modules above.
#[derive(Clone, Copy)]
pub(crate) struct Hooks {
    /// Runs a claimed answer to its end.
    pub run: fn(Backend, Claim, CancellationToken) -> BoxFuture<'static, Result<Ended>>,
    /// Stores an answer as stopped.
    pub stop: fn(UserBackend, AnswerId) -> BoxFuture<'static, Result<()>>,
    /// Announces to the conversation's members that an answer waits again.
    pub announce_waiting: fn(UserBackend, AnswerId) -> BoxFuture<'static, Result<()>>,
    /// Announces to the conversation's members how an answer ended.
    pub announce_ended: fn(UserBackend, AnswerId) -> BoxFuture<'static, Result<()>>,
}
