//! The order of hits.
//!
//! The score has three levels: hits with all words, hits with most of them, and hits that are only similar in meaning.
//! Within a level, BM25 and nearness in meaning decide. The score is rounded, so that the newest of equally good hits
//! comes first. A hit's score depends on the other hits only by which words occur anywhere, so a hit keeps its position
//! from one page to the next; only a vector that is stored between two pages may move one.

use super::{
    Candidates,
    fits::{Fit, Fits},
    query::Query,
};
use crate::retrieval::question_vector::{self, QuestionVector};
use std::{cmp::Reverse, collections::HashMap};
use uuid::Uuid;

/// The usual constants of BM25 (Robertson and Zaragoza, 2009), and a typical passage's length in words.
const K1: f32 = 1.2;
const B: f32 = 0.75;
const USUAL_LENGTH: f32 = 40.0;

/// Minimum share of the words' weight for a hit by words.
const MOST_WORDS: f32 = 0.5;

/// Minimum nearness for a hit by meaning alone ([`question_vector::Scale::nearness`]).
const ALIKE: f32 = 0.1;

/// Maximum number of hits by meaning alone.
const MOST_ALIKE: usize = 30;

/// Score of a title with all words: among the better passages with all words.
const TITLE: f32 = 1.4;

/// Penalty for a passage of an abandoned branch: the version that the conversation shows comes first.
const ABANDONED: f32 = 0.1;

/// Steps of the rounded score per 1.
const STEPS: f32 = 20.0;

/// A possible hit.
pub(super) struct Candidate {
    pub id: Uuid,
    /// The message of a passage; a memory's own id.
    pub of: Uuid,
    pub at_us: i64,
    pub abandoned: bool,
    pub fits: Fits,
    /// None if it is not among the nearest.
    pub cosine: Option<f32>,
}

/// A hit with its position in the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ranked {
    pub rank: i32,
    pub at_us: i64,
    /// The id of the message, conversation or memory.
    pub id: Uuid,
    pub what: What,
    /// Found by meaning alone.
    pub similar: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The message's best passage.
    Passage(Uuid),
    Title,
    Memory,
}

impl Ranked {
    /// The sort key; the greatest is first.
    pub const fn place(&self) -> (i32, i64, Uuid) {
        (self.rank, self.at_us, self.id)
    }
}

/// All hits, best first, each message once.
pub(super) fn rank(query: &Query, candidates: Candidates, vector: Option<&QuestionVector>) -> Vec<Ranked> {
    let everything = candidates.passages.iter().chain(&candidates.memories);
    let scale = Scale {
        query,
        weights: weights(&candidates.words.weights, query, everything),
        meaning: vector.map(|vector| vector.scale),
    };
    let titles = candidates.titles.iter().map(|title| Ranked {
        rank: rounded(TITLE),
        at_us: title.created_at.timestamp_micros(),
        id: title.conversation,
        what: What::Title,
        similar: false,
    });
    let mut ranked: Vec<Ranked> = titles.collect();
    ranked.extend(scale.best_of_each(&candidates.passages, What::Passage));
    ranked.extend(scale.best_of_each(&candidates.memories, |_| What::Memory));
    ranked.sort_by_key(|hit| Reverse(hit.place()));
    let mut alike = 0;
    ranked.retain(|hit| {
        alike += usize::from(hit.similar);
        !hit.similar || alike <= MOST_ALIKE
    });
    ranked
}

/// The weight of each term: its rarity; 0 for a term that no candidate has, so that it excludes nothing.
fn weights<'a>(
    weights: &[f32],
    query: &Query,
    candidates: impl Iterator<Item = &'a Candidate> + Clone,
) -> Vec<f32> {
    let is_somewhere = |term: usize| {
        candidates
            .clone()
            .any(|candidate| candidate.fits.terms[term].fit > 0.0)
    };
    (0..query.terms.len())
        .map(|term| match weights.get(term) {
            _ if !is_somewhere(term) => 0.0,
            Some(weight) => *weight,
            None => 1.0,
        })
        .collect()
}

struct Scale<'a> {
    query: &'a Query,
    weights: Vec<f32>,
    meaning: Option<question_vector::Scale>,
}

impl Scale<'_> {
    fn best_of_each(&self, candidates: &[Candidate], what: fn(Uuid) -> What) -> Vec<Ranked> {
        let mut whole: HashMap<Uuid, Vec<Fit>> = HashMap::new();
        for candidate in candidates {
            let of = whole
                .entry(candidate.of)
                .or_insert_with(|| candidate.fits.terms.clone());
            for (have, more) in of.iter_mut().zip(&candidate.fits.terms) {
                have.fit = have.fit.max(more.fit);
            }
        }
        let mut best: HashMap<Uuid, Ranked> = HashMap::new();
        for candidate in candidates {
            let Some((score, similar)) = self.score(candidate, &whole[&candidate.of]) else {
                continue;
            };
            let hit = Ranked {
                rank: rounded(score),
                at_us: candidate.at_us,
                id: candidate.of,
                what: what(candidate.id),
                similar,
            };
            let kept = best.entry(candidate.of).or_insert(hit);
            let order = |hit: &Ranked| (hit.rank, hit.what.passage());
            if order(&hit) > order(kept) {
                *kept = hit;
            }
        }
        best.into_values().collect()
    }

    /// The score, and whether it is by meaning alone; none if the candidate is no hit. `whole` has the best matches of
    /// all of the message's passages together.
    fn score(&self, candidate: &Candidate, whole: &[Fit]) -> Option<(f32, bool)> {
        let mut required = self.query.terms.iter().zip(whole);
        if required.any(|(term, fit)| term.required && fit.fit < 1.0) {
            return None;
        }
        let meaning = candidate.cosine.map_or(0.0, |cosine| self.nearness(cosine));
        let (all, share) = (self.share(&candidate.fits.terms), self.share(whole));
        let words = self.bm25(&candidate.fits);
        let left = if candidate.abandoned { ABANDONED } else { 0.0 };
        if all >= 1.0 {
            Some((1.0 + 0.7 * words + 0.3 * meaning, false))
        } else if share >= MOST_WORDS {
            Some(((0.55 * share + 0.25 * words + 0.15 * meaning).min(0.94), false))
        } else if meaning >= ALIKE {
            // Below every hit with most of the words: those score at least 0.275.
            Some((0.25 * meaning, true))
        } else {
            None
        }
        .map(|(score, similar)| (score - left, similar))
    }

    /// The matched share of the words' weight, 0 to 1.
    fn share(&self, fits: &[Fit]) -> f32 {
        let total: f32 = self.weights.iter().sum();
        let has: f32 = self
            .weights
            .iter()
            .zip(fits)
            .map(|(weight, fit)| weight * fit.fit)
            .sum();
        // A full match is exactly 1, however the sum is rounded.
        let whole = self
            .weights
            .iter()
            .zip(fits)
            .all(|(weight, fit)| *weight == 0.0 || fit.fit >= 1.0);
        match (total > 0.0, whole) {
            (true, true) => 1.0,
            (true, false) => has / total,
            (false, _) => 0.0,
        }
    }

    /// BM25 divided by its maximum, 0 to 1.
    fn bm25(&self, fits: &Fits) -> f32 {
        let total: f32 = self.weights.iter().sum();
        let long = K1 * (1.0 - B + B * fits.words / USUAL_LENGTH);
        let sum: f32 = self
            .weights
            .iter()
            .zip(&fits.terms)
            .map(|(weight, fit)| weight * fit.count / (fit.count + long))
            .sum();
        if total > 0.0 { sum / total } else { 0.0 }
    }

    fn nearness(&self, cosine: f32) -> f32 {
        self.meaning.map_or(0.0, |scale| scale.nearness(cosine))
    }
}

impl What {
    /// Breaks ties between equal passages of a message: the later one wins, so that the result is stable.
    const fn passage(&self) -> Uuid {
        match self {
            Self::Passage(id) => *id,
            Self::Title | Self::Memory => Uuid::nil(),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "scores are small")]
fn rounded(score: f32) -> i32 {
    (score * STEPS).round() as i32
}
