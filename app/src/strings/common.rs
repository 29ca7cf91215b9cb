//! Words that many pages use.

pub(crate) use super::en::common::*;

/// "Ben", "Ben and Carl", "Ben, Carl and Dora".
pub fn all_of(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => and(&enumerated(first), last),
        names => enumerated(names),
    }
}

/// "Ben, Carl, Dora".
pub fn enumerated(names: &[String]) -> String {
    let joined = |list: String, name: &String| enumeration(&list, name);
    match names {
        [first, rest @ ..] => rest.iter().fold(first.clone(), joined),
        [] => String::new(),
    }
}

/// The sentences that there are, with a semicolon between two.
pub fn joined(sentences: impl IntoIterator<Item = String>) -> Option<String> {
    sentences.into_iter().reduce(|a, b| semicolon(&a, &b))
}
