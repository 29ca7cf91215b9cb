//! Work that is queued in the database: answers that people wait for, and jobs that can wait.
//!
//! Nothing here knows what an answer or a job does.

pub mod jobs;
pub mod queue;
