//! The figures of recall: the share of the evidence among the first k turns, and how early the first of it comes.

use serde::Serialize;

/// The outcome of one question.
pub struct Outcome {
    pub category: u8,
    /// Positions (from 0) of the evidence that was found.
    pub found_at: Vec<usize>,
    /// How many turns answer it.
    pub evidence: usize,
}

/// Means over questions, as fractions.
#[derive(Serialize)]
pub struct Figures {
    pub questions: usize,
    pub recall_at_5: f64,
    pub recall_at_10: f64,
    pub recall_at_20: f64,
    pub mrr: f64,
}

impl Figures {
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let outcomes: Vec<&Outcome> = outcomes.into_iter().collect();
        // Not `sum`: the sum of no values is -0.
        let mean = |score: &dyn Fn(&Outcome) -> f64| {
            outcomes.iter().fold(0.0, |sum, outcome| sum + score(outcome)) / count(outcomes.len().max(1))
        };
        let recall = |k: usize| mean(&|outcome: &Outcome| outcome.recall_at(k));
        Self {
            questions: outcomes.len(),
            recall_at_5: recall(5),
            recall_at_10: recall(10),
            recall_at_20: recall(20),
            mrr: mean(&Outcome::reciprocal_rank),
        }
    }
}

impl Outcome {
    fn recall_at(&self, k: usize) -> f64 {
        let found = self.found_at.iter().filter(|at| **at < k).count();
        count(found) / count(self.evidence.max(1))
    }

    fn reciprocal_rank(&self) -> f64 {
        self.found_at.iter().min().map_or(0.0, |at| 1.0 / count(at + 1))
    }
}

/// Percentiles of measured values.
#[derive(Serialize)]
pub struct Percentiles {
    pub p50: f64,
    pub p95: f64,
}

impl Percentiles {
    pub fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = |part: usize| {
            let last = values.len().saturating_sub(1);
            values.get(last * part / 100).copied().unwrap_or(0.0)
        };
        Self {
            p50: at(50),
            p95: at(95),
        }
    }
}

fn count(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::{Figures, Outcome};

    #[test]
    fn recall_is_the_share_of_the_evidence_and_mrr_looks_at_the_first() {
        let outcomes = [
            Outcome {
                category: 1,
                found_at: vec![1, 7],
                evidence: 4,
            },
            Outcome {
                category: 4,
                found_at: vec![],
                evidence: 1,
            },
        ];
        let figures = Figures::of(&outcomes);
        assert_eq!((figures.recall_at_5, figures.recall_at_10), (0.125, 0.25));
        assert!((figures.mrr - 0.25).abs() < 1e-9);
    }
}
