//! Parses a search query into terms.
//!
//! - A word matches every form with the same stem ("dogs" finds "dog"), as in the search column.
//! - A phrase in quotation marks is required: its words next to each other, in any form.
//! - Words joined by punctuation ("192.168.0.1", "foo_bar") match next to each other.
//! - Chinese, Japanese and Korean match by pairs of characters; a single character matches anywhere.
//! - A last word without a space after it may be a prefix: "biscu" finds "biscuit", ranked below the word itself.
//! - Stop words count only in phrases, or when there are no other words.

use super::LONGEST_QUERY;
use hearth_text::{cut::beginning, language::Languages, words};
use std::collections::HashMap;

/// Maximum number of terms. The longest words of a long query say what it is about.
const MOST_TERMS: usize = 24;

/// Maximum number of words of a phrase.
const LONGEST_PHRASE: usize = 40;

/// Minimum length of a prefix in letters: shorter ones match too many words.
const SHORTEST_BEGINNING: usize = 3;

const QUOTATION_MARKS: [char; 12] = ['"', '“', '”', '„', '«', '»', '「', '」', '『', '』', '＂', '‟'];

/// A word, or several next to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// The stems as in the search column; at least one.
    pub words: Vec<String>,
    /// Stood in quotation marks: texts without it are not found.
    pub required: bool,
    /// May be the beginning of a longer word.
    pub unfinished: bool,
}

impl Term {
    /// The character, if the term is one of a script without spaces: the search column has it in pairs only.
    pub fn character(&self) -> Option<char> {
        let [word] = self.words.as_slice() else {
            return None;
        };
        let mut characters = word.chars();
        let first = characters.next()?;
        (characters.next().is_none() && words::is_unspaced(first)).then_some(first)
    }

    /// The term as a `tsquery`; for a single character, the pairs that begin with it.
    pub fn operand(&self) -> String {
        if self.character().is_some() {
            return self.beginning();
        }
        let words: Vec<String> = self.words.iter().map(|word| words::quote(word)).collect();
        format!("({})", words.join(" <-> "))
    }

    /// Words that begin with the term, as a `tsquery`.
    pub fn beginning(&self) -> String {
        let last = self.words.last().map_or("", String::as_str);
        format!("{}:*", words::quote(last))
    }

    fn is_common(&self, languages: &Languages) -> bool {
        self.words.iter().all(|word| words::is_stop_word(word, languages))
    }

    fn length(&self) -> usize {
        self.words.iter().map(|word| word.chars().count()).sum()
    }
}

/// The terms of a query.
#[derive(Debug)]
pub(super) struct Query {
    pub terms: Vec<Term>,
    /// The query without quotation marks, for its vector.
    pub text: String,
    /// Every word of the terms, numbered.
    pub words: HashMap<String, usize>,
}

impl Query {
    pub fn parse(text: &str) -> Self {
        let text = beginning(text, LONGEST_QUERY);
        let mut terms: Vec<Term> = Vec::new();
        for (part, quoted) in parts(text) {
            if quoted {
                terms.extend(phrase(part));
            } else {
                part.split_whitespace()
                    .for_each(|chunk| push_chunk(&mut terms, chunk));
            }
        }
        mark_unfinished(&mut terms, text);
        let languages = Languages::of(text).or_all();
        let counts = |term: &Term| term.required || !term.is_common(&languages);
        if terms.iter().any(counts) {
            terms.retain(counts);
        }
        terms.sort_by_key(|term| (!term.required, std::cmp::Reverse(term.length())));
        let mut kept: Vec<Term> = Vec::new();
        for term in terms {
            if kept.len() < MOST_TERMS && !kept.iter().any(|other| other.words == term.words) {
                kept.push(term);
            }
        }
        let mut words = HashMap::new();
        for word in kept.iter().flat_map(|term| &term.words) {
            let next = words.len();
            words.entry(word.clone()).or_insert(next);
        }
        Self {
            terms: kept,
            text: text.replace(QUOTATION_MARKS, " ").replace('\0', " "),
            words,
        }
    }

    pub fn has_phrase(&self) -> bool {
        self.terms.iter().any(|term| term.required)
    }
}

/// The query in pieces, each with whether it stands between quotation marks. An unclosed mark is ignored.
fn parts(text: &str) -> Vec<(&str, bool)> {
    let pieces: Vec<&str> = text.split(QUOTATION_MARKS).collect();
    let closed = pieces.len() - usize::from(pieces.len().is_multiple_of(2));
    let quoted = |at: usize| at % 2 == 1 && at < closed;
    pieces
        .into_iter()
        .enumerate()
        .map(|(at, piece)| (piece, quoted(at)))
        .collect()
}

fn phrase(text: &str) -> Option<Term> {
    let mut words = words::all(text);
    words.truncate(LONGEST_PHRASE);
    (!words.is_empty()).then_some(Term {
        words,
        required: true,
        unfinished: false,
    })
}

/// Adds the terms of a piece between two spaces: joined words as one term, each pair of characters as its own.
fn push_chunk(terms: &mut Vec<Term>, chunk: &str) {
    let mut together: Vec<String> = Vec::new();
    for word in words::all(chunk) {
        if word.chars().any(words::is_unspaced) {
            push(terms, std::mem::take(&mut together));
            push(terms, vec![word]);
        } else {
            together.push(word);
        }
    }
    push(terms, together);
}

fn push(terms: &mut Vec<Term>, mut words: Vec<String>) {
    words.truncate(LONGEST_PHRASE);
    if !words.is_empty() {
        terms.push(Term {
            words,
            required: false,
            unfinished: false,
        });
    }
}

fn mark_unfinished(terms: &mut [Term], text: &str) {
    let Some(last) = terms.last_mut() else { return };
    let ends_in_a_word = text.chars().next_back().is_some_and(char::is_alphanumeric);
    let spaced = !last
        .words
        .iter()
        .flat_map(|word| word.chars())
        .any(words::is_unspaced);
    last.unfinished = ends_in_a_word
        && !last.required
        && spaced
        && last.words.len() == 1
        && last.length() >= SHORTEST_BEGINNING;
}

#[cfg(test)]
mod tests {
    use super::Query;

    fn terms(text: &str) -> Vec<String> {
        let mut terms: Vec<String> = Query::parse(text)
            .terms
            .iter()
            .map(|term| {
                let marks = [(term.required, "!"), (term.unfinished, "…")];
                let marks: String = marks
                    .iter()
                    .filter(|(set, _)| *set)
                    .map(|(_, mark)| *mark)
                    .collect();
                term.words.join(" ") + &marks
            })
            .collect();
        terms.sort();
        terms
    }

    #[test]
    fn stop_words_count_only_in_phrases_or_alone() {
        assert_eq!(terms("What is my dogs name? "), ["dog", "name"]);
        assert_eq!(terms("\"what is this\" dog "), ["dog", "what is this!"]);
        assert_eq!(terms("what is this "), ["is", "this", "what"]);
    }

    #[test]
    fn quotation_marks_of_every_kind_make_phrases_and_an_unclosed_one_does_not() {
        for text in ["“red apples” pie ", "„red apples“ pie ", "「red apples」 pie "] {
            assert_eq!(terms(text), ["pie", "red appl!"], "{text}");
        }
        assert_eq!(terms("\"red apples pie "), ["appl", "pie", "red"]);
        assert_eq!(terms("“饼干不能吃” 狗"), ["狗", "饼干 干不 不能 能吃!"]);
    }

    #[test]
    fn words_joined_by_punctuation_are_one_term() {
        assert_eq!(terms("ping 192.168.0.1 "), ["192 168 0 1", "ping"]);
        assert_eq!(terms("用Rust写 "), ["rust", "写", "用"]);
    }

    #[test]
    fn the_last_word_is_a_prefix_unless_it_is_short_or_a_space_follows() {
        assert_eq!(terms("biscu"), ["biscu…"]);
        assert_eq!(terms("biscu "), ["biscu"]);
        assert_eq!(terms("dog bi"), ["bi", "dog"]);
        assert_eq!(terms("\"biscu\""), ["biscu!"]);
    }

    #[test]
    fn punctuation_has_no_terms_and_a_long_query_has_its_longest_words() {
        assert!(terms("?! … \"\" ''").is_empty());
        let long: Vec<String> = (0..100)
            .map(|n| format!("word{n}{}", "x".repeat(n % 7)))
            .collect();
        assert_eq!(terms(&long.join(" ")).len(), 24);
    }
}
