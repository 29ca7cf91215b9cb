//! Whether a short text asks for a fact, by the structure of its sentences.
//!
//! A question word alone does not make a question: "our daughter, who is 7", "when I was young", 我什么都吃. Languages
//! form questions in two ways. With the question word at the front ([`Fronted`]), a sentence is a question when it ends
//! in a question mark, or when the verb comes before the subject: "where did I …". With the question word in place
//! ([`InPlace`]), a clause without a mark is a question when the word is where the answer would be: at the end or as the
//! subject. In a language without a pack no question is recognised.

use hearth_text::language::{Folded, Fronted, InPlace, Language, Languages, List, Order};
use unicode_segmentation::UnicodeSegmentation;

/// Whether a sentence of this text asks for a fact.
pub(super) fn for_a_fact(text: &str) -> bool {
    let lower = text.to_lowercase();
    Languages::of(text).iter().any(|language| asks(language, &lower))
}

fn asks(language: &Language, lower: &str) -> bool {
    if Folded::of(lower).has(language.questions.advice_phrases) {
        return false;
    }
    match &language.questions.order {
        Order::Fronted(order) => asks_fronted(order, lower, language.questions.advice),
        Order::InPlace(order) => asks_in_place(order, lower),
    }
}

fn asks_fronted(order: &Fronted, lower: &str, advice: List) -> bool {
    let asking = lower.split_sentence_bounds().any(|sentence| {
        let words = words(sentence);
        let unmarked = || words.iter().any(|word| order.with_mark.contains(word));
        is_question(sentence) && (order.has_question_word(&words) || unmarked())
            || !sentence.starts_with('¡') && order.begins_a_question(&words)
            || order.ends_in_one(sentence)
    });
    let all = words(lower);
    // "Can you tell me" asks for no advice.
    let for_advice = order
        .without_opening(&all)
        .iter()
        .any(|word| advice.contains(word));
    asking && !for_advice
}

/// The words, split at apostrophes: "what's" becomes "what" and "s".
fn words(text: &str) -> Vec<&str> {
    text.unicode_words()
        .flat_map(|word| word.split(['\'', '’']))
        .collect()
}

fn is_question(sentence: &str) -> bool {
    let end = sentence.trim_end_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '?' | '？'));
    end.ends_with(['?', '？'])
}

/// Rules for questions with the question word at the front.
trait FrontedQuestion {
    fn has_question_word(&self, words: &[&str]) -> bool;
    fn without_opening<'w, 't>(&self, words: &'w [&'t str]) -> &'w [&'t str];
    fn begins_a_question(&self, words: &[&str]) -> bool;
    fn verb_soon(&self, words: &[&str]) -> bool;
    fn verb_and_subject(&self, words: &[&str]) -> bool;
    fn ends_in_one(&self, sentence: &str) -> bool;
}

impl FrontedQuestion for Fronted {
    fn has_question_word(&self, words: &[&str]) -> bool {
        let ask = [self.adverbs, self.who, self.choosers];
        words
            .iter()
            .any(|word| ask.iter().any(|list| list.contains(word)))
            || words
                .windows(2)
                .any(|pair| self.how.contains(&pair[0]) && self.degrees.contains(&pair[1]))
    }

    /// The words after a courtesy and after an introduction such as "do you know".
    fn without_opening<'w, 't>(&self, words: &'w [&'t str]) -> &'w [&'t str] {
        let fillers = words
            .iter()
            .take_while(|word| self.fillers.contains(word))
            .count();
        let words = &words[fillers..];
        let opening = self.openings.iter().find(|opening| words.starts_with(opening));
        opening.map_or(words, |opening| &words[opening.len()..])
    }

    /// Whether the first word is a question word, and the verb comes before the subject.
    fn begins_a_question(&self, words: &[&str]) -> bool {
        let fillers = words
            .iter()
            .take_while(|word| self.fillers.contains(word))
            .count();
        let rest = self.without_opening(words);
        let indirect = rest.len() + fillers < words.len();
        let [first, next @ ..] = rest else { return false };
        match next.first() {
            Some(degree) if self.how.contains(first) && self.degrees.contains(degree) => {
                indirect || self.verb_soon(&next[1..])
            }
            _ if indirect && self.has_question_word(&[*first]) => true,
            _ if self.adverbs.contains(first) => self.verb_and_subject(next),
            Some(next) if self.who.contains(first) => !self.who_not.contains(next),
            // "Which is why I left."
            Some(verb) if self.relative.contains(first) && self.being.contains(verb) => {
                next.get(1).is_some_and(|word| self.own.contains(word))
            }
            _ => self.choosers.contains(first) && self.verb_soon(next),
        }
    }

    /// Whether the verb comes before any subject: "what colour is my car", but not "what I like".
    fn verb_soon(&self, words: &[&str]) -> bool {
        let mut near = words.iter().take(5);
        near.find(|word| self.verbs.contains(word) || self.stops.contains(word))
            .is_some_and(|word| self.verbs.contains(word))
    }

    fn verb_and_subject(&self, words: &[&str]) -> bool {
        matches!(words, [verb, subject, ..] if self.verbs.contains(verb) && self.subjects.contains(subject))
    }

    /// Whether a clause after a comma is a question: "I lost my key, where did I put it". "…, where I live" is none, and
    /// "…, who is 7" cannot be distinguished from a question.
    fn ends_in_one(&self, sentence: &str) -> bool {
        let asks = |word: &str| {
            self.adverbs.contains(&word) || (self.choosers.contains(&word) && !self.relative.contains(&word))
        };
        sentence
            .split(',')
            .skip(1)
            .any(|clause| match words(clause).as_slice() {
                [how, degree, rest @ ..] if self.how.contains(how) && self.degrees.contains(degree) => {
                    self.verb_and_subject(rest)
                }
                [word, rest @ ..] if asks(word) => self.verb_and_subject(rest),
                _ => false,
            })
    }
}

fn asks_in_place(order: &InPlace, text: &str) -> bool {
    let mut text = text.to_owned();
    for word in order.indefinite {
        text = text.replace(word, " ");
    }
    let mut sentences = text.split_inclusive(['。', '！', '!', '？', '?', '；', ';']);
    sentences.any(|sentence| match sentence.chars().next_back() {
        _ if ends_in_asking(order, sentence) => true,
        Some('？' | '?') => order.words.iter().any(|word| sentence.contains(word)),
        Some('。' | '！' | '!') => false,
        _ => sentence
            .split(['，', ','])
            .next_back()
            .is_some_and(|clause| clause_asks(order, clause)),
    })
}

/// Whether a sentence has a question word and ends like a question, as polite ones do with a full stop: どこですか。
fn ends_in_asking(order: &InPlace, sentence: &str) -> bool {
    let sentence = sentence.trim_end_matches(|c: char| !c.is_alphanumeric());
    order.ends.iter().any(|end| sentence.ends_with(end))
        && order.words.iter().any(|word| sentence.contains(word))
}

/// Whether a clause without a question mark is a question: the question word is where the answer would be, at the end
/// (我的猫叫什么名字) or as the subject (谁送了我这块手表). It is none where the word means "any" or "none" (什么都, 没什么), or
/// after a verb of knowing.
fn clause_asks(order: &InPlace, clause: &str) -> bool {
    if order.none.iter().any(|word| clause.contains(word)) {
        return false;
    }
    let clause = clause.trim_end_matches(|c: char| !c.is_alphanumeric());
    let last = order
        .words
        .iter()
        .filter_map(|word| Some((clause.rfind(word)?, *word)))
        .max();
    let Some((at, word)) = last else {
        return false;
    };
    let mut behind = &clause[at + word.len()..];
    for end in order.behind {
        behind = behind.trim_end_matches(end);
    }
    if order.any.iter().any(|any| behind.contains(any)) {
        return false;
    }
    if word == order.who && at == 0 {
        return true;
    }
    // A measure word: the counted thing must be named.
    if word == order.how_many {
        return behind.chars().count() == 1 || order.measures.contains(&behind);
    }
    let most = if word == order.what && behind.starts_with(order.time) {
        5
    } else {
        2
    };
    behind.chars().count() <= most
}
