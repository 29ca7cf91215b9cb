//! Parses a streamed body: server-sent events as the HTML standard defines them, and what servers send instead.
//!
//! It accepts more than the standard ("9.2.6 Interpreting an event stream") where the standard would drop content:
//! - a JSON object outside any field is a [`Piece::Json`]: Ollama's NDJSON, an error that a proxy writes into the
//!   stream, and a whole body instead of a stream, on one line or several;
//! - an event without its blank line counts, at the end of the body and where the next `data:` line starts another
//!   object;
//! - the field `error` is an event of that name, as old llama-servers send it.
//!
//! Every byte is inspected a fixed number of times, and an event buffers at most [`MAX_LINE_BYTES`].
//!
//! Why not a library: four were tried with the same bodies. All of them read the other forms of the standard (comments,
//! `data: : keepalive`, empty data, several data lines, CRLF split over chunks).
//!
//! | | eventsource-stream 0.2.3 | sse-stream 0.2.6 | sse-core 0.2.3 | sse-parse 0.1.0 |
//! | --- | --- | --- | --- | --- |
//! | byte order mark | panics | read | read | read |
//! | `data` without colon | read | ends the stream | read | read |
//! | lines that end with CR only | second event lost | read | read | read |
//! | unknown field, `event` twice, `retry: soon` | read | ends the stream | read | read |
//! | last event without blank line | lost | lost | lost | lost |
//! | half a character in an event | ends the stream | ends the stream | U+FFFD, halves lost | U+FFFD, halves lost |
//! | JSON outside of an event, field `error` | lost | ends the stream, or lost | lost | lost |
//! | event of 64 MB | held | held | refused at a limit | refused at a limit |
//! | 200,000 chunks of one byte | 27 s | 18 ms | 6 ms | 2 ms |
//!
//! sse-core and sse-parse follow the standard well and within limits. They lose what real servers send, and both decode
//! an event before half a character could be joined with its other half.

use crate::lines::{Line, Lines, MAX_LINE_BYTES};

/// One element of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// An event: its name (empty if it has none) and its data lines joined with LF. Not decoded: a character may be
    /// split over two events.
    Event { name: Vec<u8>, data: Vec<u8> },
    /// JSON outside any event, not parsed yet.
    Json(Vec<u8>),
    /// A line of neither kind, or one that is too long: its length in bytes.
    Unreadable(usize),
}

/// Splits the bytes of a body into [`Piece`]s.
#[derive(Debug, Default)]
pub struct Reader {
    lines: Lines,
    name: Vec<u8>,
    /// The data lines so far, each followed by LF.
    data: Vec<u8>,
    /// Bytes of an event that is too long; its data is dropped.
    over: usize,
    /// A line with content was read.
    started: bool,
    /// A JSON value over several lines, collected until the end of the body.
    whole: Option<Vec<u8>>,
}

impl Reader {
    /// Parses a chunk and appends the completed pieces to `out`.
    pub fn push(&mut self, chunk: &[u8], out: &mut Vec<Piece>) {
        let mut lines = std::mem::take(&mut self.lines);
        lines.push(chunk);
        while let Some(line) = lines.next_line() {
            self.line(&line, out);
        }
        self.lines = lines;
    }

    /// Ends the body: unfinished pieces are completed as they are.
    pub fn finish(&mut self, out: &mut Vec<Piece>) {
        let mut lines = std::mem::take(&mut self.lines);
        if let Some(line) = lines.rest() {
            self.line(&line, out);
        }
        self.dispatch(out);
        if let Some(whole) = self.whole.take() {
            out.push(sized(whole, Piece::Json));
        }
    }

    fn line(&mut self, line: &Line<'_>, out: &mut Vec<Piece>) {
        match line {
            Line::TooLong(bytes) => {
                self.over += self.data.len() + bytes;
                self.data.clear();
            }
            Line::Whole(line) => match &mut self.whole {
                Some(whole) => append(whole, line),
                None => self.whole_line(line, out),
            },
        }
    }

    fn whole_line(&mut self, line: &[u8], out: &mut Vec<Piece>) {
        let text = line.trim_ascii();
        if line.is_empty() {
            return self.dispatch(out);
        }
        if text.is_empty() || line.starts_with(b":") {
            return;
        }
        let first = !std::mem::replace(&mut self.started, true);
        if text.starts_with(b"{") || text.starts_with(b"[") {
            return self.json(text, first, out);
        }
        let (field, value) = field(line);
        match field {
            b"data" => self.data_line(value, out),
            b"event" => value.clone_into(&mut self.name),
            b"error" => out.push(Piece::Event {
                name: b"error".to_vec(),
                data: value.to_vec(),
            }),
            b"id" | b"retry" => {}
            _ => out.push(Piece::Unreadable(line.len())),
        }
    }

    fn json(&mut self, text: &[u8], first: bool, out: &mut Vec<Piece>) {
        if text == b"[DONE]" {
            out.push(Piece::Event {
                name: Vec::new(),
                data: text.to_vec(),
            });
        } else if first && is_open(text) {
            self.whole = Some([text, b"\n"].concat());
        } else {
            out.push(Piece::Json(text.to_vec()));
        }
    }

    fn data_line(&mut self, value: &[u8], out: &mut Vec<Piece>) {
        if starts_next_event(&self.data, value) {
            self.dispatch(out);
        }
        if self.over > 0 || self.data.len() + value.len() >= MAX_LINE_BYTES {
            self.over += self.data.len() + value.len();
            self.data.clear();
        } else {
            append(&mut self.data, value);
        }
    }

    fn dispatch(&mut self, out: &mut Vec<Piece>) {
        let (name, mut data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
        let over = std::mem::take(&mut self.over);
        if over > 0 {
            out.push(Piece::Unreadable(over));
        } else if data.pop().is_some() {
            out.push(Piece::Event { name, data });
        }
    }
}

fn append(text: &mut Vec<u8>, line: &[u8]) {
    if text.len() + line.len() <= MAX_LINE_BYTES {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
}

fn sized(text: Vec<u8>, piece: impl Fn(Vec<u8>) -> Piece) -> Piece {
    if text.len() >= MAX_LINE_BYTES {
        Piece::Unreadable(text.len())
    } else {
        piece(text)
    }
}

/// A line's field and value; without a colon the whole line is the field.
fn field(line: &[u8]) -> (&[u8], &[u8]) {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else {
        return (line, b"");
    };
    let value = &line[colon + 1..];
    (&line[..colon], value.strip_prefix(b" ").unwrap_or(value))
}

/// Whether the event so far is complete and this data line starts the next one: in JSON no object follows another
/// without a comma.
fn starts_next_event(data: &[u8], line: &[u8]) -> bool {
    let line = line.trim_ascii();
    // Check the line first: hostile data has many blank lines, and each would trim all of them again.
    (line.starts_with(b"{") || line == b"[DONE]") && data.trim_ascii_end().ends_with(b"}")
}

/// Whether this JSON text leaves an object or array open.
fn is_open(text: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_i64, false, false);
    for byte in text {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pieces as text; asserts that every chunk size gives the same.
    fn read(body: &[u8]) -> Vec<String> {
        let read_in = |size: usize| {
            let (mut reader, mut out) = (Reader::default(), Vec::new());
            for chunk in body.chunks(size) {
                reader.push(chunk, &mut out);
            }
            reader.finish(&mut out);
            out.iter().map(shown).collect::<Vec<_>>()
        };
        let whole = read_in(body.len().max(1));
        for size in 1..body.len() {
            assert_eq!(read_in(size), whole, "chunks of {size}");
        }
        whole
    }

    fn shown(piece: &Piece) -> String {
        let text = String::from_utf8_lossy;
        match piece {
            Piece::Event { name, data } if name.is_empty() => format!("data {:?}", text(data)),
            Piece::Event { name, data } => format!("{} {:?}", text(name), text(data)),
            Piece::Json(json) => format!("json {:?}", text(json)),
            Piece::Unreadable(bytes) => format!("unreadable {bytes}"),
        }
    }

    #[test]
    fn every_form_of_the_standard_is_read() {
        for (body, events) in [
            (&b"data: a\n\ndata:b\n\n"[..], &["data \"a\"", "data \"b\""][..]),
            (b": keepalive\n\n:\ndata: a\n\n", &["data \"a\""]),
            (b"data: : keepalive\n\n", &["data \": keepalive\""]),
            (
                b"data:\n\ndata\n\ndata: a\n\n",
                &["data \"\"", "data \"\"", "data \"a\""],
            ),
            (b"data:  two spaces\n\n", &["data \" two spaces\""]),
            (b"\xef\xbb\xbfdata: a\n\n", &["data \"a\""]),
            (
                b"data: a\r\rdata: b\r\n\r\ndata: c\n\r",
                &["data \"a\"", "data \"b\"", "data \"c\""],
            ),
            (b"data: {\"a\":\ndata: 1}\n\n", &["data \"{\\\"a\\\":\\n1}\""]),
            (
                b"event: x\nevent: ping\nid: 1\nid\nretry: soon\ndata: a\n\n",
                &["ping \"a\""],
            ),
            (b"event: lonely\n\ndata: a\n\n", &["data \"a\""]),
            (
                b"data: a\n\ndata: at the end",
                &["data \"a\"", "data \"at the end\""],
            ),
        ] {
            assert_eq!(read(body), events, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn json_outside_of_events_is_read_too() {
        for (body, pieces) in [
            (
                &b"{\"a\":1}\n{\"b\":2}\n"[..],
                &["json \"{\\\"a\\\":1}\"", "json \"{\\\"b\\\":2}\""][..],
            ),
            (
                b"{\n \"a\": [\n 1]\n}\n",
                &["json \"{\\n \\\"a\\\": [\\n 1]\\n}\\n\""],
            ),
            (
                b"data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]\n",
                &[
                    "data \"{\\\"a\\\":1}\"",
                    "data \"{\\\"b\\\":2}\"",
                    "data \"[DONE]\"",
                ],
            ),
            (b"error: {\"m\":1}\n\n", &["error \"{\\\"m\\\":1}\""]),
            (
                b"<html>\n\ndata: a\n\n[DONE]\n",
                &["unreadable 6", "data \"a\"", "data \"[DONE]\""],
            ),
        ] {
            assert_eq!(read(body), pieces, "{}", String::from_utf8_lossy(body));
        }
    }

    #[test]
    fn only_an_event_that_is_too_long_is_lost() {
        let line = [b"data: ".as_slice(), &vec![b'x'; 1 << 20], b"\n"].concat();
        let (mut reader, mut out) = (Reader::default(), Vec::new());
        for _ in 0..16 {
            reader.push(&line, &mut out);
            assert!(reader.data.len() <= MAX_LINE_BYTES);
        }
        reader.push(b"\ndata: next\n\n", &mut out);
        let shown: Vec<_> = out.iter().map(shown).collect();
        assert_eq!(shown.len(), 2, "{shown:?}");
        assert_eq!(shown[1], "data \"next\"");
    }
}
