//! Code blocks inside of a block of Markdown.
//!
//! Models show a Markdown document in a block ` ```markdown ` and write the document's own code blocks with fences of
//! the same length. CommonMark ends the document at the first of their ends. Here a fence with a language opens a
//! block of its own where it stands directly in a block of Markdown or plain text, and the next bare fence is its
//! end: that one is covered, so that the parser takes it for text. Every other block is read as CommonMark says, and
//! so is a block of Markdown that has no end of its own when read this way.
//!
//! The containers of a fence, quotes and list items, are followed as far as a fence needs: how many `>` and how much
//! indentation a line of its block has.

use super::maths::COVER;
use std::{borrow::Cow, ops::Range};

/// Languages of documents that have fences of their own.
const DOCUMENTS: [&str; 13] = [
    "markdown",
    "md",
    "mdx",
    "mdown",
    "mkd",
    "mkdn",
    "rmd",
    "qmd",
    "text",
    "txt",
    "plain",
    "plaintext",
    "gfm",
];

/// How often all lines may be read in search of missing ends. It bounds the time for a text that consists of
/// opening fences only.
const ATTEMPTS: usize = 4;

/// The text with the ends of inner blocks covered. A text that `grows` may still get the end that it lacks.
pub(super) fn cover(text: &str, grows: bool) -> Cow<'_, str> {
    if !text.contains("```") && !text.contains("~~~") {
        return Cow::Borrowed(text);
    }
    let covered = Search::new(text, grows).run();
    if covered.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for at in covered {
        shown.push_str(&text[shown.len()..at]);
        shown.push(COVER);
    }
    shown.push_str(&text[shown.len()..]);
    Cow::Owned(shown)
}

/// A fence that is open.
#[derive(Clone, Copy)]
struct Open {
    mark: u8,
    length: usize,
    /// Its containers: quotes, and the column at which the content of its list item begins.
    quotes: usize,
    column: usize,
    /// Whether it is a document.
    nests: bool,
}

/// A line that begins with at least three marks.
struct Fence<'a> {
    mark: u8,
    length: usize,
    info: &'a str,
}

impl Fence<'_> {
    fn is_document(&self) -> bool {
        let language = self.info.split([' ', ',', '{', '\t']).next().unwrap_or_default();
        DOCUMENTS.iter().any(|name| name.eq_ignore_ascii_case(language))
    }
}

/// Where a document ends.
enum End {
    /// At this line, with these inner ends.
    Closed { line: usize, covered: Vec<usize> },
    /// Not before the text does.
    Missing { covered: Vec<usize> },
    /// Its container ended before.
    Cut,
}

struct Search<'a> {
    text: &'a str,
    lines: Vec<Range<usize>>,
    grows: bool,
    covered: Vec<usize>,
    /// Lines that may still be read without finding an end.
    budget: usize,
}

impl<'a> Search<'a> {
    fn new(text: &'a str, grows: bool) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            lines.push(start..start + line.trim_end_matches(['\n', '\r']).len());
            start = end;
        }
        Self {
            text,
            budget: ATTEMPTS * lines.len(),
            lines,
            grows,
            covered: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<usize> {
        let mut containers = Containers::default();
        let mut open: Option<Open> = None;
        let mut line = 0;
        while line < self.lines.len() {
            if let Some(fence) = open {
                match self.inside(line, &fence) {
                    Inside::Ended => open = None,
                    Inside::Closed(_) => (open, line) = (None, line + 1),
                    Inside::More(_) => line += 1,
                }
                continue;
            }
            let opening = self.opening(line, &mut containers);
            line += 1;
            let Some(fence) = opening else { continue };
            open = Some(fence);
            if fence.nests && self.budget > 0 {
                match self.end_of(line, fence) {
                    End::Closed { line: end, covered } => {
                        self.covered.extend(covered);
                        (open, line) = (None, end + 1);
                    }
                    End::Missing { covered } if self.grows => {
                        self.covered.extend(covered);
                        break;
                    }
                    End::Missing { .. } | End::Cut => {}
                }
            }
        }
        self.covered
    }

    /// The fence that a line opens, if it opens one.
    fn opening(&self, line: usize, containers: &mut Containers) -> Option<Open> {
        let range = &self.lines[line];
        let at = containers.enter(&self.text[range.clone()])?;
        let fence = fence(&self.text[range.start + at..range.end])?;
        Some(Open {
            mark: fence.mark,
            length: fence.length,
            quotes: containers.quotes,
            column: containers.column(),
            nests: fence.is_document(),
        })
    }

    /// What a line is to the block that is open.
    fn inside(&self, line: usize, open: &Open) -> Inside<'a> {
        let range = &self.lines[line];
        let text = &self.text[range.clone()];
        let Some(at) = content(text, open) else {
            return Inside::Ended;
        };
        let Some(fence) = fence(&self.text[range.start + at..range.end]) else {
            return Inside::More(None);
        };
        let closes = fence.mark == open.mark && fence.length >= open.length && fence.info.is_empty();
        if closes {
            Inside::Closed(range.start + at)
        } else {
            Inside::More(Some(fence))
        }
    }

    /// Reads a document that begins with this line to its end.
    fn end_of(&mut self, first: usize, document: Open) -> End {
        let mut inner: Vec<Open> = Vec::new();
        let mut covered = Vec::new();
        for line in first..self.lines.len() {
            let open = inner.last().copied().unwrap_or(document);
            match self.inside(line, &open) {
                Inside::Ended => {
                    self.budget = self.budget.saturating_sub(line - first + 1);
                    return End::Cut;
                }
                Inside::Closed(_) if inner.pop().is_none() => return End::Closed { line, covered },
                Inside::Closed(at) => covered.push(at),
                Inside::More(Some(fence)) if open.nests && opens_inside(&fence, &document) => {
                    inner.push(Open {
                        length: fence.length,
                        nests: fence.is_document(),
                        ..document
                    });
                }
                Inside::More(_) => {}
            }
        }
        if !self.grows {
            self.budget = self.budget.saturating_sub(self.lines.len() - first);
        }
        End::Missing { covered }
    }
}

enum Inside<'a> {
    /// Its container ended before this line.
    Ended,
    /// The line is its end, with the fence at this byte.
    Closed(usize),
    More(Option<Fence<'a>>),
}

/// Whether a fence inside of a document could be taken for the document's end when it closes: shorter ones cannot.
fn opens_inside(fence: &Fence<'_>, document: &Open) -> bool {
    fence.mark == document.mark && fence.length >= document.length && !fence.info.is_empty()
}

/// The fence that a line is from here on.
fn fence(line: &str) -> Option<Fence<'_>> {
    let mark = *line
        .as_bytes()
        .first()
        .filter(|mark| matches!(mark, b'`' | b'~'))?;
    let length = line.bytes().take_while(|byte| *byte == mark).count();
    let info = line[length..].trim();
    (length >= 3 && !(mark == b'`' && info.contains('`'))).then_some(Fence { mark, length, info })
}

/// Where the text of a line begins in the containers of a block; none when the line is outside of them. Text that is
/// indented by more than three columns is at the end of the line: it is no fence.
fn content(line: &str, open: &Open) -> Option<usize> {
    let (quotes, at) = quote_marks(line, open.quotes);
    if quotes < open.quotes {
        return None;
    }
    let rest = &line[at..];
    let (indent, width) = indentation(rest);
    let blank = width == rest.len();
    if indent < open.column && !blank {
        return None;
    }
    Some(if indent > open.column + 3 {
        line.len()
    } else {
        at + width
    })
}

/// Quotes that a line begins with, at most so many, and the bytes that they take.
fn quote_marks(line: &str, most: usize) -> (usize, usize) {
    let (mut quotes, mut at) = (0, 0);
    while quotes < most {
        let rest = &line[at..];
        let (indent, width) = indentation(rest);
        if indent > 3 || !rest[width..].starts_with('>') {
            break;
        }
        quotes += 1;
        at += width + 1;
        at += usize::from(line[at..].starts_with(' '));
    }
    (quotes, at)
}

/// Columns and bytes of the white space that a line begins with.
fn indentation(line: &str) -> (usize, usize) {
    let (mut columns, mut bytes) = (0, 0);
    for byte in line.bytes() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4 - columns % 4,
            _ => break,
        }
        bytes += 1;
    }
    (columns, bytes)
}

/// The quotes and list items that are open between blocks.
#[derive(Default)]
struct Containers {
    quotes: usize,
    /// The columns at which the contents of the items begin, from the outermost on.
    columns: Vec<usize>,
}

impl Containers {
    fn column(&self) -> usize {
        self.columns.last().copied().unwrap_or(0)
    }

    /// Goes into the containers of a line; tells where its text begins, or none where it is indented code.
    fn enter(&mut self, line: &str) -> Option<usize> {
        let (quotes, mut at) = quote_marks(line, usize::MAX);
        if quotes != self.quotes {
            self.columns.clear();
            self.quotes = quotes;
        }
        let (mut column, width) = indentation(&line[at..]);
        at += width;
        if at == line.len() {
            return None;
        }
        while self.column() > column {
            self.columns.pop();
        }
        while column <= self.column() + 3 {
            let Some((marker, gap)) = list_marker(&line[at..]) else {
                return Some(at);
            };
            at += marker + gap;
            column += marker + gap;
            self.columns.push(column);
        }
        None
    }
}

/// Bytes of a list's marker and of the space after it.
fn list_marker(text: &str) -> Option<(usize, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match text.as_bytes().get(digits)? {
        b'-' | b'*' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    let spaces = text[marker..].bytes().take_while(|byte| *byte == b' ').count();
    match spaces {
        0 => None,
        1..=4 => Some((marker, spaces)),
        _ => Some((marker, 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::cover;

    /// The lines that are covered, counted from 0.
    fn covered(text: &str, grows: bool) -> Vec<usize> {
        let shown = cover(text, grows);
        assert_eq!(shown.len(), text.len());
        let lines = shown.lines().zip(text.lines()).enumerate();
        lines
            .filter(|(_, (shown, raw))| shown != raw)
            .map(|(line, _)| line)
            .collect()
    }

    #[test]
    fn the_end_of_an_inner_block_is_covered_and_the_documents_own_is_not() {
        let text = "```markdown\n# A\n```bash\nls\n```\nmore\n```\nafter";
        assert_eq!(covered(text, false), [4]);
        assert_eq!(covered(text, true), [4]);
        let twice = "~~~md\n~~~sh\na\n~~~\n~~~py\nb\n~~~\n~~~\n";
        assert_eq!(covered(twice, false), [3, 6]);
        let deep = "```md\n```markdown\n```bash\nls\n```\n```\n```\n";
        assert_eq!(covered(deep, false), [4, 5]);
    }

    #[test]
    fn containers_of_a_document_are_those_of_its_end() {
        assert_eq!(
            covered("1. Do:\n\n   ```md\n   ```sh\n   a\n   ```\n   ```\n", false),
            [5]
        );
        assert_eq!(covered("> ```md\n> ```sh\n> a\n> ```\n> ```\n", false), [3]);
        assert_eq!(
            covered("> ```md\n> ```sh\n> a\n> ```\n\nx\n\n```\na\n```\n", true),
            [0; 0]
        );
        assert_eq!(
            covered("- ```md\n  ```sh\n  a\n  ```\n- b\n  ```\n  c\n  ```\n", false),
            [0; 0]
        );
    }

    #[test]
    fn other_blocks_are_read_as_commonmark_says() {
        for text in [
            "```python\n```bash\nls\n```\nmore\n```\n",
            "````markdown\n```bash\nls\n```\n````\n",
            "```markdown\n# A\n```\n\n```bash\nls\n```\n",
            "    ```markdown\n    ```bash\n\n```\nx\n```\n",
            "```\n```markdown\n```\n",
            "```markdown\n~~~bash\nls\n~~~\n```\n",
        ] {
            assert_eq!(covered(text, false), [0; 0], "{text}");
            assert_eq!(covered(text, true), [0; 0], "{text}");
        }
    }

    #[test]
    fn a_document_without_an_end_of_its_own_ends_at_the_first() {
        let text = "```markdown\n```bash\nls\n```\n\nThen:\n\n```python\nx\n```\n";
        assert_eq!(covered(text, false), [0; 0]);
        assert_eq!(
            covered(text, true),
            [3, 9],
            "while it grows, the end may still come"
        );
    }
}
