//! From the bytes of a chat's body to [`ChatEvent`]s, for both protocols.
//!
//! What cannot be read costs only itself: servers and proxies write half events, HTML and lines of their own between
//! good ones. Only a body of which nothing was readable is [`InferenceError::Garbage`]. Types are not trusted either:
//! a figure may be text, a text may be a list of parts. Each protocol's reading of one JSON value is in its `wire`.

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

/// Bytes that may be unreadable one after the other; beyond this it is no protocol.
const LONGEST_NONSENSE: usize = 16 << 20;

/// The protocol of a chat's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// JSON objects, one a line.
    Ollama,
    /// Server-sent events.
    OpenAi,
}

/// Reads the body of one answer, in whatever chunks it comes. The work is linear in the bytes; what is held is limited
/// by [`crate::lines::LONGEST_LINE`].
#[derive(Debug)]
pub struct ChatReader {
    protocol: Protocol,
    body: Reader,
    repair: Repair,
    pieces: Vec<Piece>,
    state: Answer,
    /// JSON values that were understood.
    readable: usize,
    /// Bytes of what was not, since the last that was.
    nonsense: usize,
    /// How many events or lines were not.
    unreadable: usize,
}

/// An answer as far as it has been read: its end is put together from several values.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub done: ChatDone,
    /// A reason to stop came: it is complete even if nothing else comes.
    pub finished: bool,
    /// The end mark came.
    pub ended: bool,
    /// Whether words came, so that a repetition of the whole answer is not taken for more of it.
    pub said: bool,
}

impl Answer {
    /// Words of the answer, or of the thoughts.
    pub fn say(&mut self, text: String, thought: bool, out: &mut VecDeque<ChatEvent>) {
        if text.is_empty() {
            return;
        }
        self.said |= !thought;
        out.push_back(if thought {
            ChatEvent::Thinking(text)
        } else {
            ChatEvent::Text(text)
        });
    }

    /// The server's word for why it stopped; an empty one says nothing.
    pub fn stop(&mut self, word: &Value) {
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
            nonsense: 0,
            unreadable: 0,
        }
    }

    /// Takes a chunk in and adds what it says to `out`; the last event is [`ChatEvent::Done`].
    ///
    /// # Errors
    /// The server reported a failure, or sends nothing that can be read.
    pub fn push(&mut self, chunk: &[u8], out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        self.body.push(chunk, &mut self.pieces);
        self.take_pieces(out)
    }

    /// The body is over: adds what was left, and the last event if what came amounts to a complete answer.
    ///
    /// # Errors
    /// As [`ChatReader::push`]; [`InferenceError::Garbage`] when nothing at all was readable.
    pub fn finish(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        self.body.finish(&mut self.pieces);
        self.take_pieces(out)?;
        if self.state.finished && !self.state.ended {
            self.state.end(out);
        }
        if self.readable == 0 && self.unreadable > 0 {
            return Err(self.garbage());
        }
        Ok(())
    }

    /// Events or lines that could not be read.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    fn take_pieces(&mut self, out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        for piece in std::mem::take(&mut self.pieces) {
            if self.state.ended {
                break;
            }
            match piece {
                Piece::Event { name, data } => self.event(&name, &data, out)?,
                Piece::Json(json) => self.json(&json, out)?,
                Piece::Unreadable(bytes) => self.miss(bytes)?,
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
            // A comment that was written as data, or data of nothing.
            b"" => Ok(()),
            _ if text.starts_with(b":") => Ok(()),
            _ => self.json(text, out),
        }
    }

    /// One JSON value, or several in a row.
    fn json(&mut self, json: &[u8], out: &mut VecDeque<ChatEvent>) -> Result<(), InferenceError> {
        let json = self.repair.whole(json);
        let values = match parsed(&json) {
            Some(values) => values,
            None => parsed(&relaxed(&json)).unwrap_or_default(),
        };
        if values.is_empty() {
            return self.miss(json.len());
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
            return self.miss(bytes);
        }
        self.readable += 1;
        self.nonsense = 0;
        if self.state.ended {
            self.state.end(out);
        }
        Ok(())
    }

    fn miss(&mut self, bytes: usize) -> Result<(), InferenceError> {
        self.unreadable += 1;
        self.nonsense += bytes;
        if self.nonsense > LONGEST_NONSENSE {
            return Err(self.garbage());
        }
        Ok(())
    }

    fn garbage(&self) -> InferenceError {
        InferenceError::Garbage {
            detail: format!("{} events, {} bytes", self.unreadable, self.nonsense),
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

/// The values that stand here one after the other; none when one of them cannot be read.
fn parsed(json: &[u8]) -> Option<Vec<Value>> {
    serde_json::Deserializer::from_slice(json)
        .into_iter()
        .collect::<Result<_, _>>()
        .ok()
}

/// An error's body, which may be plain text.
fn error_value(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap_or_else(|_| String::from_utf8_lossy(text).into_owned().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_bodies_are_read_in_linear_time_whatever_their_chunks() {
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
                    // Another program on the same core makes each instruction slower: the best of three.
                    let took = took().min(took()).min(took());
                    assert!(took < 200, "{part:?} in chunks of {size}: {took} ms");
                }
            }
        }
    }

    /// CPU time of this thread.
    fn milliseconds() -> i64 {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
