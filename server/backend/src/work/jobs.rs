//! Jobs: work that can wait, such as embedding a message or drawing facts out of a conversation.
//!
//! The worker knows no job. A module that has one declares its [`JobKind`], and the place where the backend is put
//! together registers it. A job is enqueued with [`enqueue`], or with the SQL function `enqueue_job` as part of a
//! statement that stores something else. No other module writes the table `jobs`.
//!
//! Jobs are idempotent: running one twice does no harm. Answers have priority: no job starts while an answer waits, a
//! job that [needs](Needs) much of a model server runs only while no answer is being written, and a running job is
//! interrupted when a new answer is queued.

mod enqueue;
mod worker;

pub(crate) use enqueue::{Subject, cancel, drop_orphans, enqueue, enqueue_again, is_last, run_now};
pub(crate) use worker::start_workers;

use crate::UserBackend;
use futures::future::BoxFuture;
use std::time::Duration;
use uuid::Uuid;

/// Priority of a job; a lower class runs first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum Class {
    Title = 1,
    /// Vectors of a new message or memory.
    Embedding = 2,
    /// Before facts, because the next message may need the summary.
    Summary = 3,
    Facts = 4,
    /// Vectors by a newly chosen embedding model.
    Reembedding = 5,
    /// Vectors of imported messages: last, because nothing interactive depends on them.
    Import = 6,
    /// Layers over memories: after all vectors, which it compares.
    Consolidation = 7,
}

/// What a job needs of the model servers. It decides what the job may run beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    /// A few short calls of an embedder: runs beside an answer.
    Embedder,
    /// Minutes of calls to an embedder: runs only while no answer is written.
    EmbedderForLong,
    /// Calls of a chat model: runs only while no answer is written.
    ChatModel,
}

impl Needs {
    /// Whether the job waits until no answer is being written.
    const fn waits_for_answers(self) -> bool {
        matches!(self, Self::EmbedderForLong | Self::ChatModel)
    }
}

/// A kind of job. Its subject is an id whose meaning depends on the kind: a conversation, a message, a memory, a
/// person.
#[derive(Clone, Copy)]
pub(crate) struct JobKind {
    /// Value of the column `jobs.kind`.
    pub name: &'static str,
    pub class: Class,
    pub needs: Needs,
    /// Runs the job for one subject, on behalf of the person who owns it.
    pub run: fn(UserBackend, Uuid) -> BoxFuture<'static, Outcome>,
}

/// How a job ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    Done,
    /// The model server is busy, or there is no model yet: retried after this time, not counted as a failure.
    Later(Duration),
    /// Retried after a growing pause, and parked after several attempts. The reason quotes no text of a person.
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
