//! Memory: passages of what was said, their words and vectors, and recalling them.

pub mod embedding;
pub(crate) mod passages;
pub mod recall;
mod relevance;
pub mod words;
