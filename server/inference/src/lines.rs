//! Splits a body that arrives in arbitrary chunks into lines without decoding it: a chunk may end in the middle of a
//! character, and only whole lines are parsed.
//!
//! A line ends with LF, CR or CRLF, even if CRLF is split over two chunks. A byte order mark before the first line is
//! dropped. The work is linear in the number of bytes, and at most [`MAX_LINE_BYTES`] and one chunk are buffered.

/// Maximum length of a line, in bytes. The line of a token has a few hundred bytes, a whole answer a few thousand.
pub const MAX_LINE_BYTES: usize = 2 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One line, without its line ending.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    Whole(&'a [u8]),
    /// Longer than [`MAX_LINE_BYTES`]; this many bytes were dropped.
    TooLong(usize),
}

/// A buffer that splits bytes into lines. One allocation serves the whole stream.
#[derive(Debug, Default)]
pub struct Lines {
    buffer: Vec<u8>,
    /// Start of the first line not yet returned.
    start: usize,
    /// Position where the search for the next line ending continues, so that a long line is searched once.
    searched: usize,
    /// Dropped bytes of the current line.
    dropped: usize,
    /// The last line ended with CR, so a following LF belongs to it.
    after_return: bool,
    /// A line was returned, so a byte order mark is no longer possible.
    past_first: bool,
}

impl Lines {
    /// Adds a chunk. Take all lines out before the next chunk.
    pub fn push(&mut self, chunk: &[u8]) {
        self.buffer.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
    }

    /// The next whole line.
    pub fn next_line(&mut self) -> Option<Line<'_>> {
        self.skip_line_feed();
        let ends = |byte: &u8| matches!(*byte, b'\n' | b'\r');
        let Some(found) = self.buffer[self.searched..].iter().position(ends) else {
            self.searched = self.buffer.len();
            if self.searched - self.start > MAX_LINE_BYTES {
                self.dropped += self.searched - self.start;
                self.start = self.searched;
            }
            return None;
        };
        let (start, end) = (self.start, self.searched + found);
        self.after_return = self.buffer[end] == b'\r';
        self.start = end + 1;
        self.searched = self.start;
        Some(self.line(start, end))
    }

    /// The remaining bytes at the end of the body: a last line without an ending, or `None`.
    pub fn rest(&mut self) -> Option<Line<'_>> {
        self.skip_line_feed();
        let (start, end) = (self.start, self.buffer.len());
        (self.start, self.searched) = (end, end);
        (start < end || self.dropped > 0).then(|| self.line(start, end))
    }

    fn skip_line_feed(&mut self) {
        if self.after_return && self.start < self.buffer.len() {
            let skipped = usize::from(self.buffer[self.start] == b'\n');
            self.start += skipped;
            self.searched = self.searched.max(self.start);
            self.after_return = false;
        }
    }

    fn line(&mut self, start: usize, end: usize) -> Line<'_> {
        let first = !std::mem::replace(&mut self.past_first, true);
        let dropped = std::mem::take(&mut self.dropped);
        let line = &self.buffer[start..end];
        if dropped + line.len() > MAX_LINE_BYTES {
            return Line::TooLong(dropped + line.len());
        }
        let mark = if first { BYTE_ORDER_MARK } else { b"" };
        Line::Whole(line.strip_prefix(mark).unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        let text = |line: Line<'_>| match line {
            Line::Whole(line) => String::from_utf8_lossy(line).into_owned(),
            Line::TooLong(bytes) => format!("too long: {bytes}"),
        };
        for chunk in chunks {
            lines.push(chunk);
            while let Some(line) = lines.next_line() {
                found.push(text(line));
            }
        }
        found.extend(lines.rest().map(text));
        found
    }

    #[test]
    fn any_chunking_gives_the_same_lines() {
        let body = "\u{feff}{\"a\":\"Grüße 你好 🐕\"}\r\n\nsecond\r\rthird\n\r\nlast".as_bytes();
        let whole = split(&[body]);
        assert_eq!(
            whole,
            ["{\"a\":\"Grüße 你好 🐕\"}", "", "second", "", "third", "", "last"]
        );
        for size in 1..body.len() {
            assert_eq!(
                split(&body.chunks(size).collect::<Vec<_>>()),
                whole,
                "chunks of {size}"
            );
        }
    }

    #[test]
    fn a_line_without_end_is_dropped_and_the_next_one_is_read() {
        let (mut lines, chunk) = (Lines::default(), vec![b'x'; 1 << 20]);
        for _ in 0..64 {
            lines.push(&chunk);
            assert!(lines.next_line().is_none());
            assert!(lines.buffer.len() <= MAX_LINE_BYTES + 2 * chunk.len());
        }
        lines.push(b"\nnext\n");
        assert_eq!(lines.next_line(), Some(Line::TooLong(64 << 20)));
        assert_eq!(lines.next_line(), Some(Line::Whole(b"next")));
        assert_eq!(lines.next_line(), None);
        assert_eq!(lines.rest(), None);
    }
}
