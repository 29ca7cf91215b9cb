//! A question's words, analysed once.
//!
//! What depends on the question alone is computed here and not for each of thousands of passages. Of a long message
//! only both ends are read: the question stands before or after the pasted text.

use super::{speaker, threshold};
use hearth_text::{cut, words};
use std::collections::BTreeSet;

/// Characters that are read at each end of a long question. Recall searches for two dozen of its words.
const OF_EACH_END: usize = 4_000;

/// What recall reads of a question.
#[derive(Clone, Debug)]
pub struct Wording {
    pub(super) text: String,
    /// Its words without stop words.
    pub(super) words: BTreeSet<String>,
    /// Whether the asker speaks about themselves ([`threshold::is_about_self`]).
    pub(super) about_self: bool,
    /// Whether it says "I" at all ([`speaker::says_i`]).
    pub(super) says_i: bool,
    /// Whether its script is written without spaces.
    pub(super) unspaced: bool,
}

impl Wording {
    /// Reads a question.
    pub fn of(question: &str) -> Self {
        let text = cut::both_ends(question, OF_EACH_END).into_owned();
        Self {
            words: words::of_question(&text),
            about_self: threshold::is_about_self(&text),
            says_i: speaker::says_i(&text),
            unspaced: words::is_mostly_unspaced(&text),
            text,
        }
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Wording;

    #[test]
    fn a_question_before_or_after_a_long_text_is_read() {
        let pasted = "nothing of use ".repeat(6_000);
        for question in [
            format!("Where does my tortoise sleep? {pasted}"),
            format!("{pasted} Where does my tortoise sleep?"),
        ] {
            let wording = Wording::of(&question);
            assert!(wording.words.contains("tortois") && wording.about_self && wording.says_i);
            assert!(wording.text.len() < 9_000);
        }
    }
}
