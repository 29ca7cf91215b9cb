//! A question's words, analysed once.
//!
//! What depends on the question alone is computed here and not for each of thousands of passages. Of a long message
//! only both ends are read: the question stands before or after the pasted text.

use hearth_text::{
    cut,
    language::{Folded, Languages},
    words,
};
use std::{borrow::Cow, collections::BTreeSet};

/// Characters that are read at each end of a long question. Recall searches for two dozen of its words.
const OF_EACH_END: usize = 4_000;

/// What recall reads of a question.
#[derive(Clone, Debug)]
pub struct Wording {
    pub(super) text: String,
    /// Its words without stop words.
    pub(super) words: BTreeSet<String>,
    /// Whether it says "I" at all ([`says_i`]).
    pub(super) says_i: bool,
    /// Whether it asks for what was ("Where did I live before?").
    pub(super) asks_for_the_past: bool,
    /// Whether its script is written without spaces.
    pub(super) unspaced: bool,
}

impl Wording {
    /// Reads a question.
    pub fn of(question: &str) -> Self {
        let text = cut::both_ends(question, OF_EACH_END).into_owned();
        Self {
            words: words::of_question(&text),
            says_i: says_i(&text),
            asks_for_the_past: asks_for_the_past(&text),
            unspaced: words::is_mostly_unspaced(&text),
            text,
        }
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Whether the asker speaks about themselves: "Where did I put it?", but not "Tell me a story".
pub(crate) fn is_about_self(text: &str) -> bool {
    let folded = Folded::of(text);
    Languages::of(text).iter().any(|language| {
        let person = &language.person;
        let mut rest = Cow::Borrowed(&folded);
        // A long text is copied only for a phrase that it has.
        for phrase in person.asked_for {
            if rest.as_str().contains(phrase) {
                rest = Cow::Owned(Folded::of(&rest.as_str().replace(phrase, " ")));
            }
        }
        [person.singular, person.plural, person.in_questions]
            .into_iter()
            .any(|words| rest.has_word(language, words))
    })
}

/// Whether a question says "I", "me" or "my": then the asker is the speaker of its answer.
pub(super) fn says_i(text: &str) -> bool {
    let folded = Folded::of(text);
    Languages::of(text).iter().any(|language| {
        let person = &language.person;
        [person.singular, person.receiver, person.in_questions]
            .into_iter()
            .any(|words| folded.has_word(language, words))
    })
}

/// Whether a question asks for what was.
fn asks_for_the_past(text: &str) -> bool {
    let folded = Folded::of(text);
    let languages = Languages::of(text);
    languages
        .iter()
        .any(|language| folded.has(language.questions.past) || folded.has(language.changes.past))
}

#[cfg(test)]
mod tests {
    use super::{Wording, is_about_self, says_i};

    #[test]
    fn a_question_before_or_after_a_long_text_is_read() {
        let pasted = "nothing of use ".repeat(6_000);
        for question in [
            format!("Where does my tortoise sleep? {pasted}"),
            format!("{pasted} Where does my tortoise sleep?"),
        ] {
            let wording = Wording::of(&question);
            assert!(wording.words.contains("tortois") && wording.says_i);
            assert!(wording.text.len() < 9_000);
        }
    }

    #[test]
    fn a_request_is_not_about_the_asker() {
        for (text, about_self) in [
            ("Where did I leave the ladder?", true),
            ("What’s our landlord called?", true),
            ("Which tent is mine?", true),
            ("Tell me a story about a fox.", false),
            ("What is a leap year?", false),
            ("Wo habe ich die Leiter gelassen?", true),
            ("Welches Zelt ist meins?", true),
            ("Erzähl mir eine Geschichte von einem Fuchs.", false),
            ("我的车停在哪里？", true),
            ("给我讲个故事", false),
        ] {
            assert_eq!(is_about_self(text), about_self, "{text}");
        }
    }

    #[test]
    fn a_question_in_the_first_person_says_i() {
        assert!(says_i("Where did I put my keys?"));
        assert!(says_i("我的钥匙在哪里？"));
        assert!(!says_i("Which island did Ben visit?"));
    }
}
