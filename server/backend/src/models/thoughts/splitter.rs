//! Separates thoughts in a model's text from the answer while the text arrives.
//!
//! Marks may be split at any byte: text that may become one is held back. Each byte is read a fixed number of times,
//! and at most [`HELD`] bytes wait for a decision.

use super::{
    code::{Ahead, Code, quoted_by},
    dialects::{
        CLOSES, MARKS, Match, OPENS, UNWORDED_WRAPPERS, WORDED, WORDED_OPENS, WRAPPER_OPENS, WRAPPERS, find,
        matches,
    },
    harmony::{self, Harmony},
    piece::Piece,
};

/// Most bytes held until it is known whether a mark in them is quoted; beyond this, the mark counts.
const HELD: usize = 64 << 10;

/// Most bytes of white space before an answer that are held; more do not change the decision.
const BLANK: usize = 256;

/// Splits one answer. Push the text in any pieces, then call [`Splitter::finish`].
#[derive(Debug, Default)]
pub struct Splitter {
    state: State,
    /// Text that is not decided yet.
    held: String,
    /// Markdown state at the beginning of `held`.
    code: Code,
    /// Whether a thought has been seen: then a closing mark without an opening one is plain text.
    thought: bool,
    /// Whether words of the answer were emitted.
    answered: bool,
    /// Whether an opening mark is in the answer as plain text.
    mentioned: bool,
    /// Index of the [`WORDED`] mark with which the answer began.
    worded: Option<usize>,
    /// Closing mark of the open [`WRAPPERS`] mark.
    wrapper: Option<&'static str>,
}

#[derive(Debug, Default)]
enum State {
    /// Only white space so far.
    #[default]
    Start,
    /// After a thought: white space before the answer is dropped.
    Between,
    /// Between the marks of this dialect.
    Thinking(usize),
    /// In a thought, at a closing mark that may be quoted: how far was looked ahead.
    Undecided {
        dialect: usize,
        ahead: Ahead,
        seen: usize,
    },
    Answer,
    Harmony(Harmony),
}

/// What is at a position of the answer.
enum Found {
    /// This many bytes of words.
    Words(usize),
    /// Depends on what follows.
    Open,
    /// A thought of a dialect begins after so many bytes.
    Begins(usize, usize),
    /// A thought without an opening mark ends; the number of bytes of its closing mark.
    Ended(usize),
    /// So many bytes that are neither thought nor answer.
    Mark(usize),
    Harmony,
}

impl Splitter {
    /// A splitter for text that continues an answer: the whole of it cannot turn out to be a thought.
    pub fn within_answer() -> Self {
        Self {
            state: State::Answer,
            thought: true,
            ..Self::default()
        }
    }

    /// The server sends thoughts separately from the text.
    pub fn expect_separate_thoughts(&mut self) {
        self.thought = true;
        if matches!(self.state, State::Start) {
            self.state = State::Between;
        }
    }

    /// Takes more text.
    pub fn push(&mut self, delta: &str) -> Vec<Piece> {
        self.held.push_str(delta);
        self.run(false)
    }

    /// At the end of the text, decides the held text as it is.
    pub fn finish(&mut self) -> Vec<Piece> {
        self.run(true)
    }

    fn run(&mut self, end: bool) -> Vec<Piece> {
        let held = std::mem::take(&mut self.held);
        let (mut out, mut at) = (Vec::new(), 0);
        while let Some(taken) = self.step(&held[at..], end, &mut out) {
            at += taken;
        }
        if at == 0 {
            self.held = held;
        } else {
            held[at..].clone_into(&mut self.held);
        }
        out
    }

    /// Decides on some text and returns its number of bytes; none if nothing can be decided yet.
    fn step(&mut self, text: &str, end: bool, out: &mut Vec<Piece>) -> Option<usize> {
        let state = std::mem::take(&mut self.state);
        let (state, taken) = match state {
            State::Start | State::Between => self.begin(state, text, end),
            State::Thinking(dialect) => self.think(dialect, text, end, out),
            State::Undecided { dialect, ahead, seen } => {
                self.look_ahead(dialect, ahead, seen, text, end, out)
            }
            State::Answer => self.answer(text, end, out),
            State::Harmony(mut harmony) => {
                let taken = harmony.take(text, end, &mut self.code, out);
                (State::Harmony(harmony), (taken > 0).then_some(taken))
            }
        };
        self.state = state;
        taken
    }

    fn begin(&mut self, state: State, text: &str, end: bool) -> (State, Option<usize>) {
        let between = matches!(state, State::Between);
        let rest = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
        let blank = text.len() - rest.len();
        if rest.is_empty() {
            let dropped = blank > 0 && (between || blank > BLANK);
            return (state, dropped.then_some(blank));
        }
        let (begins, may_begin) = find(rest, &OPENS);
        if let Some(dialect) = begins {
            self.thought = true;
            self.code = Code::default();
            return (State::Thinking(dialect), Some(blank + MARKS[dialect].open.len()));
        }
        let (ends, may_end) = find(rest, &CLOSES);
        if let Some(dialect) = ends {
            return (State::Between, Some(blank + MARKS[dialect].close.len()));
        }
        let harmony = harmony::begins(rest);
        if harmony == Match::Whole {
            return (State::Harmony(Harmony::Outside), Some(blank));
        }
        let (wraps, may_wrap) = self.wraps(rest, between);
        if let Some((close, length)) = wraps {
            self.wrapper = Some(close);
            return (State::Between, Some(blank + length));
        }
        let worded = if between { Worded::No } else { worded(rest) };
        let open = may_begin || may_end || may_wrap || harmony == Match::Begins || worded == Worded::Open;
        if open && !end {
            return (state, None);
        }
        if let Worded::Begins(dialect) = worded {
            self.worded = Some(dialect);
        }
        self.code = Code::default();
        (State::Answer, Some(if between { blank } else { 0 }))
    }

    /// A mark around the answer. Those that could be words count only after a thought.
    fn wraps(&self, rest: &str, between: bool) -> (Option<(&'static str, usize)>, bool) {
        if self.wrapper.is_some() {
            return (None, false);
        }
        let count = if between {
            WRAPPERS.len()
        } else {
            UNWORDED_WRAPPERS
        };
        let (found, may_become) = find(rest, &WRAPPER_OPENS[..count]);
        let found = found.map(|number| (WRAPPERS[number].close, WRAPPERS[number].open.len()));
        (found, may_become)
    }

    /// Emits the thought up to its closing mark.
    fn think(
        &mut self,
        dialect: usize,
        text: &str,
        end: bool,
        out: &mut Vec<Piece>,
    ) -> (State, Option<usize>) {
        let close = MARKS[dialect].close;
        let first = close.chars().next();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            if Some(c) == first {
                let after = rest.get(close.len()..).and_then(|rest| rest.chars().next());
                match matches(rest, close) {
                    Match::Begins if !end => break,
                    // Whether it is quoted depends on the next character.
                    Match::Whole if after.is_none() && !end => break,
                    Match::Whole => match self.ends_here(after) {
                        Closes::Yes => return self.thought_ended(&text[..at], at + close.len(), out),
                        Closes::Perhaps(ahead) => {
                            thought(&text[..at], out);
                            return (
                                State::Undecided {
                                    dialect,
                                    ahead,
                                    seen: 0,
                                },
                                Some(at),
                            );
                        }
                        Closes::No => {}
                    },
                    Match::Begins | Match::No => {}
                }
            }
            self.code.push(c);
            at += c.len_utf8();
        }
        thought(&text[..at], out);
        (State::Thinking(dialect), (at > 0).then_some(at))
    }

    fn ends_here(&self, after: Option<char>) -> Closes {
        if quoted_by(self.code.last, after) {
            return Closes::No;
        }
        let spaced =
            self.code.last.is_some_and(char::is_whitespace) && after.is_some_and(char::is_whitespace);
        Ahead::of(self.code, spaced).map_or(Closes::Yes, Closes::Perhaps)
    }

    fn thought_ended(&mut self, said: &str, taken: usize, out: &mut Vec<Piece>) -> (State, Option<usize>) {
        thought(said, out);
        self.thought = true;
        self.code = Code::default();
        let next = if self.answered {
            State::Answer
        } else {
            State::Between
        };
        (next, Some(taken))
    }

    /// `text` begins with a closing mark that may be quoted.
    fn look_ahead(
        &mut self,
        dialect: usize,
        mut ahead: Ahead,
        mut seen: usize,
        text: &str,
        end: bool,
        out: &mut Vec<Piece>,
    ) -> (State, Option<usize>) {
        let close = MARKS[dialect].close.len();
        let mut quoted = None;
        for c in text[seen..].chars() {
            seen += c.len_utf8();
            quoted = ahead.push(c);
            if quoted.is_some() || seen > HELD {
                break;
            }
        }
        if quoted.is_none() && !end && seen <= HELD {
            return (State::Undecided { dialect, ahead, seen }, None);
        }
        if quoted.unwrap_or_else(|| seen <= HELD && ahead.at_end()) {
            thought(&text[..seen], out);
            self.code = ahead.code();
            return (State::Thinking(dialect), Some(seen));
        }
        self.thought_ended("", close, out)
    }

    fn answer(&mut self, text: &str, end: bool, out: &mut Vec<Piece>) -> (State, Option<usize>) {
        let mut at = 0;
        while at < text.len() {
            let (state, length) = match self.find(&text[at..], end) {
                Found::Words(length) => {
                    text[at..at + length].chars().for_each(|c| self.code.push(c));
                    at += length;
                    continue;
                }
                Found::Open => break,
                Found::Begins(dialect, length) => {
                    self.thought = true;
                    (State::Thinking(dialect), length)
                }
                Found::Ended(length) => (State::Between, length),
                Found::Mark(length) => (State::Answer, length),
                Found::Harmony => (State::Harmony(Harmony::Outside), 0),
            };
            words(&text[..at], out);
            self.answered |= at > 0;
            if !self.thought && !matches!(state, State::Answer) {
                out.push(Piece::WasThought);
                (self.thought, self.answered) = (true, false);
            }
            self.code = if matches!(state, State::Answer) {
                self.code
            } else {
                Code::default()
            };
            return (state, Some(at + length));
        }
        words(&text[..at], out);
        self.answered |= at > 0;
        (State::Answer, (at > 0).then_some(at))
    }

    /// What the text begins with.
    fn find(&mut self, text: &str, end: bool) -> Found {
        let Some(c) = text.chars().next() else {
            return Found::Open;
        };
        let one = Found::Words(c.len_utf8());
        let worded = self.worded.map(|number| WORDED[number].close);
        let may_be_worded =
            worded.is_some_and(|close| text.as_bytes()[0].eq_ignore_ascii_case(&close.as_bytes()[0]));
        if !matches!(c, '<' | '[' | '◁') && !may_be_worded || self.code.in_fence() || self.code.in_span() {
            return one;
        }
        if let Some(close) = worded.filter(|_| !self.thought) {
            match matches(text, close) {
                Match::Whole => return Found::Ended(close.len()),
                Match::Begins if !end => return Found::Open,
                _ => {}
            }
        }
        self.find_mark(text, end).unwrap_or(one)
    }

    /// The mark at the beginning of the text; none if it is words.
    fn find_mark(&mut self, text: &str, end: bool) -> Option<Found> {
        let (closed, may_close) = find(text, &CLOSES);
        let (opened, may_open) = find(text, &OPENS);
        let (speaks, may_speak) = find(text, &harmony::BEGINNINGS);
        let (wrapped, may_wrap) = find(text, self.wrapper.as_slice());
        if (may_close || may_open || may_speak || may_wrap) && !end {
            return Some(Found::Open);
        }
        if wrapped.is_some() {
            return self.wrapper.map(|close| Found::Mark(close.len()));
        }
        if speaks.is_some() && !self.thought {
            return Some(Found::Harmony);
        }
        if let Some(dialect) = opened {
            let length = MARKS[dialect].open.len();
            if self.code.begins_line() {
                // The text before it is the answer's first part.
                return Some(Found::Begins(dialect, length));
            }
            self.mentioned = true;
            return Some(Found::Words(length));
        }
        let length = MARKS[closed?].close.len();
        if self.thought {
            return Some(Found::Words(length));
        }
        let mut after = text[length..].chars();
        let next = (after.next(), after.next());
        if (next.0.is_none() || next.0 == Some(' ') && next.1.is_none()) && !end {
            return Some(Found::Open);
        }
        Some(if self.ends_unseen(next) {
            Found::Ended(length)
        } else {
            Found::Words(length)
        })
    }

    /// Whether a closing mark without an opening one counts: a prompt template may have written the opening one. At
    /// the beginning of a line it always counts; within one, unless the answer talks about such marks.
    fn ends_unseen(&self, next: (Option<char>, Option<char>)) -> bool {
        if self.code.begins_line() {
            return true;
        }
        if quoted_by(self.code.last, next.0) || self.mentioned {
            return false;
        }
        let spaced = self.code.last == Some(' ') && next.0 == Some(' ');
        let goes_on = spaced && next.1.is_some_and(|c| c.is_ascii_lowercase());
        let punctuated = next.0.is_some_and(|c| ",.;:?!)，。；：？！）、".contains(c));
        !goes_on && !punctuated
    }
}

enum Closes {
    Yes,
    No,
    Perhaps(Ahead),
}

#[derive(PartialEq, Eq)]
enum Worded {
    No,
    Open,
    Begins(usize),
}

/// Whether the answer begins with one of [`WORDED`].
fn worded(text: &str) -> Worded {
    let (found, may_become) = find(text, &WORDED_OPENS);
    let Some(number) = found else {
        return if may_become { Worded::Open } else { Worded::No };
    };
    let open = WORDED[number].open;
    if open.ends_with(':') {
        return Worded::Begins(number);
    }
    // "analysisThe user asks": the name of a channel without a space after it.
    match text[open.len()..].chars().next() {
        None => Worded::Open,
        Some(c) if c.is_alphanumeric() && !c.is_lowercase() => Worded::Begins(number),
        Some(_) => Worded::No,
    }
}

fn words(said: &str, out: &mut Vec<Piece>) {
    if !said.is_empty() {
        out.push(Piece::Text(said.to_owned()));
    }
}

fn thought(said: &str, out: &mut Vec<Piece>) {
    if !said.is_empty() {
        out.push(Piece::Thought(said.to_owned()));
    }
}
