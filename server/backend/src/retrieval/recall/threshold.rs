//! The relevance threshold: drops passages that are not relevant to the question, however well they rank.
//!
//! Relevance is a probability by absolute measures: the cosine, the share of the question's words that the passage has,
//! weighted by their rarity, and the question itself, as the embedder's calibration weighs them
//! (`retrieval::calibration`). One threshold fits every embedder and language; each person may choose a higher or a
//! lower one. Measured with `hearth bench silence` (its module has the figures).

use super::{bm25::Term, question::Question, rank::Ranked, recalled::Recalled};
use std::collections::HashMap;
use uuid::Uuid;

/// Without a vector words alone decide: the share of the question's words that makes relevance as probable as not. Half
/// of all pairs of characters are not words, so a smaller share of them suffices.
const WORDS_ALONE: f32 = 0.6;
const PAIRS_ALONE: f32 = 0.25;

/// Log odds that all of the words add.
const STEEPNESS: f32 = 8.0;

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
        (Some(vector), Some(cosine)) => vector.scale.probability(cosine, share),
        // Not embedded yet, or no embedder.
        _ if question.wording.unspaced => by_words_alone(share - PAIRS_ALONE),
        _ => by_words_alone(share - WORDS_ALONE),
    }
}

fn by_words_alone(above: f32) -> f32 {
    1.0 / (1.0 + (-above * STEEPNESS).exp())
}
