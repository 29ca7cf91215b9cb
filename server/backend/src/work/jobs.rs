//! What can wait: embedding what was said, a title for a new conversation, a summary of what its model no longer sees,
//! facts out of one that rests, and everybody's vectors when the embedding model changes.
//!
//! The worker knows a job's kind and subject and nothing more; jobs are idempotent, so one that ran twice did
//! no harm. People come first: a job is begun only while nobody waits for an answer, what a chat model does only
//! while none is being written either, and whatever runs is given up when somebody begins to wait.

mod worker;

pub(crate) use worker::{JobOutcome, start_workers};

/// Titles before embeddings before summaries, which somebody may need at their next message, before facts.
pub(crate) const CLASS_TITLE: i32 = 1;
pub(crate) const CLASS_EMBED: i32 = 2;
pub(crate) const CLASS_SUMMARY: i32 = 3;
pub(crate) const CLASS_FACTS: i32 = 4;
/// Vectors by another model; nobody waits for them.
pub(crate) const CLASS_REEMBED: i32 = 5;
/// What was brought from another Hearth waits for everything that somebody may wait for.
pub(crate) const CLASS_IMPORT: i32 = 5;
