//! Words for full text search, made in Rust and not by PostgreSQL, so that Chinese is searched as well as English
//! and the same rule serves passages and questions.
//!
//! Text is folded (NFKC, lower case); words of alphabetic scripts are stemmed (English rules on ASCII words;
//! others are kept as they are); runs of Chinese, Japanese or Korean become overlapping pairs of characters,
//! because a dictionary segmenter costs tens of megabytes and pairs find the same things.
//! `passages.words_version` says by which version of these rules a row was made.

use crate::{
    cut::beginning,
    language::{self, Language, Languages},
};
use rust_stemmers::{Algorithm, Stemmer};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    ops::Range,
    sync::LazyLock,
};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Version of the rules; increased when the same text gives other words.
pub const VERSION: i32 = 1;

/// Characters of a text that are read, after folding: one character may fold into eighteen.
const LONGEST_TEXT: usize = 120_000;

/// Characters of a question that are read; the rest of a longer text is pasted material.
const LONGEST_QUESTION: usize = 20_000;

/// Characters of a statement that are read.
const LONGEST_STATEMENT: usize = 1_000;

/// Longest word that is kept, in bytes; PostgreSQL refuses lexemes from 2 kB on.
const LONGEST: usize = 120;

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// All words of a text, in order, for `to_tsvector('simple', …)`.
pub fn of_text(text: &str) -> String {
    tokens(text).join(" ")
}

/// All words of a text, in order.
pub fn all(text: &str) -> Vec<String> {
    tokens(text)
}

/// The words of a question that can find something: no stop words, each once.
pub fn of_question(question: &str) -> BTreeSet<String> {
    let question = beginning(question, LONGEST_QUESTION);
    let languages = Languages::of(question).or_all();
    let mut words: BTreeSet<String> = tokens(question).into_iter().collect();
    words.retain(|word| !is_stop_word(word, &languages));
    words
}

/// The words on which the meaning of a statement depends, in order: no stop words except those of direction, and no
/// words such as "called".
pub fn of_statement(statement: &str) -> Vec<String> {
    let statement = beginning(statement, LONGEST_STATEMENT);
    let languages = Languages::of(statement).or_all();
    let stems = |list: language::List| list.iter().map(|word| stem(word)).collect::<Vec<_>>();
    let gatherings = languages
        .iter()
        .filter_map(|language| language.gathering.as_ref());
    let directions: HashSet<String> = gatherings
        .flat_map(|gathering| stems(gathering.directions))
        .collect();
    let naming = languages
        .iter()
        .flat_map(|language| stems(language.qualifiers.naming));
    let naming: HashSet<String> = naming.collect();
    let mut words = tokens(statement);
    words.retain(|word| {
        !naming.contains(word) && (!is_stop_word(word, &languages) || directions.contains(word))
    });
    words
}

/// One word as a `tsquery` operand, quoted.
pub fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

/// A word of a text, and which bytes of the text it was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    pub word: String,
    pub at: Range<usize>,
}

/// The words of a text in order, each with its place, for marking what was found; of a long text, those of its
/// beginning.
pub fn located(text: &str) -> Vec<Located> {
    let text = beginning(text, LONGEST_QUESTION);
    let (mut folded, mut starts) = (String::with_capacity(text.len()), Vec::new());
    // Characters that fold together (a letter and its accent) are one grapheme.
    for (at, grapheme) in text.grapheme_indices(true) {
        if folded.len() > LONGEST_TEXT {
            break;
        }
        starts.push((folded.len(), at));
        fold_into(&mut folded, grapheme);
    }
    starts.push((folded.len(), text.len()));
    let begins = |at: usize| starts[starts.partition_point(|(folded, _)| *folded <= at) - 1].1;
    let ends = |at: usize| starts[starts.partition_point(|(folded, _)| *folded < at)].1;
    let mut found = Tokens::of(&folded);
    for word in &mut found {
        word.at = begins(word.at.start)..ends(word.at.end);
    }
    found
}

fn tokens(text: &str) -> Vec<String> {
    let mut folded = String::with_capacity(text.len());
    fold_into(&mut folded, text);
    Tokens::of(&folded).into_iter().map(|found| found.word).collect()
}

fn fold_into(folded: &mut String, text: &str) {
    let characters = text.nfkc().flat_map(char::to_lowercase).filter(|c| *c != '\0');
    folded.extend(characters.take(LONGEST_TEXT));
}

/// Words found so far, and the characters of a script without spaces that are not yet pairs, each with its place.
#[derive(Default)]
struct Tokens {
    found: Vec<Located>,
    run: Vec<(usize, char)>,
}

impl Tokens {
    /// The words of a folded text.
    fn of(folded: &str) -> Vec<Located> {
        let mut tokens = Self::default();
        for (at, word) in folded.unicode_word_indices() {
            if word.chars().all(is_unspaced) {
                let characters = word.char_indices();
                tokens.run.extend(characters.map(|(offset, c)| (at + offset, c)));
                continue;
            }
            tokens.end_run();
            if word.chars().any(is_unspaced) {
                tokens.push_mixed(at, word);
            } else {
                tokens.push_word(at, word);
            }
        }
        tokens.end_run();
        tokens.found
    }

    fn push(&mut self, word: String, at: Range<usize>) {
        self.found.push(Located { word, at });
    }

    fn push_word(&mut self, at: usize, word: &str) {
        // Possessives and contractions carry their meaning in front of the apostrophe.
        let word = word.split(['\'', '’']).next().unwrap_or(word);
        if word.is_empty() || word.len() > LONGEST {
            return;
        }
        // `to_tsvector` cuts words at punctuation of its own; only letters and digits pass through it whole.
        let is_cut = |c: char| !c.is_alphanumeric();
        let mut from = at;
        for piece in word.split_inclusive(is_cut) {
            let part = piece.trim_end_matches(is_cut);
            let place = from..from + part.len();
            if !part.is_empty() {
                self.push(stem(part), place);
            }
            from += piece.len();
        }
    }

    /// A word that mixes scripts, such as "用Rust写": each run by its own rule.
    fn push_mixed(&mut self, at: usize, word: &str) {
        let mut other = 0;
        for (offset, c) in word.char_indices() {
            if is_unspaced(c) {
                self.push_word(at + other, &word[other..offset]);
                other = offset + c.len_utf8();
                self.run.push((at + offset, c));
            } else {
                self.end_run();
            }
        }
        self.end_run();
        self.push_word(at + other, &word[other..]);
    }

    fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if let [(at, alone)] = run.as_slice() {
            self.push(alone.to_string(), *at..*at + alone.len_utf8());
        }
        for pair in run.windows(2) {
            let word = pair.iter().map(|(_, c)| c).collect();
            self.push(word, pair[0].0..pair[1].0 + pair[1].1.len_utf8());
        }
    }
}

/// Whether most letters of a text are of scripts that are written without spaces between words.
pub fn is_mostly_unspaced(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (unspaced, other): (Vec<char>, Vec<char>) = letters.partition(|c| is_unspaced(*c));
    // A word such as "Wi-Fi" is one thing and several letters.
    unspaced.len() * 3 > other.len()
}

/// Scripts written without spaces between words.
pub const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '\u{e00}'..='\u{e7f}')
}

/// Whether nearly every sentence of one of these languages has this word, which is stemmed as all words here are. A
/// pair of characters with a particle or a pronoun in it is no word, or says as little.
pub fn is_stop_word(word: &str, languages: &Languages) -> bool {
    languages.iter().any(|language| {
        stop_words(language).contains(word)
            || (!word.is_ascii() && word.chars().any(|c| language.particles.contains(c)))
    })
}

fn stop_words(language: &'static Language) -> &'static HashSet<String> {
    static STOP: LazyLock<HashMap<&str, HashSet<String>>> = LazyLock::new(|| {
        let stems = |language: &Language| language.stop_words.iter().map(|word| stem(word)).collect();
        language::ALL
            .iter()
            .map(|language| (language.name, stems(language)))
            .collect()
    });
    &STOP[language.name]
}

/// A word as it is searched. English rules for every word of ASCII letters: a passage and a question must give the same
/// words, whatever languages they may be in.
pub(crate) fn stem(word: &str) -> String {
    if word.is_ascii() {
        ENGLISH.stem(word).into_owned()
    } else {
        word.to_owned()
    }
}

/// Words of a query that any of them answers: PostgreSQL reads it by recursion, and refuses some thousands. Of more,
/// the longest are the rarest.
const MOST_WORDS: usize = 200;

/// The words as a query that any of them answers; none without words.
pub fn any_of(words: &BTreeSet<String>) -> Option<String> {
    let mut longest: Vec<&String> = words.iter().collect();
    longest.sort_by_key(|word| std::cmp::Reverse(word.len()));
    longest.truncate(MOST_WORDS);
    let quoted: Vec<String> = longest.into_iter().map(|word| quote(word)).collect();
    (!quoted.is_empty()).then(|| quoted.join(" | "))
}

/// How many of the wanted words are there, 0 to 1.
pub fn share(wanted: &BTreeSet<String>, there: &BTreeSet<String>) -> f32 {
    if wanted.is_empty() {
        return 0.0;
    }
    wanted.intersection(there).count() as f32 / wanted.len() as f32
}

#[cfg(test)]
mod tests {
    use super::{all, located, of_question, of_text};

    #[test]
    fn a_question_keeps_what_can_find_something() {
        let words: Vec<_> = of_question("What must I not feed my dogs?").into_iter().collect();
        assert_eq!(words, ["dog", "feed"]);
    }

    #[test]
    fn chinese_becomes_pairs_of_characters() {
        assert_eq!(of_text("我的狗叫饼干"), "我的 的狗 狗叫 叫饼 饼干");
        assert!(of_question("饼干不能吃什么？").contains("饼干"));
        let words: Vec<_> = of_question("我的狗叫什么名字？").into_iter().collect();
        assert_eq!(words, ["名字", "狗叫"]);
    }

    #[test]
    fn mixed_scripts_and_other_languages_are_kept() {
        assert_eq!(of_text("用Rust写 Straße"), "用 rust 写 straße");
    }

    #[test]
    fn a_question_of_stop_words_finds_nothing() {
        assert!(of_question("What is it? Why? And who are you?").is_empty());
    }

    #[test]
    fn places_are_those_of_the_text_as_it_was_written() {
        let text = "Ｗｉ-Fi: o cafe\u{301} do João’s, 用Rust写。我的狗！naïve 42.5";
        let places: Vec<(String, &str)> = located(text)
            .into_iter()
            .map(|found| (found.word, &text[found.at]))
            .collect();
        let expected = [
            ("wi", "Ｗｉ"),
            ("fi", "Fi"),
            ("o", "o"),
            ("café", "cafe\u{301}"),
            ("do", "do"),
            ("joão", "João"),
            ("用", "用"),
            ("rust", "Rust"),
            ("写我", "写。我"),
            ("我的", "我的"),
            ("的狗", "的狗"),
            ("naïve", "naïve"),
            ("42", "42"),
            ("5", "5"),
        ];
        assert_eq!(places, expected.map(|(word, place)| (word.to_owned(), place)));
        assert_eq!(all(text), expected.map(|(word, _)| word));
    }
}
