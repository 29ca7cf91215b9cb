//! BM25 of the question's words in a text. The words are read from the search column: stemming hundreds of texts for
//! every question took most of recall's time.

use crate::storage::TsVector;

/// The usual constants (Robertson and Zaragoza, 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// A word of the question.
pub(super) struct Term {
    /// Inverse document frequency. A word that no passage has keeps its weight, so that every passage covers less of
    /// the question.
    pub weight: f32,
}

/// Weight of a word that so many passages have.
pub(in crate::retrieval) fn rarity(passages: usize) -> f32 {
    (1.0 + 400.0 / (1.0 + passages as f32)).ln()
}

/// The counts of the question's words in a text, and its length in words.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub counts: Vec<f32>,
    pub words: f32,
}

impl Text {
    /// Counts in a search column.
    pub fn of(column: &TsVector, asked: &[String]) -> Self {
        let mut text = Self {
            counts: vec![0.0; asked.len()],
            words: 0.0,
        };
        for found in column.words() {
            let count = found.count() as f32;
            text.words += count;
            // A question has few words: comparing them all is cheaper than hashing every word of every passage.
            if let Some(at) = asked.iter().position(|word| word == found.word) {
                text.counts[at] = count;
            }
        }
        text
    }

    pub fn add(&mut self, other: &Self) {
        self.words += other.words;
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }

    /// The share of the question's words that the text has, by weight, 0 to 1.
    pub fn share(&self, terms: &[Term]) -> f32 {
        let total: f32 = terms.iter().map(|term| term.weight).sum();
        let has = |(_, count): &(&Term, &f32)| **count > 0.0;
        let covered: f32 = terms
            .iter()
            .zip(&self.counts)
            .filter(has)
            .map(|(term, _)| term.weight)
            .sum();
        if total > 0.0 { covered / total } else { 0.0 }
    }
}

/// BM25 of every text, divided by the best.
pub(super) fn by_words<'a>(texts: impl Iterator<Item = &'a Text> + Clone, terms: &[Term]) -> Vec<f32> {
    let count = texts.clone().count().max(1) as f32;
    let average = texts.clone().map(|text| text.words).sum::<f32>() / count;
    let score = |text: &Text| {
        let long = K1 * (1.0 - B + B * text.words / average.max(1.0));
        terms
            .iter()
            .zip(&text.counts)
            .map(|(term, count)| term.weight * count * (K1 + 1.0) / (count + long))
            .sum::<f32>()
    };
    let scores: Vec<f32> = texts.map(score).collect();
    let best = scores.iter().copied().fold(0.0, f32::max);
    scores
        .into_iter()
        .map(|score| if best > 0.0 { score / best } else { 0.0 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Term, Text, by_words};
    use crate::storage::TsVector;

    #[test]
    fn a_rare_word_outweighs_a_common_one() {
        let words = ["biscuit", "dog"].map(str::to_owned);
        let terms = [3.0, 1.0].map(|weight| Term { weight });
        let texts = [
            [("biscuit", &[1][..]), ("sleep", &[2])].as_slice(),
            &[("dog", &[2]), ("sleep", &[3]), ("the", &[1])],
            &[("it", &[1]), ("noth", &[3])],
        ]
        .map(|text| Text::of(&TsVector::of(text), &words));
        let scores = by_words(texts.iter(), &terms);
        assert!(scores[0] > scores[1] && scores[1] > scores[2], "{scores:?}");
    }

    #[test]
    fn words_are_counted_from_the_search_column() {
        let column = TsVector::of(&[("dog", &[2, 7][..]), ("饼干", &[1])]);
        let text = Text::of(&column, &["dog".to_owned(), "cat".to_owned(), "饼干".to_owned()]);
        assert_eq!((text.counts, text.words), (vec![2.0, 0.0, 1.0], 3.0));
    }
}
