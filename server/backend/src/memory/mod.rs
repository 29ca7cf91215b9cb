//! Memory: passages of what was said and statements drawn from it, their words and vectors, and recalling them.

mod asked;
mod asking;
pub(crate) mod commands;
pub(crate) mod embedders;
pub mod embedding;
pub(crate) mod facts;
mod forget;
pub mod memories;
pub mod nearest;
pub(crate) mod passages;
pub(crate) mod profile;
mod question_queue;
pub mod recall;
pub(crate) mod relevance;
pub mod words;

pub(crate) use question_queue::QuestionQueue;
