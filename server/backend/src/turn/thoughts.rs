//! What a model thinks before it answers: kept apart from the answer, whichever way it comes.
//!
//! Some servers send thoughts by themselves; with others the model writes `<think>…</think>` into its text. A prompt
//! template may even open the thought itself, so that only its end is seen: then all that came before was one.

use std::time::{Duration, Instant};

/// Thoughts are kept up to here; a model that turns in circles thinks for megabytes.
const LONGEST: usize = 256 << 10;

/// The words that models put around their thoughts.
const TAGS: [(&str, &str); 3] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
];

/// The thoughts of one answer.
#[derive(Debug, Default)]
pub(super) struct Thoughts {
    pub text: String,
    began: Option<Instant>,
    took: Duration,
}

impl Thoughts {
    /// More of them.
    pub fn push(&mut self, delta: &str) {
        self.began.get_or_insert_with(Instant::now);
        let room = LONGEST.saturating_sub(self.text.len());
        let end = delta.floor_char_boundary(room);
        // PostgreSQL's text holds no NUL.
        self.text.push_str(&delta[..end].replace('\0', ""));
    }

    /// The answer begins, or the end came.
    pub fn pause(&mut self) {
        if let Some(began) = self.began.take() {
            self.took += began.elapsed();
        }
    }

    /// How long the model has thought.
    pub fn took(&self) -> Duration {
        self.took + self.began.map_or(Duration::ZERO, |began| began.elapsed())
    }

    /// Whether there were any.
    pub fn any(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// A piece of what a model wrote.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Thought(String),
    /// All text so far was a thought.
    WasThought,
}

/// Tells thoughts that a model writes into its text from the answer; tags may come in pieces.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    state: State,
    /// What may be the beginning of a tag.
    held: String,
    /// Whether the text so far ends at the beginning of a line.
    inside_line: bool,
    /// Between two fences a tag is code.
    fences: Fences,
}

/// Counts fences of three backticks or more; one may come in pieces.
#[derive(Clone, Copy, Debug, Default)]
struct Fences {
    seen: usize,
    ticks: usize,
}

impl Fences {
    fn after(mut self, text: &str) -> Self {
        for byte in text.bytes() {
            self.ticks = if byte == b'`' { self.ticks + 1 } else { 0 };
            self.seen += usize::from(self.ticks == 3);
        }
        self
    }

    const fn open(self) -> bool {
        !self.seen.is_multiple_of(2)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing but white space yet.
    #[default]
    Start,
    /// Between these tags.
    Thinking(usize),
    /// A thought has ended: white space before the answer says nothing.
    Between,
    /// The answer. Whether a thought was seen before.
    Answer { thought: bool },
}

impl Splitter {
    /// Takes more text in.
    pub fn push(&mut self, delta: &str) -> Vec<Piece> {
        self.held.push_str(delta);
        let mut pieces = Vec::new();
        while self.step(&mut pieces) {}
        pieces
    }

    /// The end: what was held is what it is.
    pub fn finish(&mut self) -> Vec<Piece> {
        let rest = std::mem::take(&mut self.held);
        match self.state {
            _ if rest.is_empty() => Vec::new(),
            State::Thinking(_) => vec![Piece::Thought(rest)],
            _ => vec![Piece::Text(rest)],
        }
    }

    /// Whether something was decided.
    fn step(&mut self, out: &mut Vec<Piece>) -> bool {
        match self.state {
            State::Start | State::Between => self.begin(),
            State::Thinking(tag) => self.think(tag, out),
            State::Answer { thought } => self.answer(thought, out),
        }
    }

    fn begin(&mut self) -> bool {
        let between = self.state == State::Between;
        let begins = self.held.trim_start();
        if begins.is_empty() {
            return false;
        }
        if let Some(tag) = TAGS.iter().position(|(open, _)| begins.starts_with(open)) {
            self.held = begins[TAGS[tag].0.len()..].to_owned();
            self.state = State::Thinking(tag);
            return true;
        }
        if TAGS.iter().any(|(open, _)| open.starts_with(begins)) {
            return false;
        }
        if between {
            self.held = begins.to_owned();
        }
        self.state = State::Answer { thought: between };
        true
    }

    fn think(&mut self, tag: usize, out: &mut Vec<Piece>) -> bool {
        let close = TAGS[tag].1;
        if let Some(end) = self.held.find(close) {
            push(out, Piece::Thought(self.held[..end].to_owned()));
            self.held.drain(..end + close.len());
            self.state = State::Between;
            return true;
        }
        let keep = held_back(&self.held, &[close]);
        let thought: String = self.held.drain(..self.held.len() - keep).collect();
        push(out, Piece::Thought(thought));
        false
    }

    fn answer(&mut self, thought: bool, out: &mut Vec<Piece>) -> bool {
        if thought {
            push(out, Piece::Text(std::mem::take(&mut self.held)));
            return false;
        }
        let closes = TAGS.map(|(_, close)| close);
        if let Some((at, close)) = closes
            .iter()
            .filter_map(|close| Some((self.held.find(close)?, *close)))
            .min()
        {
            let before = &self.held[..at];
            let in_code = self.fences.after(before).open();
            let begins_line = if before.trim_end_matches([' ', '\t']).is_empty() {
                !self.inside_line
            } else {
                before.trim_end_matches([' ', '\t']).ends_with('\n')
            };
            if begins_line && !in_code {
                push(out, Piece::Text(before.to_owned()));
                out.push(Piece::WasThought);
                self.held.drain(..at + close.len());
                self.state = State::Between;
                return true;
            }
            self.give(at + close.len(), out);
            return true;
        }
        let keep = held_back(&self.held, &closes);
        self.give(self.held.len() - keep, out);
        false
    }

    /// Gives the first bytes of what is held as text.
    fn give(&mut self, bytes: usize, out: &mut Vec<Piece>) {
        let text: String = self.held.drain(..bytes).collect();
        self.fences = self.fences.after(&text);
        if let Some(last) = text.trim_end_matches([' ', '\t']).chars().next_back() {
            self.inside_line = last != '\n';
        }
        push(out, Piece::Text(text));
    }
}

fn push(out: &mut Vec<Piece>, piece: Piece) {
    if !matches!(&piece, Piece::Text(text) | Piece::Thought(text) if text.is_empty()) {
        out.push(piece);
    }
}

/// Bytes at the end that may be the beginning of one of these words.
fn held_back(text: &str, words: &[&str]) -> usize {
    let begins = |keep: &usize| {
        text.is_char_boundary(text.len() - keep)
            && words
                .iter()
                .any(|word| word.starts_with(&text[text.len() - keep..]))
    };
    let longest = words.iter().map(|word| word.len() - 1).max().unwrap_or(0);
    (1..=longest.min(text.len())).rev().find(begins).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Splitter};

    /// Text and thoughts, and the same however the text is torn.
    fn split(text: &str) -> (String, String) {
        let mut results: Vec<_> = [1, 2, 5, 1000]
            .map(|size| {
                let (mut splitter, mut answer, mut thoughts) =
                    (Splitter::default(), String::new(), String::new());
                let letters: Vec<char> = text.chars().collect();
                let pieces = letters
                    .chunks(size)
                    .flat_map(|piece| splitter.push(&piece.iter().collect::<String>()))
                    .collect::<Vec<_>>();
                for piece in pieces.into_iter().chain(splitter.finish()) {
                    match piece {
                        Piece::Text(text) => answer.push_str(&text),
                        Piece::Thought(text) => thoughts.push_str(&text),
                        Piece::WasThought => thoughts.push_str(&std::mem::take(&mut answer)),
                    }
                }
                (answer, thoughts)
            })
            .into();
        results.dedup();
        assert_eq!(results.len(), 1, "{text}: {results:?}");
        results.remove(0)
    }

    #[test]
    fn a_thought_in_the_text_is_told_from_the_answer() {
        assert_eq!(split("<think>hm</think>\n\nyes"), ("yes".into(), "hm".into()));
        assert_eq!(
            split("\n <thinking>a < b</thinking>c"),
            ("c".into(), "a < b".into())
        );
        assert_eq!(split("<think>never ends"), ("".into(), "never ends".into()));
        assert_eq!(split("<think></think>yes"), ("yes".into(), "".into()));
    }

    #[test]
    fn a_thought_whose_beginning_the_template_wrote_is_one() {
        assert_eq!(
            split("hm, so\n</think>\n\nyes"),
            ("yes".into(), "hm, so\n".into())
        );
    }

    #[test]
    fn words_about_thoughts_are_words() {
        for text in [
            "Write `<think>` and </think> in a line.",
            "```\n</think>\n```\nso",
            "<thin air>",
            "a <think>b</think>",
            "<",
            "yes `",
        ] {
            assert_eq!(split(text), (text.into(), "".into()), "{text}");
        }
        // After a thought, the answer may talk about thoughts.
        assert_eq!(split("<think>a</think>x\n</think>\ny").0, "x\n</think>\ny");
    }
}
