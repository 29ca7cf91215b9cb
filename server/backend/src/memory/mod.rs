//! Memory: passages of what was said, their words and vectors, and recalling them.

mod asking;
pub mod embedding;
pub mod nearest;
pub(crate) mod passages;
pub mod recall;
mod relevance;
pub mod words;
