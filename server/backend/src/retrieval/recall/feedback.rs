//! Pseudo-relevance feedback: the words of the best passages are searched for as well.
//!
//! "What did we decide about the garden?" finds the passage with the garden in it; the one about the beds and the
//! frost, which answers it, shares its words with that passage and none with the question. The words are taken from
//! the best passages, as in RM3 (Abdul-Jaleel and others, 2004: "UMass at TREC"), each weighted by its frequency there,
//! the passages' scores, and its rarity.

use super::{
    bm25::{Term, Text, by_words},
    candidate::{Candidate, windows},
};
use std::collections::HashMap;

/// Number of best passages and of words taken from them. With 10 and 20, or 8 and 10, recall@10 was no better.
const PASSAGES: usize = 5;
const WORDS: usize = 10;

/// Minimum length in words that frequencies are divided by, so that a very short passage does not dominate.
const SHORT: f32 = 8.0;

/// A word that more than one in this many passages has is common and is not used.
const COMMON: f32 = 10.0;

/// A word of the best passages.
#[derive(Clone, Copy, Default)]
struct FeedbackWord {
    /// Sum of its frequencies in the best passages, each times the passage's score.
    weight: f32,
    /// Number of all passages that have it.
    passages: f32,
}

/// The feedback signal of each passage, 0 to 1: BM25 of the best passages' words in it and its neighbours. The best are
/// those with the highest of `scores`.
pub(super) fn feedback(candidates: &[Candidate], scores: &[f32]) -> Vec<f32> {
    let (words, terms): (Vec<String>, Vec<Term>) = words_of_best(candidates, scores).into_iter().unzip();
    let texts: Vec<Text> = candidates
        .iter()
        .map(|candidate| Text::of(&candidate.column, &words))
        .collect();
    by_words(windows(candidates, |at| &texts[at]).iter(), &terms)
}

/// The words of the best passages, with their weights, heaviest first.
fn words_of_best(candidates: &[Candidate], scores: &[f32]) -> Vec<(String, Term)> {
    let mut best: Vec<usize> = (0..candidates.len()).collect();
    best.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    best.truncate(PASSAGES);
    let mut words: HashMap<&str, FeedbackWord> = HashMap::new();
    for at in best {
        let candidate = &candidates[at];
        for found in candidate.column.words() {
            words.entry(found.word).or_default().weight +=
                scores[at].max(0.0) * found.count() as f32 / candidate.words.words.max(SHORT);
        }
    }
    for found in candidates.iter().flat_map(|candidate| candidate.column.words()) {
        if let Some(word) = words.get_mut(found.word) {
            word.passages += 1.0;
        }
    }
    let all = candidates.len() as f32;
    let mut weighed: Vec<(&str, f32)> = words
        .into_iter()
        .filter(|(_, of)| of.passages * COMMON < all)
        .map(|(word, of)| (word, of.weight * (1.0 + all / (1.0 + of.passages)).ln()))
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
    use super::{Candidate, Text, feedback, words_of_best};
    use crate::retrieval::source::{Attribution, Source};
    use crate::{retrieval::recall::Recalled, storage::TsVector};
    use chrono::DateTime;
    use hearth_types::{ConversationId, MessageId, PassageId, SpaceId};
    use uuid::Uuid;

    /// A passage of these words, each once, in a conversation of its own.
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

    /// One passage with a score, one that shares a rare word with it, and many that share only a common word.
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
    fn a_passage_that_shares_a_rare_word_with_the_best_scores_and_one_that_shares_a_common_word_does_not() {
        let (candidates, scores) = passages();
        let feedback = feedback(&candidates, &scores);
        assert!(feedback[0] > feedback[1] && feedback[1] > 0.0, "{feedback:?}");
        assert!(feedback[1] > feedback[5], "{feedback:?}");
    }

    #[test]
    fn rare_words_of_the_best_passages_are_used_and_common_ones_are_not() {
        let (candidates, scores) = passages();
        let words: Vec<String> = words_of_best(&candidates, &scores)
            .into_iter()
            .map(|(word, _)| word)
            .collect();
        assert_eq!(words[..2], ["garden", "frost"]);
        assert!(!words.contains(&"think".to_owned()), "{words:?}");
    }

    #[test]
    fn without_passages_or_words_there_is_no_feedback() {
        assert_eq!(feedback(&[], &[]), [0.0; 0]);
        assert_eq!(feedback(&[passage(&[])], &[0.5]), [0.0]);
    }
}
