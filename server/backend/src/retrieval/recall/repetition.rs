//! What says the same again.

use super::Recalled;
use hearth_text::words;
use std::collections::BTreeSet;

/// Passages that are held against the others; where so many say the same, what ranks below says little.
const LOOKED_AT: usize = 200;

/// Keeps the best of passages that say nearly the same, and none that only repeats the question.
pub(super) fn without_repetition(
    sorted: Vec<Recalled>,
    most: usize,
    asked: &BTreeSet<String>,
) -> Vec<Recalled> {
    let mut kept: Vec<(BTreeSet<String>, Recalled)> = Vec::new();
    for recalled in sorted.into_iter().take(LOOKED_AT) {
        let has = words::of_question(&recalled.text);
        let repeats = |other: &BTreeSet<String>| repeats(&has, other, recalled.is_by_model());
        if !repeats(asked) && !kept.iter().any(|(other, _)| repeats(other)) {
            kept.push((has, recalled));
        }
        if kept.len() == most {
            break;
        }
    }
    kept.into_iter().map(|(_, recalled)| recalled).collect()
}

/// Whether a text says what another one says. Of a person's or a document's: more than four fifths of the words of both. Of
/// a model's: a third of its words, or a short text around all of the other's; its answer to a statement is
/// that statement again with a courtesy around it, while a recipe shares little with the request for it.
fn repeats(words: &BTreeSet<String>, other: &BTreeSet<String>, by_model: bool) -> bool {
    let common = words.intersection(other).count() as f32;
    let (own, others) = (words.len() as f32, other.len() as f32);
    if by_model {
        common >= 0.33 * own || (common >= 0.8 * others && own <= 5.0 * others)
    } else {
        common > 0.8 * (own + others - common)
    }
}
