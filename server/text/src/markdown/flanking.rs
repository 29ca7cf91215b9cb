//! Emphasis beside Chinese, Japanese, Korean and emoji.
//!
//! CommonMark decides by the characters on both sides of `**` whether it may open or close, and counts on spaces
//! between words: in `**注意：**请` a mark stands inside and a letter outside, so nothing closes. The amendment
//! [markdown-cjk-friendly] says what those scripts need. `pulldown-cmark` does not have it, and `comrak`, which has,
//! tells no byte ranges of text, which formulas and growing answers need. So the parser is shown another character
//! of the same length beside such a delimiter: a letter for a wide mark, a mark for a letter with one on the other
//! side. Offsets stay, and the text on the page is read from the raw text.
//!
//! It goes further than the amendment in three things: emoji count as wide; a mark that adjoins Latin letters
//! (`**“重点”**OK`) is decided by the script of what is emphasised; `__` may stand between wide characters. A single
//! `_` between two letters stays what it is, because names of files have it.
//!
//! [markdown-cjk-friendly]: https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md

use super::{
    characters::{is_modifier, is_punctuation, is_wide, is_wide_letter},
    maths::COVER,
};
use std::{borrow::Cow, ops::Range};

/// Characters of an emphasis that tell its script.
const TELLING: usize = 200;
/// Modifiers of one character that are looked through.
const MODIFIERS: usize = 16;
/// What a mark looks like to the parser: it begins nothing in Markdown.
const MARK: u8 = b',';

/// The text as the parser should see it. `opaque` are the ranges of code, of HTML and of the addresses of links,
/// in order; it is asked for only when something changes.
pub(super) fn cover<'a>(text: Cow<'a, str>, opaque: impl FnOnce(&str) -> Vec<Range<usize>>) -> Cow<'a, str> {
    if text.is_ascii() || !text.contains(['*', '_', '~']) {
        return text;
    }
    let mut edits = Edits::default();
    for run in runs(&text) {
        edits.beside(&text, &run);
    }
    if edits.0.is_empty() {
        return text;
    }
    let opaque = opaque(&text);
    edits.0.retain(|edit| !within(&opaque, edit.run));
    edits.applied(text)
}

fn within(ranges: &[Range<usize>], at: usize) -> bool {
    let index = ranges.partition_point(|range| range.end <= at);
    ranges.get(index).is_some_and(|range| range.contains(&at))
}

/// A row of one delimiter.
struct Run {
    range: Range<usize>,
    delimiter: char,
}

/// The delimiter runs of a text; an escaped character is none.
fn runs(text: &str) -> impl Iterator<Item = Run> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].find(['*', '_', '~', '\\'])?;
            let delimiter = char::from(text.as_bytes()[start]);
            if delimiter == '\\' {
                at = start + 1 + text[start + 1..].chars().next().map_or(0, char::len_utf8);
                continue;
            }
            let rest = &text[start..];
            at = start + rest.len() - rest.trim_start_matches(delimiter).len();
            return Some(Run {
                range: start..at,
                delimiter,
            });
        }
    })
}

/// What stands beside a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Space,
    Letter,
    /// A mark of the scripts that have spaces.
    Mark,
    WideLetter,
    WideMark,
}

impl Beside {
    fn of(c: char) -> Self {
        match (is_wide(c), is_punctuation(c)) {
            _ if c.is_whitespace() => Self::Space,
            (true, true) => Self::WideMark,
            (true, false) => Self::WideLetter,
            (false, true) => Self::Mark,
            (false, false) => Self::Letter,
        }
    }

    /// The last character of a text; what modifies it counts as it does.
    fn last(text: &str) -> Option<Self> {
        let mut characters = text.chars().rev().take(MODIFIERS);
        characters.find(|c| !is_modifier(*c)).map(Self::of)
    }

    const fn is_wide(self) -> bool {
        matches!(self, Self::WideLetter | Self::WideMark)
    }

    const fn is_mark(self) -> bool {
        matches!(self, Self::Mark | Self::WideMark)
    }

    const fn is_letter(self) -> bool {
        matches!(self, Self::Letter)
    }
}

/// What the parser is to see beside a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Letter,
    Mark,
}

/// A character that is shown as another one to the run beside it.
struct Edit {
    /// Where the run begins.
    run: usize,
    /// The character.
    at: usize,
    length: usize,
    /// Whether the run stands before it.
    front: bool,
    shown: Shown,
    /// What a run on its other side sees.
    other: Shown,
}

#[derive(Default)]
struct Edits(Vec<Edit>);

impl Edits {
    fn beside(&mut self, text: &str, run: &Run) {
        let (before, after) = (&text[..run.range.start], &text[run.range.end..]);
        let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else {
            return;
        };
        let Some(left) = Beside::last(before) else { return };
        let right = Beside::of(next);
        if Beside::of(last) == Beside::Space || left == Beside::Space || right == Beside::Space {
            return;
        }
        let (show_left, show_right) = match (run.delimiter, run.range.len()) {
            ('_', length) => beside_underscores(left, right, length),
            ('~', 1) => (None, None),
            _ => beside_asterisks(left, right, || {
                let same = |c: &char| *c != '\n' && *c != run.delimiter;
                if left.is_letter() {
                    after.chars().take(TELLING).take_while(same).any(is_wide_letter)
                } else {
                    before
                        .chars()
                        .rev()
                        .take(TELLING)
                        .take_while(same)
                        .any(is_wide_letter)
                }
            }),
        };
        self.add(run, run.range.start - last.len_utf8(), last, false, show_left);
        self.add(run, run.range.end, next, true, show_right);
    }

    fn add(&mut self, run: &Run, at: usize, c: char, front: bool, shown: Option<Shown>) {
        let natural = if is_punctuation(c) {
            Shown::Mark
        } else {
            Shown::Letter
        };
        if let Some(shown) = shown.filter(|shown| *shown != natural) {
            self.0.push(Edit {
                run: run.range.start,
                at,
                length: c.len_utf8(),
                front,
                shown,
                other: natural,
            });
        }
    }

    /// The text with every one of these characters replaced by as many bytes.
    fn applied(self, text: Cow<'_, str>) -> Cow<'_, str> {
        let byte = |shown| match shown {
            Shown::Letter => COVER as u8,
            Shown::Mark => MARK,
        };
        let mut bytes = text.as_bytes().to_vec();
        let mut touched = None;
        for edit in self.0 {
            let end = edit.at + edit.length;
            if touched != Some(edit.at) {
                bytes[edit.at..end].fill(COVER as u8);
                bytes[if edit.front { end - 1 } else { edit.at }] = byte(edit.other);
                touched = Some(edit.at);
            }
            bytes[if edit.front { edit.at } else { end - 1 }] = byte(edit.shown);
        }
        String::from_utf8(bytes).map_or(text, Cow::Owned)
    }
}

/// `*` and `~~`. `inside` tells whether what is emphasised is written in a wide script.
fn beside_asterisks(
    left: Beside,
    right: Beside,
    inside: impl FnOnce() -> bool,
) -> (Option<Shown>, Option<Shown>) {
    match (left, right) {
        (Beside::Mark, Beside::Mark) => (None, None),
        (Beside::Mark, _) if right.is_wide() => (None, Some(Shown::Mark)),
        (_, Beside::Mark) if left.is_wide() => (Some(Shown::Mark), None),
        (Beside::Mark, _) => (None, inside().then_some(Shown::Mark)),
        (_, Beside::Mark) => (inside().then_some(Shown::Mark), None),
        _ => (Some(Shown::Letter), Some(Shown::Letter)),
    }
}

/// `_` opens after a mark and closes before one.
fn beside_underscores(left: Beside, right: Beside, length: usize) -> (Option<Shown>, Option<Shown>) {
    if length == 1 && !left.is_mark() && !right.is_mark() {
        return (None, None);
    }
    let mark = |side: Beside| side.is_wide().then_some(Shown::Mark);
    match (left, right) {
        (Beside::Letter, _) | (_, Beside::Letter) => (None, None),
        _ => (mark(left), mark(right)),
    }
}

#[cfg(test)]
mod tests {
    use super::cover;
    use std::borrow::Cow;

    #[test]
    fn what_is_shown_has_the_same_length_and_the_same_delimiters() {
        for text in [
            "**注意：**请先备份",
            "这是**“取出并重置”**模式",
            "好👍**\"x\"**了",
            "⚠️**重**“",
            "*\u{1}*中*\"",
        ] {
            let shown = cover(Cow::Borrowed(text), |_| Vec::new());
            assert_eq!(shown.len(), text.len(), "{text}");
            for delimiter in ['*', '_', '~', '\n', '`'] {
                assert_eq!(
                    shown.matches(delimiter).count(),
                    text.matches(delimiter).count(),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn latin_texts_are_left_alone() {
        for text in [
            "**Note:**text é",
            "a**\"b\"**c é",
            "snake_case_é __init__ 2**3 é*",
        ] {
            assert!(
                matches!(cover(Cow::Borrowed(text), |_| Vec::new()), Cow::Borrowed(_)),
                "{text}"
            );
        }
    }
}
