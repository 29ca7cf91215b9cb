//! A question's words, read once.
//!
//! What depends on the question alone is worked out here and not for each of thousands of passages. Of a long message
//! only both ends are read: what is asked stands before or behind what was pasted.

use super::{speaker, threshold};
use hearth_text::{cut, words};
use std::collections::BTreeSet;

/// Characters that are read of each end of a long question. Recall looks for two dozen of its words.
const OF_EACH_END: usize = 4_000;

/// What a question says, as far as recall reads it.
#[derive(Clone, Debug)]
pub struct Wording {
    pub(super) text: String,
    /// Its words without those that every sentence has.
    pub(super) words: BTreeSet<String>,
    /// Whether the asker speaks of themselves.
    pub(super) of_oneself: bool,
    /// Whether it says "I" at all: then the asker said what answers it.
    pub(super) says_i: bool,
    /// Whether it is in a script that is written without spaces.
    pub(super) unspaced: bool,
}

impl Wording {
    /// Reads a question.
    pub fn of(question: &str) -> Self {
        let text = cut::both_ends(question, OF_EACH_END).into_owned();
        Self {
            words: words::of_question(&text),
            of_oneself: threshold::is_of_oneself(&text),
            says_i: speaker::speaks_of_oneself(&text),
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
    fn what_is_asked_before_or_behind_a_long_text_is_read() {
        let pasted = "nothing of use ".repeat(6_000);
        for question in [
            format!("Where does my tortoise sleep? {pasted}"),
            format!("{pasted} Where does my tortoise sleep?"),
        ] {
            let wording = Wording::of(&question);
            assert!(wording.words.contains("tortois") && wording.of_oneself && wording.says_i);
            assert!(wording.text.len() < 9_000);
        }
    }
}
