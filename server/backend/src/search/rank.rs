//! The order of what was found.
//!
//! A sum, in three steps: what has all words, then what has most of them, then what only means something alike. Within
//! a step rare words, frequent ones (BM25) and nearness in meaning decide. The sum is rounded, so that among what fits
//! equally well the newest comes first. Of what else was found it depends on nothing but which words are anywhere, so
//! that a hit keeps its place from one page to the next; only a vector that comes between two pages may move one.

use super::{
    Gathered,
    fits::{Fit, Fits},
    query::Query,
};
use crate::retrieval::recall::QuestionVector;
use std::{cmp::Reverse, collections::HashMap};
use uuid::Uuid;

/// The usual constants of BM25 (Robertson and Zaragoza, 2009), and a usual passage's length in words.
const K1: f32 = 1.2;
const B: f32 = 0.75;
const USUAL_LENGTH: f32 = 40.0;

/// Share of the words' weight from which on something is found by its words.
const MOST_WORDS: f32 = 0.5;

/// How far on its way from what unrelated sentences reach to 1 a cosine must be, to find something by meaning alone.
const ALIKE: f32 = 0.1;

/// Hits by meaning alone.
const MOST_ALIKE: usize = 30;

/// A title with all words is among the better passages with all words.
const TITLE: f32 = 1.4;

/// Taken off what is not shown in its conversation: the version that is comes first.
const ABANDONED: f32 = 0.1;

/// Steps of the rounded score per 1.
const STEPS: f32 = 20.0;

/// Something that may be shown.
pub(super) struct Candidate {
    pub id: Uuid,
    /// The message that a passage is of; a memory itself.
    pub of: Uuid,
    pub at_us: i64,
    pub abandoned: bool,
    pub fits: Fits,
    /// None when it is not among the nearest.
    pub cosine: Option<f32>,
}

/// Something that will be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ranked {
    pub rank: i32,
    pub at_us: i64,
    /// Of the message, the conversation or the memory.
    pub id: Uuid,
    pub what: What,
    /// Found by meaning alone.
    pub similar: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The passage of the message that fits best.
    Passage(Uuid),
    Title,
    Memory,
}

impl Ranked {
    /// Its place in the order; the greatest is first.
    pub const fn place(&self) -> (i32, i64, Uuid) {
        (self.rank, self.at_us, self.id)
    }
}

/// Everything that fits, best first, each message once.
pub(super) fn rank(query: &Query, gathered: Gathered, vector: Option<&QuestionVector>) -> Vec<Ranked> {
    let everything = gathered.passages.iter().chain(&gathered.memories);
    let scale = Scale {
        query,
        weights: weights(&gathered.words.weights, query, everything),
        floor: vector.map_or(1.0, |vector| vector.floor),
    };
    let titles = gathered.titles.iter().map(|title| Ranked {
        rank: rounded(TITLE),
        at_us: title.created_at.timestamp_micros(),
        id: title.conversation,
        what: What::Title,
        similar: false,
    });
    let mut ranked: Vec<Ranked> = titles.collect();
    ranked.extend(scale.best_of_each(&gathered.passages, What::Passage));
    ranked.extend(scale.best_of_each(&gathered.memories, |_| What::Memory));
    ranked.sort_by_key(|hit| Reverse(hit.place()));
    let mut alike = 0;
    ranked.retain(|hit| {
        alike += usize::from(hit.similar);
        !hit.similar || alike <= MOST_ALIKE
    });
    ranked
}

/// Rarity by term. A term that is nowhere says nothing of the rest.
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
    floor: f32,
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

    /// The score, and whether it is by meaning alone; none when it does not fit. `whole` is what all of the
    /// message's passages have together.
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
            // Below all that has most of the words: 0.275 is their least.
            Some((0.25 * meaning, true))
        } else {
            None
        }
        .map(|(score, similar)| (score - left, similar))
    }

    /// How much of the words' weight is there, 0 to 1.
    fn share(&self, fits: &[Fit]) -> f32 {
        let total: f32 = self.weights.iter().sum();
        let has: f32 = self
            .weights
            .iter()
            .zip(fits)
            .map(|(weight, fit)| weight * fit.fit)
            .sum();
        // What is there in full is 1, however the sum is rounded.
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

    /// BM25 as a part of what it can reach, 0 to 1.
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
        if self.floor >= 1.0 {
            return 0.0;
        }
        ((cosine - self.floor) / (1.0 - self.floor)).clamp(0.0, 1.0)
    }
}

impl What {
    /// Decides between equal passages of a message: the later id is the later passage, which is as good as any.
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
