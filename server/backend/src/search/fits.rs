//! Matches a text with a query: which of its terms the text has, and how often.

use super::query::{Query, Term};
use crate::storage::TsVector;
use hearth_text::{
    cut::beginning,
    words::{self, Located},
};
use std::ops::Range;

/// Maximum characters that are read of a text without a search column (a title).
const LONGEST: usize = 2_000;

/// The fit of a term of which the text has only longer words that begin with it.
const BEGINNING: f32 = 0.8;

/// The match of one term in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Fit {
    /// Number of occurrences; longer words that begin with the term count half.
    pub count: f32,
    /// 1 if the term occurs, [`BEGINNING`] if only longer words occur, 0 if neither does.
    pub fit: f32,
}

/// The matches of every term of a query in a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Fits {
    pub terms: Vec<Fit>,
    /// Length of the text in words.
    pub words: f32,
}

impl Fits {
    /// Matches a search column.
    pub fn of_column(query: &Query, column: &TsVector) -> Self {
        Self::of(query, column.words().map(|found| (found.word, found.places())))
    }

    /// Matches a text that has no search column.
    pub fn of_text(query: &Query, text: &str) -> Self {
        let words = words::all(beginning(text, LONGEST));
        let places = words
            .iter()
            .zip(1..)
            .map(|(word, place)| (word.as_str(), std::iter::once(place)));
        Self::of(query, places)
    }

    fn of<'a>(query: &Query, words: impl Iterator<Item = (&'a str, impl Iterator<Item = u32>)>) -> Self {
        let mut places: Vec<Vec<u32>> = vec![Vec::new(); query.words.len()];
        let mut longer = vec![0.0; query.terms.len()];
        let loose: Vec<(usize, Loose<'_>)> = loose(query).collect();
        let mut all = 0.0;
        for (word, at) in words {
            let before = all;
            match query.words.get(word) {
                Some(number) => {
                    let had = places[*number].len();
                    places[*number].extend(at);
                    all += (places[*number].len() - had) as f32;
                }
                None => all += at.count() as f32,
            }
            for (term, looks_for) in &loose {
                if looks_for.is_in(word) {
                    longer[*term] += all - before;
                }
            }
        }
        let fit = |(term, longer): (&Term, &f32)| fit(query, term, &places, *longer);
        Self {
            terms: query.terms.iter().zip(&longer).map(fit).collect(),
            words: all,
        }
    }
}

/// A term that matches inside of other words.
enum Loose<'a> {
    Character(char),
    Beginning(&'a str),
}

impl Loose<'_> {
    fn is_in(&self, word: &str) -> bool {
        match self {
            Self::Character(character) => word.contains(*character),
            Self::Beginning(beginning) => word.len() > beginning.len() && word.starts_with(beginning),
        }
    }
}

fn loose(query: &Query) -> impl Iterator<Item = (usize, Loose<'_>)> {
    query
        .terms
        .iter()
        .enumerate()
        .filter_map(|(at, term)| match term.character() {
            Some(character) => Some((at, Loose::Character(character))),
            None if term.unfinished => Some((at, Loose::Beginning(term.words.first()?))),
            None => None,
        })
}

fn fit(query: &Query, term: &Term, places: &[Vec<u32>], longer: f32) -> Fit {
    let of = |word: &String| {
        query
            .words
            .get(word)
            .map_or(&[][..], |number| places[*number].as_slice())
    };
    let follows = |first: u32| {
        let mut rest = term.words.iter().zip(first..).skip(1);
        // A word's places are sorted.
        rest.all(|(word, place)| of(word).binary_search(&place).is_ok())
    };
    let first = term.words.first().map_or(&[][..], of);
    let exact = first.iter().filter(|place| follows(**place)).count() as f32;
    if term.character().is_some() {
        // A character occurs in two pairs: with the character before it and with the one after it.
        let count = exact.max((longer / 2.0).ceil());
        return Fit {
            count,
            fit: count.min(1.0),
        };
    }
    Fit {
        count: exact + longer / 2.0,
        fit: if exact > 0.0 {
            1.0
        } else if longer > 0.0 {
            BEGINNING
        } else {
            0.0
        },
    }
}

/// An occurrence of a term in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    pub at: Range<usize>,
    /// Index of the term in the query.
    pub term: usize,
}

/// Every occurrence of every term, sorted by its start.
pub(super) fn marks(query: &Query, text: &str) -> Vec<Mark> {
    let words = words::located(text);
    let mut marks = Vec::new();
    for (number, term) in query.terms.iter().enumerate() {
        let mut mark = |at: Range<usize>| marks.push(Mark { at, term: number });
        if let Some(character) = term.character() {
            let places = text.match_indices(character);
            places.for_each(|(at, found)| mark(at..at + found.len()));
            continue;
        }
        for found in words.windows(term.words.len()) {
            if stands_at(term, found) {
                mark(found[0].at.start..found[found.len() - 1].at.end);
            }
        }
    }
    marks.sort_by_key(|mark| (mark.at.start, mark.at.end));
    marks
}

fn stands_at(term: &Term, found: &[Located]) -> bool {
    let mut pairs = term.words.iter().zip(found);
    pairs.all(|(word, found)| *word == found.word || (term.unfinished && found.word.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::{Fit, Fits, marks};
    use crate::search::query::Query;
    use crate::storage::TsVector;

    fn fit(query: &str, text: &str) -> Vec<Fit> {
        Fits::of_text(&Query::parse(query), text).terms
    }

    fn marked<'a>(query: &str, text: &'a str) -> Vec<&'a str> {
        marks(&Query::parse(query), text)
            .into_iter()
            .map(|mark| &text[mark.at])
            .collect()
    }

    #[test]
    fn a_search_column_matches_as_its_text_does() {
        let query = Query::parse("\"red apples\" pie ");
        let text = "Pie of red apples, and red apple pies";
        let column = TsVector::of(&[
            ("and", &[5][..]),
            ("appl", &[4, 7]),
            ("of", &[2]),
            ("pie", &[1, 8]),
            ("red", &[3, 6]),
        ]);
        assert_eq!(Fits::of_column(&query, &column), Fits::of_text(&query, text));
        assert_eq!(Fits::of_text(&query, text).words, 8.0);
    }

    #[test]
    fn a_phrase_matches_only_with_its_words_next_to_each_other() {
        assert_eq!(fit("\"red apples\"", "apples red, red and apples")[0].fit, 0.0);
        assert_eq!(
            fit("\"red apples\"", "Red, apple!")[0],
            Fit { count: 1.0, fit: 1.0 }
        );
    }

    #[test]
    fn a_beginning_counts_less_than_the_word() {
        assert_eq!(fit("cat", "a category")[0], Fit { count: 0.5, fit: 0.8 });
        assert_eq!(fit("cat", "cats and a category")[0], Fit { count: 1.5, fit: 1.0 });
        assert_eq!(fit("cat ", "a category")[0].fit, 0.0);
    }

    #[test]
    fn one_character_is_found_wherever_it_stands() {
        for text in ["狗叫饼干", "我的狗", "一只狗。", "狗"] {
            assert_eq!(fit("狗", text)[0].fit, 1.0, "{text}");
        }
        assert_eq!(marked("狗", "我的狗和狗"), ["狗", "狗"]);
    }

    #[test]
    fn the_matches_are_marked() {
        assert_eq!(
            marked("dogs “red apples”", "The dog's red  apples, apples"),
            ["dog", "red  apples"]
        );
        assert_eq!(marked("饼干过敏", "饼干对鸡肉过敏"), ["饼干", "过敏"]);
        assert_eq!(
            marked("ＣＡＦＥ́ biscu", "A café with Biscuits"),
            ["café", "Biscuits"]
        );
    }
}
