//! Parses the body of a chat response into [`ChatEvent`]s, for both protocols.
//!
//! Unreadable parts are skipped: servers and proxies write incomplete events, HTML and other lines between valid
//! events. Only a body without any readable part is [`InferenceError::Garbage`]. Types are not trusted either: a number
//! may arrive as text, a text as a list of parts. The module `chunk` of each protocol reads one JSON value.

use std::collections::VecDeque;

use serde_json::Value;

use crate::{
    ChatDone, ChatEvent, InferenceError, StopReason,
    http::in_stream,
    ollama, openai,
    repair::{Repair, relaxed},
    sse::{Piece, Reader},
    stream::BodyReader,
};

/// Maximum number of consecutive unreadable bytes; a body with more is not of the protocol.
const MAX_UNREADABLE_BYTES: usize = 16 << 20;

/// The protocol of a chat response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// One JSON object per line.
    Ollama,
    /// Server-sent events.
    OpenAi,
}

/// Reads the body of one answer, in chunks of any size. The work is linear in the number of bytes; the buffer is
/// limited by [`crate::lines::MAX_LINE_BYTES`].
#[derive(Debug)]
pub struct ChatReader {
    protocol: Protocol,
    body: Reader,
    repair: Repair,
    pieces: Vec<Piece>,
    state: Answer,
    /// Number of JSON values understood.
    readable: usize,
    /// Unreadable bytes since the last readable value.
    unreadable_bytes: usize,
    /// Number of unreadable events or lines.
    unreadable_count: usize,
}

/// State of an answer while it is read; its end is assembled from several values.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub done: ChatDone,
    /// A set_stop_reason reason arrived: the answer is complete even if nothing follows.
    pub finished: bool,
    /// The end mark arrived.
    pub ended: bool,
    /// Text arrived, so a repetition of the whole answer is not appended.
    pub has_text: bool,
}

impl Answer {
    /// Emits text of the answer, or of the model's reasoning.
    pub fn emit(&mut self, text: String, thought: bool, out: &mut VecDeque<ChatEvent>) {
        if text.is_empty() {
            return;
        }
        self.has_text |= !thought;
        out.push_back(if thought {
            ChatEvent::Thinking(text)
        } else {
            ChatEvent::Text(text)
        });
    }

    /// Stores the server's set_stop_reason reason; an empty one is ignored.
    pub fn set_stop_reason(&mut self, word: &Value) {
        if let Some(reason) = word.as_str().and_then(StopReason::from_wire) {
            self.done.stop = reason;
            self.finished = true;
        }
    }

    fn end(&mut self, out: &mut VecDeque<ChatEvent>) {
        self.ended = true;
        out.push_back(ChatEvent::Done(std::mem::take(&mut self.done)));
    }
}

impl ChatReader {
    /// A reader for one answer.
    pub fn new(protocol: Protocol) -> Self {
        Self {
            protocol,
            body: Reader::default(),
            repair: Repair::default(),
            pieces: Vec::new(),
            state: Answer::default(),
            readable: 0,
            unreadable_bytes: 0,
            unreadable_count: 0,
        }
    }

    /// Parses a chunk and appends its events to `out`; the last event is [`ChatEvent::Done`].
    ///
    /// # Errors
    /// The server reported a failure, or sent nothing readable.
    pub fn push(&mut self, chunk: &[u8], out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        self.body.push(chunk, &mut self.pieces);
        self.take_pieces(out)
    }

    /// Ends the body: appends the remaining events, and the last event if the answer is complete.
    ///
    /// # Errors
    /// As [`ChatReader::push`]; [`InferenceError::Garbage`] if nothing was readable.
    pub fn finish(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        self.body.finish(&mut self.pieces);
        self.take_pieces(out)?;
        if self.state.finished && !self.state.ended {
            self.state.end(out);
        }
        if self.readable == 0 && self.unreadable_count > 0 {
            return Err(self.garbage());
        }
        Ok(())
    }

    /// Number of events or lines that could not be read.
    pub fn unreadable(&self) -> usize {
        self.unreadable_count
    }

    fn take_pieces(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        for piece in std::mem::take(&mut self.pieces) {
            if self.state.ended {
                break;
            }
            match piece {
                Piece::Event { name, data } => self.event(&name, &data, out)?,
                Piece::Json(json) => self.json(&json, out)?,
                Piece::Unreadable(bytes) => self.skip(bytes)?,
            }
        }
        Ok(())
    }

    fn event(
        &mut self,
        name: &[u8],
        data: &[u8],
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<(), InferenceError> {
        let text = data.trim_ascii();
        match text {
            b"[DONE]" => {
                self.readable += 1;
                self.state.end(out);
                Ok(())
            }
            _ if name == b"error" => Err(in_stream(&error_value(text))),
            // A comment written as data, or empty data.
            b"" => Ok(()),
            _ if text.starts_with(b":") => Ok(()),
            _ => self.json(text, out),
        }
    }

    /// Reads one JSON value, or several in a row.
    fn json(&mut self, json: &[u8], out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        let json = self.repair.whole(json);
        let values = match parsed(&json) {
            Some(values) => values,
            None => parsed(&relaxed(&json)).unwrap_or_default(),
        };
        if values.is_empty() {
            return self.skip(json.len());
        }
        for value in values {
            self.value(&value, json.len(), out)?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        value: &Value,
        bytes: usize,
        out: &mut VecDeque<ChatEvent>,
    ) -> Result<(), InferenceError> {
        let understood = match self.protocol {
            _ if self.state.ended => return Ok(()),
            Protocol::Ollama => ollama::read_chat(value, &mut self.state, out)?,
            Protocol::OpenAi => openai::read_chat(value, &mut self.state, out)?,
        };
        if !understood {
            return self.skip(bytes);
        }
        self.readable += 1;
        self.unreadable_bytes = 0;
        if self.state.ended {
            self.state.end(out);
        }
        Ok(())
    }

    fn skip(&mut self, bytes: usize) -> Result<(), InferenceError> {
        self.unreadable_count += 1;
        self.unreadable_bytes += bytes;
        if self.unreadable_bytes > MAX_UNREADABLE_BYTES {
            return Err(self.garbage());
        }
        Ok(())
    }

    fn garbage(&self) -> InferenceError {
        InferenceError::Garbage {
            detail: format!(
                "{} events, {} bytes",
                self.unreadable_count, self.unreadable_bytes
            ),
        }
    }
}

impl BodyReader for ChatReader {
    type Event = ChatEvent;

    fn push(&mut self, chunk: &[u8], out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        Self::push(self, chunk, out)
    }

    fn finish(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        Self::finish(self, out)
    }

    fn is_last(event: &ChatEvent) -> bool {
        matches!(event, ChatEvent::Done(_))
    }

    fn finished(&self) -> bool {
        self.state.finished
    }
}

/// The concatenated JSON values; `None` if one of them is invalid.
fn parsed(json: &[u8]) -> Option<Vec<Value>> {
    serde_json::Deserializer::from_slice(json)
        .into_iter()
        .collect::<Result<_, _>>()
        .ok()
}

/// The body of an error, which may be plain text.
fn error_value(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap_or_else(|_| String::from_utf8_lossy(text).into_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_bodies_are_read_in_linear_time_for_every_chunk_size() {
        for part in [
            "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n",
            "data: {\n",
            "data:\n",
            "\r",
            "\n",
            "{",
            "[",
            "{\"a\":",
            "\\ud83d",
            "\"",
            "data: [[[[[[[[[\n\n",
            ":",
            "event: x\n",
            "data: \"\\ud83d\"\n\n",
            "\u{feff}",
            "1 ",
            "data: 1 1 1 1 1 1\n\n",
            "{\"message\":{\"content\":\"x\"}}\n",
        ] {
            for protocol in [Protocol::Ollama, Protocol::OpenAi] {
                let body = part.repeat(100_000 / part.len());
                for size in [1, 7, body.len()] {
                    let took = || {
                        let before = milliseconds();
                        let (mut reader, mut out) = (ChatReader::new(protocol), VecDeque::new());
                        let mut chunks = body.as_bytes().chunks(size);
                        let read = chunks.try_for_each(|chunk| reader.push(chunk, &mut out));
                        let _ = read.and_then(|()| reader.finish(&mut out));
                        milliseconds() - before
                    };
                    // Other programs on the same core slow this down, so the best of three counts.
                    let took = took().min(took()).min(took());
                    assert!(took < 200, "{part:?} in chunks of {size}: {took} ms");
                }
            }
        }
    }

    /// CPU time of this thread, in milliseconds.
    fn milliseconds() -> i64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
