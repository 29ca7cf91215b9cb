//! Jobs: work that can wait, such as embedding a message or drawing facts out of a conversation.
//!
//! The worker knows no job. A room that has one declares its [`JobKind`]; the place where the backend is put together
//! registers it; whoever needs it enqueues it with [`enqueue`], or with the SQL function `enqueue_job` as part of a
//! statement that stores something else. No other module writes the table `jobs`.
//!
//! Jobs are idempotent: one that ran twice does no harm. People come first: no job starts while an answer waits, a job
//! that [needs](Needs) much of a model server only runs while no answer is being written, and a running job is
//! interrupted when a person begins to wait.

mod enqueue;
mod worker;

pub(crate) use enqueue::{Subject, cancel, drop_orphans, enqueue, enqueue_again, is_last, run_now};
pub(crate) use worker::start_workers;

use crate::UserBackend;
use futures::future::BoxFuture;
use std::time::Duration;
use uuid::Uuid;

/// In which order jobs run: those of a lower class first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum Class {
    Title = 1,
    /// Vectors of a new message or memory.
    Embedding = 2,
    /// A summary may be needed at the next message.
    Summary = 3,
    Facts = 4,
    /// Vectors by another embedding model.
    Reembedding = 5,
    /// Vectors of what was imported: after everything that a person may wait for.
    Import = 6,
}

/// What a job needs of the model servers, and so beside what it may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    /// A few short calls of an embedder: runs beside an answer.
    Embedder,
    /// Calls of an embedder for minutes: runs while no answer is written.
    EmbedderForLong,
    /// A chat model: runs while no answer is written.
    ChatModel,
}

impl Needs {
    /// Whether the job waits until no answer is being written.
    const fn waits_for_answers(self) -> bool {
        matches!(self, Self::EmbedderForLong | Self::ChatModel)
    }
}

/// A kind of job. Its subject is an id whose meaning the kind knows: a conversation, a message, a memory, a person.
#[derive(Clone, Copy)]
pub(crate) struct JobKind {
    /// As the table `jobs` has it.
    pub name: &'static str,
    pub class: Class,
    pub needs: Needs,
    /// Does the work about one subject for the person who owns it.
    pub run: fn(UserBackend, Uuid) -> BoxFuture<'static, Outcome>,
}

/// How a job ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done,
    /// The model server is busy, or there is no model yet: tried again after this time, and not counted as a failure.
    Later(Duration),
    /// Tried again after a growing pause, and parked after some attempts. The reason quotes no text of a person.
    Failed(String),
}

impl<E: std::fmt::Display> From<Result<(), E>> for Outcome {
    fn from(result: Result<(), E>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}
