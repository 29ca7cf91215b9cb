//! Readers of text that anybody may have written, for fuzzing: each takes whatever comes, panics never, and takes time in
//! proportion to its length at most. Those of `hearth-text` are public there.

use crate::{
    memory::{commands, facts},
    people,
    retrieval::passages,
    search, turn,
};

/// Whether a message orders the memory to do something.
pub fn is_command(text: &str) -> bool {
    commands::command(text).is_some()
}

/// The number of passages that a message becomes.
pub fn count_of_passages(text: &str) -> usize {
    passages::Pieces::of(text).len()
}

/// The number of statements of the person's own in a message.
pub fn count_of_statements(text: &str) -> usize {
    facts::own_words::statements(text, &[]).len()
}

/// Whether a model's note is believed of a sentence.
pub fn is_believed(note: &str, sentence: &str) -> bool {
    facts::believe::source_of(note, &[sentence.to_owned()]).is_some()
}

/// Whether a short question asks for what only its asker can know.
pub fn only_they_can_know(text: &str) -> bool {
    turn::only_they_can_know(text)
}

/// The number of terms that a search has.
pub fn count_of_terms(text: &str) -> usize {
    search::count_of_terms(text)
}

/// Whether a text may be a person's name.
pub fn is_name(text: &str) -> bool {
    people::is_name(text)
}
