//! Separates a model's thoughts from its answer.
//!
//! Some servers send thoughts separately. With others the model writes `<think>…</think>` into its text, or another
//! mark from the table of dialects. A prompt template may even open the thought itself, so that only its end is seen:
//! then all text before it was a thought.

mod code;
mod dialects;
mod harmony;
mod piece;
mod splitter;

pub use piece::Piece;
pub use splitter::Splitter;

use std::time::{Duration, Instant};

/// Most bytes of thoughts that are kept; a model that repeats itself can think for megabytes.
const LONGEST: usize = 256 << 10;

/// The thoughts of one answer.
#[derive(Debug, Default)]
pub(crate) struct Thoughts {
    pub text: String,
    began: Option<Instant>,
    took: Duration,
}

impl Thoughts {
    /// Appends a piece.
    pub fn push(&mut self, delta: &str) {
        self.began.get_or_insert_with(Instant::now);
        let room = LONGEST.saturating_sub(self.text.len());
        let end = delta.floor_char_boundary(room);
        // PostgreSQL's text holds no NUL.
        self.text.push_str(&delta[..end].replace('\0', ""));
    }

    /// Stops the clock: the answer starts, or the stream has ended.
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

/// The answer in a model's whole text, without its thoughts.
pub fn answer_of(text: &str) -> String {
    let (mut splitter, mut answer) = (Splitter::default(), String::new());
    for piece in splitter.push(text).into_iter().chain(splitter.finish()) {
        match piece {
            Piece::Text(text) => answer.push_str(&text),
            Piece::WasThought => answer.clear(),
            Piece::Thought(_) => {}
        }
    }
    answer
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(crate) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("models::thoughts::Splitter", |text| { std::hint::black_box({ let mut splitter = Splitter::default(); (splitter.push(text), splitter.finish()) }); }),
];

#[cfg(test)]
mod tests;
