//! The harmony format of gpt-oss: messages with a header that names their channel.
//!
//! `<|channel|>analysis<|message|>…<|end|><|start|>assistant<|channel|>final<|message|>…<|return|>`. Only `final` is
//! the answer. Models break the format: a header without `<|message|>`, words outside any message.

use super::{
    code::Code,
    dialects::{Match, find, matches},
    piece::Piece,
};

const TOKENS: [&str; 7] = [
    "<|start|>",
    "<|channel|>",
    "<|message|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|constrain|>",
];

/// Marks that identify a message in the middle of a text: control tokens with the words that follow them.
pub(super) const BEGINNINGS: [&str; 5] = [
    "<|end|><|start|>assistant",
    "<|start|>assistant",
    "<|channel|>analysis",
    "<|channel|>commentary",
    "<|channel|>final",
];

/// Longer text, in bytes, is not a header but the message.
const LONGEST_HEADER: usize = 120;

/// Position of the text within a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Harmony {
    Outside,
    /// The header so far, from the channel's name on once that has come.
    Header {
        text: String,
        channel: bool,
    },
    Body {
        answer: bool,
    },
}

/// Whether a text begins in harmony format.
pub(super) fn begins(text: &str) -> Match {
    match find(text, &TOKENS[..2]) {
        (Some(_), _) => Match::Whole,
        (None, true) => Match::Begins,
        (None, false) => Match::No,
    }
}

impl Harmony {
    /// Takes `text`; returns how many of its bytes were decided. `end`: nothing follows.
    pub fn take(&mut self, text: &str, end: bool, code: &mut Code, out: &mut Vec<Piece>) -> usize {
        let mut from = 0;
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            let literal = *self == Self::Body { answer: true } && (code.in_fence() || code.in_span());
            if rest.starts_with('<') && !literal {
                let (token, may_become) = find(rest, &TOKENS);
                if let Some(token) = token {
                    self.say(&text[from..at], out);
                    self.token(TOKENS[token], out);
                    *code = Code::default();
                    at += TOKENS[token].len();
                    from = at;
                    continue;
                }
                if may_become && !end {
                    break;
                }
            }
            let Some(c) = rest.chars().next() else { break };
            code.push(c);
            at += c.len_utf8();
        }
        self.say(&text[from..at], out);
        if end {
            self.finish(out);
        }
        at
    }

    fn token(&mut self, token: &str, out: &mut Vec<Piece>) {
        let header = |channel| Self::Header {
            text: String::new(),
            channel,
        };
        let next = match (token, &mut *self) {
            ("<|start|>", _) => header(false),
            ("<|channel|>", _) => header(true),
            ("<|message|>", Self::Header { text, channel }) => Self::Body {
                answer: is_answer(text, *channel),
            },
            ("<|message|>" | "<|constrain|>", _) => return,
            _ => Self::Outside,
        };
        self.finish_header(&next, out);
        *self = next;
    }

    /// A header without a message: its text after the channel's name is the message.
    fn finish_header(&self, next: &Self, out: &mut Vec<Piece>) {
        if let (Self::Header { text, channel: true }, Self::Outside) = (self, next) {
            body(behind_name(text), is_answer(text, true), out);
        }
    }

    fn finish(&mut self, out: &mut Vec<Piece>) {
        self.finish_header(&Self::Outside, out);
        *self = Self::Outside;
    }

    fn say(&mut self, said: &str, out: &mut Vec<Piece>) {
        match self {
            _ if said.is_empty() => {}
            Self::Body { answer } => body(said, *answer, out),
            Self::Outside if said.trim().is_empty() => {}
            // Words outside any message can only be meant for the reader.
            Self::Outside => {
                body(said.trim_start(), true, out);
                *self = Self::Body { answer: true };
            }
            Self::Header { text, channel } => {
                text.push_str(said);
                if *channel && text.len() > LONGEST_HEADER {
                    let answer = is_answer(text, true);
                    body(behind_name(text), answer, out);
                    *self = Self::Body { answer };
                } else if text.len() > LONGEST_HEADER {
                    body(text, true, out);
                    *self = Self::Body { answer: true };
                }
            }
        }
    }
}

fn body(said: &str, answer: bool, out: &mut Vec<Piece>) {
    if !said.is_empty() {
        let said = said.to_owned();
        out.push(if answer {
            Piece::Text(said)
        } else {
            Piece::Thought(said)
        });
    }
}

/// A message without a channel is for the reader.
fn is_answer(header: &str, channel: bool) -> bool {
    !channel || matches(header.trim_start(), "final") == Match::Whole
}

fn behind_name(header: &str) -> &str {
    header
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_alphabetic())
}
