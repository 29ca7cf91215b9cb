//! Footnotes, numbered by their first mention; ids contain the message's id, so that two messages on a page do not collide.
//!
//! A mention is a footnote when its note is known; while the model still writes, the note comes later than its
//! mention, so then every mention counts as one.

use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Letters of a label that is looked for; longer ones are words in brackets.
const LONGEST: usize = 40;
/// More notes than that are text.
const MOST: usize = 999;
/// Mentions and notes of one text that lead to each other.
const MOST_SHOWN: usize = 2_000;

#[derive(Clone, Debug, Default)]
pub(super) struct Footnotes {
    page: Uuid,
    numbers: HashMap<String, usize>,
    mentioned: HashSet<usize>,
    /// Mentions and notes so far.
    shown: usize,
    /// Labels that have a note; none while that is not known.
    known: Option<HashSet<String>>,
}

impl Footnotes {
    pub fn new(page: Uuid) -> Self {
        Self {
            page,
            ..Self::default()
        }
    }

    /// The whole text was read, and it has these notes.
    pub fn only(&mut self, labels: HashSet<String>) {
        self.known = Some(labels);
    }

    /// A mention as HTML; none when there is no such note, or there were too many mentions.
    pub fn mention(&mut self, label: &str) -> Option<String> {
        self.shown += 1;
        if self.shown > MOST_SHOWN {
            return None;
        }
        if self.known.as_ref().is_some_and(|known| !known.contains(label)) {
            return None;
        }
        let number = self.number(label)?;
        let page = self.page.simple();
        let first = if self.mentioned.insert(number) {
            format!(r#" id="fnref-{page}-{number}""#)
        } else {
            String::new()
        };
        Some(format!(
            r##"<sup class="mention"><a{first} href="#fn-{page}-{number}">{number}</a></sup>"##
        ))
    }

    /// The beginning of a note; its number leads back to its mention.
    pub fn open(&mut self, label: &str) -> String {
        self.shown += 1;
        let number = (self.shown <= MOST_SHOWN).then(|| self.number(label)).flatten();
        let Some(number) = number else {
            return r#"<div class="note">"#.to_owned();
        };
        let page = self.page.simple();
        format!(
            r##"<div class="note" id="fn-{page}-{number}"><sup><a href="#fnref-{page}-{number}">{number}</a></sup> "##
        )
    }

    fn number(&mut self, label: &str) -> Option<usize> {
        let next = self.numbers.len() + 1;
        if let Some(number) = self.numbers.get(label) {
            return Some(*number);
        }
        (next <= MOST).then(|| *self.numbers.entry(label.to_owned()).or_insert(next))
    }
}

/// The first mention in this text: what stands before it, its label, and what follows.
pub(super) fn find(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(start) = text[from..].find("[^").map(|offset| from + offset) {
        let label = &text[start + 2..];
        let end = label
            .char_indices()
            .take(LONGEST)
            .take_while(|(_, c)| c.is_alphanumeric() || "-_.".contains(*c))
            .last()
            .map_or(0, |(at, c)| at + c.len_utf8());
        if end > 0 && label[end..].starts_with(']') {
            return Some((&text[..start], &label[..end], &label[end + 1..]));
        }
        from = start + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_mention_is_found_and_what_only_looks_like_one_is_not() {
        assert_eq!(find("a[^1] b"), Some(("a", "1", " b")));
        assert_eq!(find("[^] [^a b] [^注] x"), Some(("[^] [^a b] ", "注", " x")));
        assert_eq!(find("[^a"), None);
    }
}
