//! What can wait: embedding what was said, and a title for a new conversation.
//!
//! The worker knows a job's kind and subject and nothing more; jobs are idempotent, so one that ran twice did
//! no harm. People come first: a title is made only while nobody waits for an answer, and given up when
//! somebody starts to; an embedding is made while nobody waits.

mod title;
mod worker;

pub(crate) use worker::start_workers;

/// Titles before embeddings.
pub(crate) const CLASS_TITLE: i32 = 1;
pub(crate) const CLASS_EMBED: i32 = 2;
