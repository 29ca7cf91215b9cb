//! One score out of many views of a passage.

use super::{
    Question, Recalled, Settings, Weights,
    gather::Term,
    load::Candidate,
    when::{self, Asked},
    who::People,
};
use crate::memory::words;
use hearth_types::{ConversationId, Speaker};
use std::collections::HashMap;

/// BM25's constants, as usual (Robertson and Zaragoza, 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// Words from which on a passage is as telling as can be.
const LONG: f32 = 60.0;

/// Passages of a conversation that say how much it bears on the question.
const BEST_OF_CONVERSATION: usize = 3;

/// A candidate with its score.
pub(super) struct Ranked {
    pub recalled: Recalled,
    pub cosine: Option<f32>,
}

/// Best first; what a person said before what a model said, which may be wrong: small models read what comes first.
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
            let said = match candidate.recalled.said_by {
                Speaker::Person => 1.0,
                Speaker::Model => settings.model_weight,
            };
            Ranked {
                cosine: candidate.cosine,
                recalled: Recalled {
                    score: score * said,
                    ..candidate.recalled
                },
            }
        })
        .collect();
    ranked.sort_by(|a, b| {
        (a.recalled.said_by == Speaker::Model)
            .cmp(&(b.recalled.said_by == Speaker::Model))
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
    let texts: Vec<Text> = candidates
        .iter()
        .map(|candidate| Text::of(&candidate.recalled.text, terms))
        .collect();
    let meaning = normalised(candidates.iter().map(|c| c.cosine).collect());
    let own = by_words(&texts, terms);
    let around = by_words(&windows(candidates, &texts), terms);
    let matches: Vec<f32> = candidates
        .iter()
        .enumerate()
        .map(|(at, candidate)| {
            weights.vector * meaning[at]
                + weights.words * own[at]
                + weights.window * around[at]
                + weights.person * f32::from(u8::from(people.is_asked_about(candidate)))
        })
        .collect();
    let conversations = conversations(candidates, &matches);
    let asked = Asked::of(question);
    candidates
        .iter()
        .zip(&texts)
        .enumerate()
        .map(|(at, (candidate, text))| {
            let said = &candidate.recalled;
            matches[at]
                + weights.conversation * conversations[at]
                + weights.date * asked.nearness(said.said_at)
                + weights.length * text.length()
                + weights.time * f32::from(u8::from(asked.is_when() && when::names_a_time(&said.text)))
                - weights.question * f32::from(u8::from(asks(&said.text)))
        })
        .map(|score| score / weights.sum())
        .collect()
}

impl Weights {
    fn sum(&self) -> f32 {
        self.vector
            + self.words
            + self.window
            + self.person
            + self.date
            + self.length
            + self.conversation
            + self.time
    }
}

/// How often a text has each of the question's words, and how many words it has.
#[derive(Clone)]
struct Text {
    counts: Vec<f32>,
    words: f32,
}

impl Text {
    #[allow(clippy::cast_precision_loss, reason = "counts of words")]
    fn of(text: &str, terms: &[Term]) -> Self {
        let words = words::all(text);
        let count = |term: &Term| words.iter().filter(|word| **word == term.word).count() as f32;
        Self {
            counts: terms.iter().map(count).collect(),
            words: words.len() as f32,
        }
    }

    fn add(&mut self, other: &Self) {
        self.words += other.words;
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }

    fn length(&self) -> f32 {
        (self.words.ln_1p() / LONG.ln()).min(1.0)
    }
}

/// Each passage with what was said just before and after it.
fn windows(candidates: &[Candidate], texts: &[Text]) -> Vec<Text> {
    candidates
        .iter()
        .zip(texts)
        .map(|(candidate, own)| {
            let mut window = own.clone();
            for neighbour in candidate.before.into_iter().chain(candidate.after) {
                window.add(&texts[neighbour]);
            }
            window
        })
        .collect()
}

/// BM25 of every text, as a part of the best.
#[allow(clippy::cast_precision_loss, reason = "counts of texts")]
fn by_words(texts: &[Text], terms: &[Term]) -> Vec<f32> {
    let average = texts.iter().map(|text| text.words).sum::<f32>() / texts.len().max(1) as f32;
    let score = |text: &Text| {
        let long = K1 * (1.0 - B + B * text.words / average.max(1.0));
        terms
            .iter()
            .zip(&text.counts)
            .map(|(term, count)| term.weight * count * (K1 + 1.0) / (count + long))
            .sum::<f32>()
    };
    let scores: Vec<f32> = texts.iter().map(score).collect();
    let best = scores.iter().copied().fold(0.0, f32::max);
    scores
        .into_iter()
        .map(|score| if best > 0.0 { score / best } else { 0.0 })
        .collect()
}

/// How much each passage's conversation has to say, by its best passages.
#[allow(clippy::cast_precision_loss, reason = "a small constant")]
fn conversations(candidates: &[Candidate], matches: &[f32]) -> Vec<f32> {
    let mut best: HashMap<ConversationId, Vec<f32>> = HashMap::new();
    for (candidate, score) in candidates.iter().zip(matches) {
        best.entry(candidate.recalled.conversation)
            .or_default()
            .push(*score);
    }
    let density: HashMap<ConversationId, f32> = best
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
    let dense = |c: &Candidate| density.get(&c.recalled.conversation).copied();
    normalised(candidates.iter().map(dense).collect())
}

/// Brought to 0…1 over the candidates; what is not known counts as the least.
fn normalised(values: Vec<Option<f32>>) -> Vec<f32> {
    let known = || values.iter().flatten().copied();
    let low = known().fold(f32::INFINITY, f32::min);
    let width = known().fold(f32::NEG_INFINITY, f32::max) - low;
    values
        .iter()
        .map(|value| match value {
            Some(value) if width > 0.0 => (value - low) / width,
            Some(_) => 1.0,
            None => 0.0,
        })
        .collect()
}

fn asks(text: &str) -> bool {
    text.trim_end().ends_with(['?', '？'])
}

#[cfg(test)]
mod tests {
    use super::{Term, Text, by_words, normalised};

    fn terms() -> Vec<Term> {
        ["biscuit", "dog"]
            .map(|word| Term {
                word: word.into(),
                weight: if word == "biscuit" { 3.0 } else { 1.0 },
            })
            .into()
    }

    #[test]
    fn a_rare_word_outweighs_a_common_one() {
        let texts = ["Biscuit sleeps", "the dog sleeps", "nothing of it"].map(|t| Text::of(t, &terms()));
        let scores = by_words(&texts, &terms());
        assert!(scores[0] > scores[1] && scores[1] > scores[2], "{scores:?}");
    }

    #[test]
    fn unknown_values_count_as_the_least() {
        let values = normalised(vec![Some(0.2), None, Some(0.6), Some(0.4)]);
        for (value, wanted) in values.iter().zip([0.0, 0.0, 1.0, 0.5]) {
            assert!((value - wanted).abs() < 1e-6, "{values:?}");
        }
    }
}
