//! Functions that parse arbitrary text, for fuzzing: each accepts any text, never panics, and takes time at most in
//! proportion to its length. Those of `hearth-text` are public there.

use crate::{
    memory::{commands, facts},
    people,
    retrieval::passages,
    search, turn,
};

/// Whether a message is a command to the memory.
pub fn is_command(text: &str) -> bool {
    commands::command(text).is_some()
}

/// Number of passages of a message.
pub fn count_of_passages(text: &str) -> usize {
    passages::Pieces::of(text).len()
}

/// Number of the person's own statements in a message.
pub fn count_of_statements(text: &str) -> usize {
    facts::own_words::statements(text, &[]).len()
}

/// Whether a sentence supports a model's note.
pub fn is_believed(note: &str, sentence: &str) -> bool {
    facts::believe::source_of(note, &[sentence.to_owned()]).is_some()
}

/// Whether a short question asks for what only the person can know.
pub fn only_they_can_know(text: &str) -> bool {
    turn::only_they_can_know(text)
}

/// Number of terms of a search.
pub fn count_of_terms(text: &str) -> usize {
    search::count_of_terms(text)
}

/// Whether a text may be a person's name.
pub fn is_name(text: &str) -> bool {
    people::is_name(text)
}
