//! Removes passages that repeat another passage or the question.

use super::recalled::Recalled;
use hearth_text::words;
use std::collections::BTreeSet;

/// Maximum number of passages that are compared; if so many repeat each other, those below add little.
const COMPARED: usize = 200;

/// Keeps the best of passages that say nearly the same, and drops those that only repeat the question.
pub(super) fn without_repetition(
    sorted: Vec<Recalled>,
    most: usize,
    asked: &BTreeSet<String>,
) -> Vec<Recalled> {
    let mut kept: Vec<(BTreeSet<String>, Recalled)> = Vec::new();
    for recalled in sorted.into_iter().take(COMPARED) {
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

/// Whether a text repeats another one. By a person or a document: more than 80 % of the words of both are common. By a
/// model: 33 % of its words are common, or it is short and has 80 % of the other's words; a model's reply to a
/// statement is that statement with a courtesy around it, while a recipe shares few words with the request for it.
fn repeats(words: &BTreeSet<String>, other: &BTreeSet<String>, by_model: bool) -> bool {
    let common = words.intersection(other).count() as f32;
    let (own, others) = (words.len() as f32, other.len() as f32);
    if by_model {
        common >= 0.33 * own || (common >= 0.8 * others && own <= 5.0 * others)
    } else {
        common > 0.8 * (own + others - common)
    }
}
