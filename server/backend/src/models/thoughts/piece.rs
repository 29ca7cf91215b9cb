//! The pieces that a model's text is split into.

/// A piece of what a model wrote.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    Thought(String),
    /// All text so far was a thought.
    WasThought,
}
