//! Where the formulas are: `$…$`, `$$…$$`, `\(…\)`, `\[…\]`.
//!
//! Markdown would read a formula's `_`, `*`, `\\` and `+` as its own, so formulas are found in the raw text
//! first and covered by as many bytes of a letter that means nothing. Offsets stay what they were: wherever the
//! parser meets the cover, the formula is what the raw text has there.
//!
//! Money is no formula: a `$` closes only where pandoc lets it (not after a space, not before a digit), and what
//! begins with a digit and reads like words stays text. A formula has no blank line in it; one within a line of
//! text has no line break. So a decision about a finished block stays true when more text comes.

use std::{borrow::Cow, ops::Range};

/// The character that covers a formula: a letter to the parser, and absent from real text.
pub(super) const COVER: char = '\u{1}';

/// Formulas of one text; what follows is text.
const MOST: usize = 4_000;
/// Bytes of a formula within a line; longer ones are text.
const LONGEST_INLINE: usize = 1_000;
/// Letters of the marks of lists and quotes before one.
const MARKS: usize = 40;
/// Bytes of a formula that stands alone.
const LONGEST_DISPLAY: usize = 8_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Formula {
    /// With its delimiters.
    pub whole: Range<usize>,
    /// Without them.
    pub tex: Range<usize>,
    /// Whether it stands alone.
    pub display: bool,
}

/// The formulas of a text.
#[derive(Debug, Default)]
pub(super) struct Formulas {
    pub found: Vec<Formula>,
    /// Where one begins that stands alone and has not ended; more text may end it.
    pub open: Option<usize>,
}

impl Formulas {
    /// Those outside of `others` (code, links), which are in order.
    pub fn find(text: &str, others: &[Range<usize>]) -> Self {
        let mut found = Self::default();
        let mut search = Search::new(text, others);
        while found.found.len() < MOST
            && let Some(step) = search.next()
        {
            match step {
                Step::Formula(formula) => found.found.push(formula),
                Step::Open(at) => found.open = Some(at),
            }
        }
        found
    }

    /// The text with its formulas covered, and what is not decided yet as well when `undecided`.
    pub fn cover<'a>(&self, text: Cow<'a, str>, undecided: bool) -> Cow<'a, str> {
        let open = self.open.filter(|_| undecided).map(|at| at..text.len());
        if self.found.is_empty() && open.is_none() {
            return text;
        }
        let mut covered = String::with_capacity(text.len());
        for range in self.found.iter().map(|formula| formula.whole.clone()).chain(open) {
            covered.push_str(&text[covered.len()..range.start]);
            covered.extend(std::iter::repeat_n(COVER, range.len()));
        }
        covered.push_str(&text[covered.len()..]);
        Cow::Owned(covered)
    }

    /// The formulas that lie in this range.
    pub fn within(&self, range: &Range<usize>) -> &[Formula] {
        let from = self
            .found
            .partition_point(|formula| formula.whole.start < range.start);
        let to = self
            .found
            .partition_point(|formula| formula.whole.start < range.end);
        &self.found[from..to.max(from)]
    }
}

enum Step {
    Formula(Formula),
    Open(usize),
}

struct Search<'a> {
    text: &'a str,
    others: &'a [Range<usize>],
    at: usize,
    /// The next closing delimiter of each kind, as far as one was looked for; none is the end of the text.
    closers: [(&'static str, usize); 3],
    blank_line: usize,
}

impl<'a> Search<'a> {
    const fn new(text: &'a str, others: &'a [Range<usize>]) -> Self {
        Self {
            text,
            others,
            at: 0,
            closers: [("$$", 0), ("\\]", 0), ("\\)", 0)],
            blank_line: 0,
        }
    }

    fn next(&mut self) -> Option<Step> {
        while self.at < self.text.len() {
            let Some(offset) = self.text[self.at..].find(['$', '\\']) else {
                break;
            };
            let start = self.at + offset;
            if let Some(end) = self.other_around(start) {
                self.at = end;
                continue;
            }
            let rest = &self.text[start..];
            let step = if rest.starts_with("$$") {
                self.display(start, 0)
            } else if rest.starts_with("\\[") {
                self.display(start, 1)
            } else if rest.starts_with("\\(") {
                self.parentheses(start)
            } else if rest.starts_with('$') {
                self.dollars(start)
            } else {
                // A backslash and what it escapes.
                self.at = start + 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                continue;
            };
            match step {
                Some(Step::Formula(formula)) if self.others_in(&formula.whole) => {
                    self.at = start + 1;
                }
                Some(Step::Formula(formula)) => {
                    self.at = formula.whole.end;
                    return Some(Step::Formula(formula));
                }
                Some(Step::Open(at)) => {
                    self.at = self.text.len();
                    return Some(Step::Open(at));
                }
                None => self.at = start + if rest.starts_with("$$") { 2 } else { 1 },
            }
        }
        None
    }

    fn display(&mut self, start: usize, kind: usize) -> Option<Step> {
        let blank = self.next_blank_line(start);
        let Some(close) = self.next_closer(start + 2, kind).filter(|close| *close < blank) else {
            let undecided = blank == self.text.len() && self.text.len() - start <= LONGEST_DISPLAY;
            return (undecided && self.begins_line(start)).then_some(Step::Open(start));
        };
        let tex = start + 2..close;
        let words = kind == 1 && !self.begins_line(start) && !reads_like_tex(&self.text[tex.clone()]);
        (tex.len() <= LONGEST_DISPLAY && !self.text[tex.clone()].trim().is_empty() && !words)
            .then(|| formula(tex, 2, true))
            .map(Step::Formula)
    }

    fn parentheses(&mut self, start: usize) -> Option<Step> {
        let close = self.next_closer(start + 2, 2)?;
        let tex = start + 2..close;
        let inside = self
            .text
            .get(tex.clone())
            .filter(|_| tex.len() <= LONGEST_INLINE)?;
        (!inside.contains('\n') && !inside.trim().is_empty())
            .then(|| formula(tex, 2, false))
            .map(Step::Formula)
    }

    fn dollars(&self, start: usize) -> Option<Step> {
        let before = self.text[..start].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '$') {
            return None;
        }
        let rest = &self.text[start + 1..];
        if rest.starts_with(|c: char| c.is_whitespace() || c == '$') {
            return None;
        }
        // A formula has no dollar in it: the next one ends it, or it is none.
        let line = rest.find(['$', '\n']).filter(|end| *end <= LONGEST_INLINE)?;
        let (inside, end) = rest.split_at(line);
        let closes = end.starts_with('$') && !inside.ends_with(|c: char| c.is_whitespace() || c == '\\');
        (closes && is_formula(inside, end[1..].chars().next()))
            .then(|| Step::Formula(formula(start + 1..start + 1 + line, 1, false)))
    }

    /// The end of the code or link that this place lies in.
    fn other_around(&self, at: usize) -> Option<usize> {
        let index = self.others.partition_point(|other| other.end <= at);
        let other = self.others.get(index)?;
        other.contains(&at).then_some(other.end)
    }

    fn others_in(&self, range: &Range<usize>) -> bool {
        let index = self.others.partition_point(|other| other.end <= range.start);
        self.others
            .get(index)
            .is_some_and(|other| other.start < range.end)
    }

    /// Whether nothing but a list's or a quote's mark stands before it on its line.
    fn begins_line(&self, at: usize) -> bool {
        let line = self.text[..at]
            .chars()
            .rev()
            .take_while(|c| *c != '\n')
            .take(MARKS + 1);
        let mut marks = 0;
        line.inspect(|_| marks += 1)
            .all(|c| c.is_whitespace() || "->*+.)".contains(c) || c.is_ascii_digit())
            && marks <= MARKS
    }

    fn next_closer(&mut self, from: usize, kind: usize) -> Option<usize> {
        let (delimiter, known) = self.closers[kind];
        if known < from {
            let found = self.text.get(from..).and_then(|rest| rest.find(delimiter));
            self.closers[kind].1 = found.map_or(usize::MAX, |offset| from + offset);
        }
        Some(self.closers[kind].1).filter(|at| *at != usize::MAX)
    }

    fn next_blank_line(&mut self, from: usize) -> usize {
        if self.blank_line <= from {
            let mut at = from;
            self.blank_line = loop {
                let Some(end) = self.text[at..].find('\n').map(|offset| at + offset) else {
                    break self.text.len();
                };
                let next = &self.text[end + 1..];
                let blank = next.trim_start_matches([' ', '\t', '\r']);
                // Spaces at the very end may still become a line of words.
                if blank.starts_with('\n') {
                    break end;
                }
                at = end + 1;
            };
        }
        self.blank_line
    }
}

const fn formula(tex: Range<usize>, delimiter: usize, display: bool) -> Formula {
    Formula {
        whole: tex.start - delimiter..tex.end + delimiter,
        tex,
        display,
    }
}

fn reads_like_tex(inside: &str) -> bool {
    inside.contains(['\\', '^', '_', '=', '+', '{', '<', '>']) || inside.trim().chars().count() == 1
}

fn starts_like_money(inside: &str) -> bool {
    inside.starts_with(|c: char| c.is_ascii_digit()) && !reads_like_tex(inside)
}

/// Whether `$inside$` is a formula and not two prices or two shell variables.
fn is_formula(inside: &str, after: Option<char>) -> bool {
    if after.is_some_and(|c| c.is_ascii_digit()) {
        return false;
    }
    if starts_like_money(inside) && inside.contains(char::is_whitespace) {
        return false;
    }
    let name = |c: char| c.is_ascii_uppercase() || c == '_';
    let variable =
        inside.chars().take_while(|c| name(*c)).count() > 1 && !inside.contains(['\\', '^', '{', '=']);
    !(variable && after.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '{'))
}

#[cfg(test)]
mod tests {
    use super::Formulas;

    fn found(text: &str) -> Vec<&str> {
        let formulas = Formulas::find(text, &[]);
        formulas.found.iter().map(|one| &text[one.tex.clone()]).collect()
    }

    #[test]
    fn all_four_forms_are_found() {
        assert_eq!(
            found("a $x^2$ b \\(y\\) c\n\n$$\nz\n+ 1\n$$\n\n\\[ w \\]"),
            ["x^2", "y", "\nz\n+ 1\n", " w "]
        );
    }

    #[test]
    fn money_and_shell_variables_are_words() {
        for text in [
            "$5 and $10",
            "between $5-$10",
            "from $5/$10 to $7",
            "US$5 or A$6",
            "5$ or 10$",
            "$20, or 15$ if you ask",
            "it costs $1,000 (or $900 for two).",
            "$HOME and $PATH",
            "$HOME/$USER",
            "a \\$x\\$ b",
            "$ x $",
            "$$",
            "$",
            "one $x\n\ny$ two",
            "\\[see below\\]: a \\[note\\]",
        ] {
            if text.starts_with("\\[see") {
                assert_eq!(found(text).len(), 1, "at the beginning of a line it is a formula");
            } else {
                assert_eq!(found(text), [""; 0], "{text}");
            }
        }
        assert_eq!(found("the $n$th, $2x+1$, $5$ and $-3$"), ["n", "2x+1", "5", "-3"]);
    }

    #[test]
    fn code_and_links_have_none() {
        let text = "`$a$` $b$";
        let code = 0..5;
        let formulas = Formulas::find(text, std::slice::from_ref(&code));
        assert_eq!(formulas.found.len(), 1);
        assert_eq!(formulas.found[0].whole, 6..9);
    }

    #[test]
    fn the_cover_is_as_long_as_what_it_covers() {
        let text = "é $ü^2$ ö";
        let formulas = Formulas::find(text, &[]);
        let covered = formulas.cover(text.into(), true);
        assert_eq!(covered.len(), text.len());
        assert_eq!(covered, "é \u{1}\u{1}\u{1}\u{1}\u{1}\u{1} ö");
    }

    #[test]
    fn an_open_one_is_held_until_a_blank_line() {
        assert_eq!(Formulas::find("a\n\n$$\nx\n+ y", &[]).open, Some(3));
        assert_eq!(Formulas::find("a\n\n$$\nx\n\n+ y", &[]).open, None);
    }

    #[test]
    fn a_hundred_thousand_delimiters_are_read_at_once() {
        let start = std::time::Instant::now();
        for delimiter in ["$", "$$", "\\(", "\\[", "$a ", "\\[ ", "$$ a\n", "$1 "] {
            Formulas::find(&delimiter.repeat(100_000), &[]);
        }
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
