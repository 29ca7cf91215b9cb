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

use super::{bm25::Term, question::Question, rank::Ranked, recalled::Recalled, settings::THRESHOLD};
use std::collections::HashMap;
use uuid::Uuid;

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
