//! When recall stays silent: what does not bear on the question stays out, however well it ranks.
//!
//! One number decides, made of two absolute measures: how far the cosine is on its way from what unrelated sentences
//! reach with this embedder (`memory::relevance`) to 1, and which share of the question's words, weighed by their
//! rarity, the passage has.

use super::{Question, Recalled, gather::Term, rank::Ranked};

/// Relevance from which a passage is recalled; `hearth bench silence` prints what others would do.
pub(super) const THRESHOLD: f32 = 0.15;

/// All of the question's words count as much as half the way of the cosine.
const WORDS: f32 = 0.5;

/// Without a vector words alone decide, and must be most of the question's.
const WORDS_ALONE: f32 = 0.45;

/// Drops what is not relevant; all of it, when nothing is. A passage is as relevant as the best memory that came from
/// it.
pub(super) fn keep_relevant(
    ranked: Vec<Ranked>,
    question: &Question<'_>,
    terms: &[Term],
    threshold: f32,
) -> Vec<Recalled> {
    ranked
        .into_iter()
        .map(|ranked| {
            let own = relevance(question, ranked.cosine, ranked.text.share(terms));
            Recalled {
                relevance: ranked.liking * ranked.lift.map_or(own, |lift| lift.relevance.max(own)),
                ..ranked.recalled
            }
        })
        .filter(|recalled| recalled.relevance >= threshold)
        .collect()
}

pub(super) fn relevance(question: &Question<'_>, cosine: Option<f32>, share: f32) -> f32 {
    match (question.vector, cosine) {
        (Some(vector), Some(cosine)) if vector.floor < 1.0 => {
            (cosine - vector.floor) / (1.0 - vector.floor) + WORDS * share
        }
        // Not embedded yet, no embedder, or one that does not read this script.
        _ => share - WORDS_ALONE,
    }
}
