//! What the best passages talk about is looked for as well: pseudo-relevance feedback.
//!
//! "What did we decide about the garden?" finds the passage with the garden in it; the one about the beds and the
//! frost, which answers it, shares its words with that passage and none with the question. The words come from the
//! best, as in RM3 (Abdul-Jaleel and others, 2004: "UMass at TREC"), each weighed by how often they have it, how well
//! they rank, and how rare it is.

use super::{
    bm25::{Text, by_words},
    candidates::Term,
    load::{Candidate, windows},
};
use std::collections::HashMap;

/// Passages that lend their words, and words that are lent. With 10 and 20, or 8 and 10, recall@10 was no better.
const PASSAGES: usize = 5;
const WORDS: usize = 10;

/// A short passage lends no more of itself than one of so many words.
const SHORT: f32 = 8.0;

/// What one passage in so many has says nothing.
const COMMON: f32 = 10.0;

/// A word of the best passages.
#[derive(Clone, Copy, Default)]
struct Lent {
    /// Its share of each passage, by how well that ranks.
    weight: f32,
    /// How many of all passages have it.
    passages: f32,
}

/// How much each passage, with what was said around it, has of the words of the best, 0 to 1. `scores` says which are
/// the best.
pub(super) fn echoes(candidates: &[Candidate], scores: &[f32]) -> Vec<f32> {
    let (words, terms): (Vec<String>, Vec<Term>) = lent(candidates, scores).into_iter().unzip();
    let texts: Vec<Text> = candidates
        .iter()
        .map(|candidate| Text::of(&candidate.column, &words))
        .collect();
    by_words(windows(candidates, |at| &texts[at]).iter(), &terms)
}

/// The words that the best passages lend, with their weights.
fn lent(candidates: &[Candidate], scores: &[f32]) -> Vec<(String, Term)> {
    let mut best: Vec<usize> = (0..candidates.len()).collect();
    best.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    best.truncate(PASSAGES);
    let mut lent: HashMap<&str, Lent> = HashMap::new();
    for at in best {
        let candidate = &candidates[at];
        for found in candidate.column.words() {
            lent.entry(found.word).or_default().weight +=
                scores[at].max(0.0) * found.count() as f32 / candidate.words.words.max(SHORT);
        }
    }
    for found in candidates.iter().flat_map(|candidate| candidate.column.words()) {
        if let Some(lent) = lent.get_mut(found.word) {
            lent.passages += 1.0;
        }
    }
    let all = candidates.len() as f32;
    let mut weighed: Vec<(&str, f32)> = lent
        .into_iter()
        .filter(|(_, lent)| lent.passages * COMMON < all)
        .map(|(word, lent)| (word, lent.weight * (1.0 + all / (1.0 + lent.passages)).ln()))
        .collect();
    weighed.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    weighed.truncate(WORDS);
    weighed
        .into_iter()
        .map(|(word, weight)| (word.to_owned(), Term { weight }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Candidate, Text, echoes, lent};
    use crate::retrieval::passages::{Attribution, Source};
    use crate::{retrieval::recall::Recalled, storage::TsVector};
    use chrono::DateTime;
    use hearth_types::{ConversationId, MessageId, PassageId, SpaceId};
    use uuid::Uuid;

    /// A passage of these words, each there once, in a conversation of its own.
    fn passage(words: &[&str]) -> Candidate {
        let column: Vec<(&str, &[u16])> = words.iter().map(|word| (*word, &[1_u16][..])).collect();
        let column = TsVector::of(&column);
        let text = Text::of(&column, &[]);
        Candidate {
            cosine: None,
            words: text.clone(),
            column,
            meaning: None,
            keys: text,
            not_relevant: 0,
            before: None,
            after: None,
            recalled: Recalled {
                passage: PassageId(Uuid::nil()),
                space: SpaceId(Uuid::nil()),
                source: Source::Message {
                    conversation: ConversationId(Uuid::new_v4()),
                    message: MessageId(Uuid::nil()),
                },
                from: Attribution::Person {
                    id: None,
                    name: String::new(),
                },
                said_at: DateTime::UNIX_EPOCH,
                text: String::new(),
                score: 0.0,
                relevance: 0.0,
            },
        }
    }

    /// One that ranks, one that shares a word with it, and many that share only what all have.
    fn passages() -> (Vec<Candidate>, Vec<f32>) {
        let mut candidates = vec![
            passage(&["garden", "frost", "think"]),
            passage(&["bed", "frost", "think"]),
        ];
        let others = [
            "tram", "oven", "lamp", "knee", "song", "kite", "salt", "door", "rope", "coin",
        ];
        candidates.extend(
            others
                .iter()
                .flat_map(|word| [passage(&[word, "think"]), passage(&[word, "think"])]),
        );
        let mut scores = vec![0.0; candidates.len()];
        scores[0] = 1.0;
        (candidates, scores)
    }

    #[test]
    fn what_shares_a_rare_word_with_the_best_is_an_echo_and_what_shares_a_common_one_is_none() {
        let (candidates, scores) = passages();
        let echoes = echoes(&candidates, &scores);
        assert!(echoes[0] > echoes[1] && echoes[1] > 0.0, "{echoes:?}");
        assert!(echoes[1] > echoes[5], "{echoes:?}");
    }

    #[test]
    fn the_best_lend_their_rare_words_and_not_what_everybody_says() {
        let (candidates, scores) = passages();
        let words: Vec<String> = lent(&candidates, &scores)
            .into_iter()
            .map(|(word, _)| word)
            .collect();
        assert_eq!(words[..2], ["garden", "frost"]);
        assert!(!words.contains(&"think".to_owned()), "{words:?}");
    }

    #[test]
    fn of_no_passages_nothing_is_lent() {
        assert_eq!(echoes(&[], &[]), [0.0; 0]);
        assert_eq!(echoes(&[passage(&[])], &[0.5]), [0.0]);
    }
}
