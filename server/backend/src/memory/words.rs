//! Words for full text, made in Rust so that people who write Chinese are searched as well as people who
//! write English, and so that the same rule serves passages and questions.
//!
//! Text is folded (NFKC, lower case); words of alphabetic scripts are stemmed (English rules on ASCII words;
//! others are kept as they are); runs of Chinese, Japanese or Korean become overlapping pairs of characters,
//! because a dictionary segmenter costs tens of megabytes and pairs find the same things.
//! `passages.words_version` says by which version of these rules a row was made.

use rust_stemmers::{Algorithm, Stemmer};
use std::{collections::BTreeSet, sync::LazyLock};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Grows when the same text gives other words.
pub const VERSION: i32 = 1;

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
    tokens(question)
        .into_iter()
        .filter(|word| !is_stop_word(word))
        .collect()
}

/// One word as a `tsquery` operand, quoted.
pub fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"))
}

fn tokens(text: &str) -> Vec<String> {
    let folded: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| *c != '\0')
        .collect();
    let mut tokens = Vec::new();
    let mut run = String::new();
    for word in folded.unicode_words() {
        if word.chars().all(is_unspaced) {
            run.push_str(word);
            continue;
        }
        push_pairs(&mut run, &mut tokens);
        if word.chars().any(is_unspaced) {
            push_mixed(word, &mut tokens);
        } else {
            push_word(word, &mut tokens);
        }
    }
    push_pairs(&mut run, &mut tokens);
    tokens
}

fn push_word(word: &str, tokens: &mut Vec<String>) {
    // Possessives and contractions carry their meaning in front of the apostrophe.
    let word = word.split(['\'', '’']).next().unwrap_or(word);
    if word.is_empty() || word.len() > LONGEST {
        return;
    }
    // `to_tsvector` cuts words at punctuation of its own; only letters and digits pass through it whole.
    for part in word
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
    {
        if part.is_ascii() {
            tokens.push(ENGLISH.stem(part).into_owned())
        } else {
            tokens.push(part.to_owned())
        }
    }
}

/// A word that mixes scripts, such as "用Rust写": each run by its own rule.
fn push_mixed(word: &str, tokens: &mut Vec<String>) {
    let mut run = String::new();
    let mut other = String::new();
    for c in word.chars() {
        if is_unspaced(c) {
            push_word(&std::mem::take(&mut other), tokens);
            run.push(c);
        } else {
            push_pairs(&mut run, tokens);
            other.push(c);
        }
    }
    push_pairs(&mut run, tokens);
    push_word(&other, tokens);
}

fn push_pairs(run: &mut String, tokens: &mut Vec<String>) {
    let characters: Vec<char> = run.drain(..).collect();
    match characters.as_slice() {
        [] => {}
        [one] => tokens.push(one.to_string()),
        many => tokens.extend(many.windows(2).map(|pair| pair.iter().collect())),
    }
}

/// Whether most letters of a text are of scripts that are written without spaces between words.
pub(crate) fn is_mostly_unspaced(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let (unspaced, other): (Vec<char>, Vec<char>) = letters.partition(|c| is_unspaced(*c));
    // A word such as "Wi-Fi" is one thing and several letters.
    unspaced.len() * 3 > other.len()
}

/// Scripts written without spaces between words.
const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}' | '\u{e00}'..='\u{e7f}')
}

/// Words that nearly every sentence has, stemmed as they arrive here. A pair of characters with a particle or a
/// pronoun in it is one too: it is no word, or says as little.
fn is_stop_word(word: &str) -> bool {
    const PARTICLES: &str = "的了吗呢吧啊呀嘛们什么怎哪谁几我你他她它是这那个些";
    static STOP: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
        const ENGLISH_STOP: &str = "a about after again all also am an and ani any are as at be been befor before but by \
            can could d did do doe does dure each ever few for from get give go had has have he her here hi him his how i if in \
            into is it its just know let like ll m make mani many may me mean might more most much must my need no not now of \
            off on one onli or other our out over pleas please re s said say shall she should so some still such t take tell \
            than thank that the their them then there these they thi thing think this those to too up us use ve veri very \
            want was we were what when where which while who whom whose whi why will with would yes you your";
        const CHINESE_STOP: &str = "的 了 是 我 你 他 她 它 在 有 和 就 不 人 都 也 很 到 说 要 去 会 着 看 好 这 那 吗 呢 吧 \
            什么 怎么 怎样 为什 如何 我的 你的 我们 你们 他们 哪里 哪些 哪个 可以 请问 一个 一下 是不 不是 有没 没有 能不 不能 告诉 诉我 多少 几个";
        ENGLISH_STOP
            .split_whitespace()
            .chain(CHINESE_STOP.split_whitespace())
            .map(str::to_owned)
            .collect()
    });
    STOP.contains(word) || word.chars().any(|c| PARTICLES.contains(c))
}

#[cfg(test)]
mod tests {
    use super::{of_question, of_text};

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
}
