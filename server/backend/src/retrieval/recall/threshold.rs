//! The relevance threshold: drops passages that are not relevant to the question, however well they rank.
//!
//! Relevance is one number from absolute measures: the position of the cosine between the embedder's floor for
//! unrelated sentences (`retrieval::relevance`) and 1, the share of the question's words that the passage has,
//! weighted by their rarity, and whether the asker speaks about themselves.
//!
//! Measured with `hearth bench silence` (all-MiniLM-L6-v2; 100 facts and 100 unrelated prompts in each language):
//!
//! | | recalled when it should not | recalled when it should |
//! | --- | --- | --- |
//! | English, without [`ABOUT_SELF`], threshold 0.15 | 8 % | 99 % |
//! | English, without it, threshold 0.30 | 3 % | 94 % |
//! | English | 3 % | 97 % |
//! | 简体中文, by vectors as in English | 96 % | 100 % |
//! | 简体中文, by pairs of characters, [`PAIRS_ALONE`] 0.6 | 0 % | 27 % |
//! | 简体中文, by pairs without particles, 0.25 | 3 % | 90 % |

use super::{Question, Recalled, candidates::Term, rank::Ranked};
use hearth_text::language::{Folded, Languages};
use std::collections::HashMap;
use uuid::Uuid;

/// Minimum relevance of a recalled passage; `hearth bench silence` prints the effect of other values.
pub(super) const THRESHOLD: f32 = 0.30;

/// Weight of the share of words; the cosine has 1.
const WORDS: f32 = 0.5;

/// Bonus for a question about the asker: people talk about themselves, so an answer is more likely to be stored.
const ABOUT_SELF: f32 = 0.08;

/// Without a vector words alone decide: the minimum share of the question's words. Half of all pairs of characters are
/// not words, so a smaller share of them suffices.
const WORDS_ALONE: f32 = 0.6;
const PAIRS_ALONE: f32 = 0.25;

/// Drops the passages below the threshold, which may be all. A passage is at least as relevant as the best memory that
/// came from its message; `memories` has the relevance of these by message.
pub(super) fn keep_relevant(
    ranked: Vec<Ranked>,
    question: &Question<'_>,
    terms: &[Term],
    memories: &HashMap<Uuid, f32>,
    threshold: f32,
) -> Vec<Recalled> {
    ranked
        .into_iter()
        .map(|ranked| {
            let own = relevance(question, ranked.cosine, ranked.text.share(terms));
            let best = memories
                .get(&ranked.recalled.source.id())
                .map_or(own, |of| of.max(own));
            Recalled {
                relevance: ranked.votes * best,
                ..ranked.recalled
            }
        })
        .filter(|recalled| recalled.relevance >= threshold)
        .collect()
}

pub(super) fn relevance(question: &Question<'_>, cosine: Option<f32>, share: f32) -> f32 {
    match (question.vector, cosine) {
        (Some(vector), Some(cosine)) if vector.floor < 1.0 => {
            let about_self = if question.wording.about_self {
                ABOUT_SELF
            } else {
                0.0
            };
            (cosine - vector.floor) / (1.0 - vector.floor) + WORDS * share + about_self
        }
        // Not embedded yet, no embedder, or one that cannot read this script.
        _ if question.wording.unspaced => THRESHOLD + share - PAIRS_ALONE,
        _ => THRESHOLD + share - WORDS_ALONE,
    }
}

/// Whether the asker speaks about themselves: "Where did I put it?", but not "Tell me a story".
pub(crate) fn is_about_self(text: &str) -> bool {
    let folded = Folded::of(text);
    Languages::of(text).iter().any(|language| {
        let person = &language.person;
        let without_requests = person
            .asked_for
            .iter()
            .fold(folded.as_str().to_owned(), |text, phrase| {
                text.replace(phrase, "")
            });
        let rest = Folded::of(&without_requests);
        rest.has_word(language, person.singular) || rest.has_word(language, person.plural)
    })
}

#[cfg(test)]
mod tests {
    use super::is_about_self;

    #[test]
    fn a_request_is_not_about_the_asker() {
        for (text, about_self) in [
            ("Where did I leave the ladder?", true),
            ("What’s our landlord called?", true),
            ("Which tent is mine?", true),
            ("Tell me a story about a fox.", false),
            ("What is a leap year?", false),
            ("Wo habe ich die Leiter gelassen?", true),
            ("Welches Zelt ist meins?", true),
            ("Erzähl mir eine Geschichte von einem Fuchs.", false),
            ("我的车停在哪里？", true),
            ("给我讲个故事", false),
        ] {
            assert_eq!(is_about_self(text), about_self, "{text}");
        }
    }
}
