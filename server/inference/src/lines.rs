//! Splits a body that arrives in arbitrary chunks into lines, without decoding it: a chunk may end in the
//! middle of a character, and only a whole line is parsed.

use crate::InferenceError;

/// The longest line accepted, in bytes. A token line has some hundred; beyond this it is no protocol.
pub(crate) const LONGEST_LINE: usize = 8 << 20;

/// Bytes on their way to becoming lines. One allocation serves the whole stream.
#[derive(Default)]
pub(crate) struct Lines {
    buffer: Vec<u8>,
    /// Start of the first line not yet handed out.
    start: usize,
    /// Where the search for the next newline goes on, so that a long line is searched once.
    searched: usize,
}

impl Lines {
    /// Adds a chunk.
    pub(crate) fn push(&mut self, chunk: &[u8]) -> Result<(), InferenceError> {
        self.buffer.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.buffer.extend_from_slice(chunk);
        if self.buffer.len() > LONGEST_LINE + chunk.len() {
            return Err(InferenceError::Garbage {
                detail: format!("a line of more than {LONGEST_LINE} bytes"),
            });
        }
        Ok(())
    }

    /// The next whole line, without its line end (`\n` or `\r\n`).
    pub(crate) fn next_line(&mut self) -> Option<&[u8]> {
        let Some(found) = self.buffer[self.searched..]
            .iter()
            .position(|byte| *byte == b'\n')
        else {
            self.searched = self.buffer.len();
            return None;
        };
        let (start, end) = (self.start, self.searched + found);
        self.start = end + 1;
        self.searched = self.start;
        Some(trim_return(&self.buffer[start..end]))
    }

    /// What is left at the end of the body: a last line without a newline.
    pub(crate) fn rest(&mut self) -> &[u8] {
        let start = std::mem::replace(&mut self.start, self.buffer.len());
        self.searched = self.start;
        trim_return(&self.buffer[start..])
    }
}

fn trim_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn split(chunks: &[&[u8]]) -> Vec<String> {
        let (mut lines, mut found) = (Lines::default(), Vec::new());
        for chunk in chunks {
            lines.push(chunk).unwrap();
            while let Some(line) = lines.next_line() {
                found.push(String::from_utf8(line.to_vec()).unwrap());
            }
        }
        found.push(String::from_utf8(lines.rest().to_vec()).unwrap());
        found
    }

    #[test]
    fn any_chunking_gives_the_same_lines() {
        let body = "{\"a\":\"Grüße 你好 🐕\"}\r\n\nsecond\nlast".as_bytes();
        let whole = split(&[body]);
        assert_eq!(whole, ["{\"a\":\"Grüße 你好 🐕\"}", "", "second", "last"]);
        for size in 1..body.len() {
            assert_eq!(
                split(&body.chunks(size).collect::<Vec<_>>()),
                whole,
                "chunks of {size}"
            );
        }
    }

    #[test]
    fn an_endless_line_is_garbage() {
        let (mut lines, chunk) = (Lines::default(), vec![b'x'; 1 << 20]);
        let failed = (0..16).find_map(|_| {
            let pushed = lines.push(&chunk);
            assert!(lines.next_line().is_none());
            pushed.err()
        });
        assert!(matches!(failed, Some(InferenceError::Garbage { .. })));
    }
}
