//! Qualifiers: words that decide whether a statement is true, such as "not", "rarely", "used to", "my friend", "if".
//!
//! The words of all languages are compared together: a word that also belongs to another language occurs in both of two
//! texts that say the same.

use super::statement::LONGEST_STATEMENT;
use hearth_text::{
    cut::beginning,
    language::{self, Language, List, stem},
};
use std::collections::BTreeSet;

/// The qualifiers of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Qualifiers {
    noes: usize,
    words: BTreeSet<String>,
}

impl Qualifiers {
    /// Reads the qualifiers of a text.
    pub fn of(text: &str) -> Self {
        let text = without_self_reference(beginning(text, LONGEST_STATEMENT));
        let mut found = Self::default();
        for word in words(text) {
            found.add(word);
        }
        for language in unspaced().filter(|language| language.script.writes(text)) {
            found.add_unspaced(language, text);
        }
        found
    }

    fn add(&mut self, word: String) {
        let endings = spaced().flat_map(|language| language.qualifiers.endings);
        if is_no(&word) {
            self.noes += 1;
        } else if let Some((_, whole)) = endings.into_iter().find(|(ending, _)| word.ends_with(ending)) {
            self.words.insert((*whole).to_owned());
        } else if is_qualifying(&word) {
            self.words.insert(word);
        }
    }

    fn add_unspaced(&mut self, language: &'static Language, text: &str) {
        let mut rest = text.to_owned();
        for no in language.qualifiers.noes {
            self.noes += rest.matches(no).count();
            rest = rest.replace(no, " ");
        }
        let words = qualifying(language).filter(|word| rest.contains(word));
        self.words.extend(words.map(str::to_owned));
    }
}

/// The languages whose script has spaces.
pub(super) fn spaced() -> impl Iterator<Item = &'static Language> {
    language::ALL
        .iter()
        .copied()
        .filter(|language| language.script.has_spaces())
}

/// The languages whose script has none.
pub(super) fn unspaced() -> impl Iterator<Item = &'static Language> {
    language::ALL
        .iter()
        .copied()
        .filter(|language| !language.script.has_spaces())
}

/// Whether a word is in a list of a language with spaces.
pub(super) fn is_in(word: &str, list: fn(&Language) -> List) -> bool {
    spaced().any(|language| list(language).contains(&word))
}

/// Whether a word negates.
pub(super) fn is_no(word: &str) -> bool {
    let mut endings = spaced().flat_map(|language| language.qualifiers.no_endings);
    is_in(word, |language| language.qualifiers.noes) || endings.any(|ending| word.ends_with(ending))
}

fn qualifying(language: &'static Language) -> impl Iterator<Item = &'static str> {
    let person = &language.person;
    let lists = [language.qualifiers.words, person.relations, person.groups];
    lists.into_iter().flatten().copied()
}

fn is_qualifying(word: &str) -> bool {
    spaced().any(|language| qualifying(language).any(|known| known == word))
}

/// Whether a word refers to the person, also in "i'm".
pub(super) fn is_oneself(word: &str) -> bool {
    let word = stem(word);
    is_in(word, |language| language.person.singular)
        || is_in(word, |language| language.person.receiver)
        || is_in(word, |language| language.person.plural)
}

/// The text after "As I said,", which does not report another person's words.
pub(super) fn without_self_reference(text: &str) -> &str {
    let Some((opening, rest)) = text.split_once([',', '，', '、']) else {
        return text;
    };
    let opening = opening.trim().to_lowercase();
    let mut references = language::ALL
        .iter()
        .flat_map(|language| language.qualifiers.self_references);
    if references.any(|reference| *reference == opening) {
        rest.trim_start()
    } else {
        text
    }
}

/// Words in lower case; an apostrophe is part of its word.
pub(super) fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace('’', "'");
    let words = lower.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
