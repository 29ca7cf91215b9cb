//! When recall stays silent: what does not bear on the question stays out, however well it ranks.
//!
//! One number decides, made of two absolute measures: how far the cosine is on its way from what unrelated sentences
//! reach with this embedder (`memory::relevance`) to 1, and which share of the question's words, weighed by their
//! rarity, the passage has.

use super::{Question, Recalled, gather::Term, rank::Ranked};
use crate::memory::words;
use std::collections::BTreeSet;

/// Relevance from which a passage is recalled; `hearth bench silence` prints what others would do.
pub(super) const THRESHOLD: f32 = 0.15;

/// All of the question's words count as much as half the way of the cosine.
const WORDS: f32 = 0.5;

/// Without a vector words alone decide, and must be most of the question's.
const WORDS_ALONE: f32 = 0.45;

/// Drops what is not relevant; all of it, when nothing is.
pub(super) fn keep_relevant(
    ranked: Vec<Ranked>,
    question: &Question<'_>,
    terms: &[Term],
    threshold: f32,
) -> Vec<Recalled> {
    ranked
        .into_iter()
        .map(|ranked| Recalled {
            relevance: relevance(&ranked, question, terms),
            ..ranked.recalled
        })
        .filter(|recalled| recalled.relevance >= threshold)
        .collect()
}

fn relevance(ranked: &Ranked, question: &Question<'_>, terms: &[Term]) -> f32 {
    let share = share_of_words(&ranked.recalled.text, terms);
    match (question.vector, ranked.cosine) {
        (Some(vector), Some(cosine)) => (cosine - vector.floor) / (1.0 - vector.floor) + WORDS * share,
        // Not embedded yet, or no embedder.
        _ => share - WORDS_ALONE,
    }
}

/// How much of the question's word weight the passage has, 0 to 1.
fn share_of_words(text: &str, terms: &[Term]) -> f32 {
    let total: f32 = terms.iter().map(|term| term.weight).sum();
    if total == 0.0 {
        return 0.0;
    }
    let has: BTreeSet<String> = words::of_question(text);
    let covered: f32 = terms
        .iter()
        .filter(|term| has.contains(&term.word))
        .map(|term| term.weight)
        .sum();
    covered / total
}
