//! Ranking: fuses many signals of a passage into one score.
//!
//! Measured over 505 questions on 3 conversations of some 540 turns each (`hearth bench recall FILE [--facts]
//! [--weights NAME=NUMBER]`, all-MiniLM-L6-v2), recall@10 in %; multi-hop, temporal, open-domain and single-hop after
//! it:
//!
//! | ranking | R@10 | each kind of question |
//! | --- | --- | --- |
//! | candidates of two searches, no signal of the neighbours | 75.4 | |
//! | every passage of a small space, with `around` | 76.5 | 49.3, 85.3, 44.4, 86.4 |
//! | with memories, as a further signal | 78.1 | 53.5, 85.3, 54.0, 86.9 |
//! | with memories, whose words and meaning are the passage's | 79.8 | 52.7, 87.6, 57.7, 89.0 |
//! | and with `feedback`, as it is now | 80.1 | 51.9, 88.5, 52.2, 90.1 |
//! | the same without memories | 77.2 | |
//! | before `feedback`, without `vector` | 79.5 | 50.2, 88.1, 46.6, 90.3 |
//! | – without `around` | 78.6 | 53.7, 85.3, 55.9, 87.5 |
//! | – without `words` | 79.1 | 50.3, 89.4, 56.8, 88.1 |
//! | – without `window` | 77.0 | 52.0, 86.7, 55.9, 84.5 |
//! | – without `person` | 78.9 | 48.6, 86.2, 54.9, 89.7 |
//! | – without `date` | 77.2 | 52.2, 83.5, 54.0, 86.4 |
//! | – without `length` | 78.5 | 49.9, 86.7, 52.2, 88.6 |
//! | – without `conversation` | 78.7 | 53.1, 87.2, 55.9, 87.1 |
//! | – without `time` | 79.7 | 52.7, 87.2, 57.7, 89.0 |
//! | – without `question` | 79.0 | 51.4, 86.7, 55.9, 88.6 |
//!
//! `feedback` brings more wanted passages into the first ten, and ranks the first of them a little lower (MRR 0.619;
//! without it 0.631). A weight of 0.14 gave 79.9, and 77.6 without memories.
//!
//! Tried and rejected: a second hop by meaning (the question's vector with those of the three best passages), 78.7;
//! fewer passages of one conversation, 79.7 to 78.4; passages unlike those above them, 79.9 to 79.3; a bonus for the
//! memory's subject, 77.5.

use super::{
    bm25::{Term, Text, by_words},
    candidate::{Candidate, windows},
    feedback,
    question::Question,
    recalled::Recalled,
    scores::{normalised, vote_factor},
    settings::{Settings, Weights},
    speaker::People,
};
use hearth_text::times::{self, Times};
use std::collections::HashMap;
use uuid::Uuid;

/// Length in words at which the length bonus saturates.
const LONG: f32 = 60.0;

/// Number of best passages whose mean is a conversation's density.
const BEST_OF_CONVERSATION: usize = 3;

/// A candidate with its score.
pub(super) struct Ranked {
    pub recalled: Recalled,
    pub cosine: Option<f32>,
    pub text: Text,
    /// See [`vote_factor`].
    pub votes: f32,
}

/// Best first, but what people said before an earlier question of the same, and that before models' passages, which may be
/// wrong: small models attend most to what comes first.
pub(super) fn rank(
    candidates: Vec<Candidate>,
    question: &Question<'_>,
    terms: &[Term],
    people: &People,
    settings: &Settings,
) -> Vec<Ranked> {
    let scores = scores(&candidates, question, terms, people, &settings.weights);
    let mut ranked: Vec<Ranked> = candidates
        .into_iter()
        .zip(scores)
        .map(|(candidate, score)| {
            let by_model = if candidate.recalled.is_by_model() {
                settings.model_weight
            } else {
                1.0
            };
            let votes = vote_factor(candidate.not_relevant);
            Ranked {
                cosine: candidate.cosine,
                text: candidate.words,
                votes,
                recalled: Recalled {
                    score: score * by_model * votes,
                    ..candidate.recalled
                },
            }
        })
        .collect();
    ranked.sort_by(|a, b| {
        (a.recalled.standing(a.text.share(terms)))
            .cmp(&b.recalled.standing(b.text.share(terms)))
            .then(b.recalled.score.total_cmp(&a.recalled.score))
    });
    ranked
}

fn scores(
    candidates: &[Candidate],
    question: &Question<'_>,
    terms: &[Term],
    people: &People,
    weights: &Weights,
) -> Vec<f32> {
    let meaning = normalised(candidates.iter().map(|c| c.meaning).collect());
    let around = around(candidates, &meaning);
    let own = by_words(candidates.iter().map(|c| &c.keys), terms);
    let windows = by_words(windows(candidates, |at| &candidates[at].keys).iter(), terms);
    let matches: Vec<f32> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| {
            weights.vector * meaning[at]
                + weights.around * around[at]
                + weights.words * own[at]
                + weights.window * windows[at]
                + weights.person
                    * f32::from(u8::from(people.is_asked_about(candidate.recalled.from.author())))
        })
        .collect();
    let conversations = conversations(candidates, &matches);
    let asked = Times::of(&question.wording.text, question.asked_at, question.time_zone);
    let scores: Vec<f32> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| {
            let said = &candidate.recalled;
            matches[at]
                + weights.conversation * conversations[at]
                + weights.date * asked.nearness(said.said_at)
                + weights.length * length(&candidate.words)
                + weights.time * f32::from(u8::from(asked.asks_when() && times::names_a_time(&said.text)))
                - weights.question * f32::from(u8::from(asks(&said.text)))
        })
        .collect();
    let feedback = feedback::feedback(candidates, &scores);
    scores
        .iter()
        .zip(feedback)
        .map(|(score, feedback)| (score + weights.feedback * feedback) / weights.sum())
        .collect()
}

impl Weights {
    fn sum(&self) -> f32 {
        self.vector
            + self.around
            + self.words
            + self.window
            + self.person
            + self.date
            + self.length
            + self.conversation
            + self.time
            + self.feedback
    }
}

fn length(text: &Text) -> f32 {
    (text.words.ln_1p() / LONG.ln()).min(1.0)
}

/// The meaning of the passages directly before and after each: the higher of the two.
fn around(candidates: &[Candidate], meaning: &[f32]) -> Vec<f32> {
    let neighbours = |c: &Candidate| c.before.into_iter().chain(c.after);
    candidates
        .iter()
        .map(|candidate| neighbours(candidate).map(|at| meaning[at]).fold(0.0, f32::max))
        .collect()
}

/// The density of each passage's conversation: the mean score of its best passages, normalised.
fn conversations(candidates: &[Candidate], matches: &[f32]) -> Vec<f32> {
    let mut best: HashMap<Uuid, Vec<f32>> = HashMap::new();
    for (candidate, score) in candidates.iter().zip(matches) {
        best.entry(candidate.recalled.source.whole())
            .or_default()
            .push(*score);
    }
    let density: HashMap<Uuid, f32> = best
        .into_iter()
        .map(|(conversation, mut scores)| {
            scores.sort_by(|a, b| b.total_cmp(a));
            let sum: f32 = scores.iter().take(BEST_OF_CONVERSATION).sum();
            (conversation, sum / BEST_OF_CONVERSATION as f32)
        })
        .collect();
    if density.len() < 2 {
        return vec![0.0; candidates.len()];
    }
    let dense = |c: &Candidate| density.get(&c.recalled.source.whole()).copied();
    normalised(candidates.iter().map(dense).collect())
}

fn asks(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？'])
}
