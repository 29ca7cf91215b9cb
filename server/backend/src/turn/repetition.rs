//! Detects, during generation, a model that repeats itself without end.
//!
//! The text is a loop when its end has a period (each character equals the one a period before) for longer than any
//! intended repetition. The period is found by hashing the last [`GRAM`] characters and looking up where they occurred
//! before, so each character costs the same for every text. Two versions of the text are followed: the text as it is,
//! and the text with all numbers replaced by one digit, for a loop whose counter changes.
//!
//! The limits were set on the texts in the tests: refrains, tables, similar lines of code, lists of two hundred items,
//! base64, drawings, and one requested sentence a hundred times are kept; loops are detected after some thousand
//! characters.

use hearth_text::language;
use std::collections::HashMap;

/// Characters that are hashed and looked up to find a period.
const GRAM: usize = 12;

/// Maximum period in characters.
const LONGEST_PERIOD: usize = 4096;

/// Maximum characters that are remembered; more than any limit below.
const MEMORY: usize = 64 << 10;

/// Copies of the repeated part that are kept.
const KEPT: usize = 2;

/// The detector of one growing text. Memory and work per character are bounded.
#[derive(Default)]
pub struct Repetition {
    exact: Tail,
    numbers_alike: Tail,
    /// Bytes received.
    bytes: u32,
    in_number: bool,
    fence: Fence,
}

impl Repetition {
    /// Adds text. Once the text is a loop, returns the length in bytes of the part to keep.
    pub fn push(&mut self, delta: &str) -> Option<usize> {
        for c in delta.chars() {
            self.bytes += u32::try_from(c.len_utf8()).unwrap_or(4);
            self.fence.push(c);
            if let Some(keep) = self.take(c) {
                return usize::try_from(keep).ok();
            }
        }
        None
    }

    fn take(&mut self, c: char) -> Option<u32> {
        let mut looped = self
            .exact
            .push(c, self.bytes)
            .filter(|found| found.run >= self.exactly(found));
        let number = is_number(c);
        // A number counts as one character, for any number of digits.
        if !(number && self.in_number) {
            let c = if number { '0' } else { c };
            let alike = self.numbers_alike.push(c, self.bytes);
            looped = looped.or(alike.filter(|found| found.run >= self.with_counter(found)));
        }
        self.in_number = number;
        looped.map(|found| found.keep)
    }

    /// Repeated characters at which the text as it is counts as a loop.
    fn exactly(&self, found: &Found) -> usize {
        let words = (found.period * 8).max((found.period * 250).min(3_000));
        let needed = if found.letters == 0 || found.period <= 2 {
            words.max(6_000)
        } else {
            words
        };
        needed * self.patience()
    }

    /// The same for a text whose numbers change. Lists of numbers may be long, so the limit is higher.
    fn with_counter(&self, found: &Found) -> usize {
        if found.letters < 12 {
            return usize::MAX;
        }
        let needed = (found.period * 25).max((found.period * 250).min(12_000));
        needed * self.patience()
    }

    /// Factor on the limits: code and tables have many similar lines.
    fn patience(&self) -> usize {
        if self.fence.open || self.fence.table { 4 } else { 1 }
    }
}

/// Whether the current line is inside a code fence or a table.
#[derive(Default)]
struct Fence {
    open: bool,
    table: bool,
    ticks: usize,
    begins_line: bool,
}

impl Fence {
    fn push(&mut self, c: char) {
        self.ticks = if c == '`' { self.ticks + 1 } else { 0 };
        self.open ^= self.ticks == 3;
        if self.begins_line && c != '\n' {
            self.table = c == '|';
        }
        self.begins_line = c == '\n';
    }
}

/// A period at the end of the text.
struct Found {
    period: usize,
    /// Characters that equal the one a period before.
    run: usize,
    /// Letters in the period.
    letters: usize,
    /// Length in bytes of the text to keep.
    keep: u32,
}

/// The end of a text, its characters with the bytes up to each.
#[derive(Default)]
struct Tail {
    letters: Vec<(char, u32)>,
    /// Number of characters dropped before the first remembered one.
    gone: usize,
    grams: HashMap<u64, usize>,
    hash: u64,
    period: usize,
    run: usize,
}

/// A multiplier of the rolling hash, from the 64-bit FNV prime.
const BASE: u64 = 0x0000_0100_0000_01b3;

/// [`BASE`] to the power of [`GRAM`]: the weight of the character that leaves the hash.
const POWER: u64 = BASE.wrapping_pow(12);

impl Tail {
    fn push(&mut self, c: char, bytes: u32) -> Option<Found> {
        self.forget();
        self.letters.push((c, bytes));
        let at = self.letters.len() - 1;
        if self.period > 0 && at >= self.period && self.letters[at - self.period].0 == c {
            self.run += 1;
        } else {
            (self.period, self.run) = (0, 0);
        }
        self.look_up(at);
        (self.period > 0 && self.run >= 1_000).then(|| self.found(at))
    }

    /// Looks for a period, unless one is being followed.
    fn look_up(&mut self, at: usize) {
        let leaving = at
            .checked_sub(GRAM)
            .map_or(0, |gone| u64::from(u32::from(self.letters[gone].0)));
        self.hash = self
            .hash
            .wrapping_mul(BASE)
            .wrapping_add(u64::from(u32::from(self.letters[at].0)))
            .wrapping_sub(leaving.wrapping_mul(POWER));
        if at < GRAM {
            return;
        }
        let place = self.gone + at;
        let before = self.grams.insert(self.hash, place);
        if self.period == 0
            && let Some(period) = before
                .map(|before| place - before)
                .filter(|period| *period <= LONGEST_PERIOD)
        {
            (self.period, self.run) = (period, GRAM);
        }
    }

    fn found(&self, at: usize) -> Found {
        let from = at + 1 - self.period.min(at + 1);
        let letters = self.letters[from..=at]
            .iter()
            .filter(|(c, _)| c.is_alphabetic())
            .count();
        // The first copy ends where the run begins.
        let first = at + 1 - self.run.min(at + 1);
        let last = (first + self.period * (KEPT - 1)).min(at + 1);
        Found {
            period: self.period,
            run: self.run,
            letters,
            keep: last.checked_sub(1).map_or(0, |last| self.letters[last].1),
        }
    }

    /// Drops the older half at [`MEMORY`] characters.
    fn forget(&mut self) {
        if self.letters.len() >= MEMORY {
            let half = MEMORY / 2;
            self.letters.drain(..half);
            self.gone += half;
            let from = self.gone + GRAM;
            self.grams.retain(|_, place| *place >= from);
        }
    }
}

/// Digits and numerals of all languages.
fn is_number(c: char) -> bool {
    c.is_numeric() || language::ALL.iter().any(|language| language.times.is_digit(c))
}

#[cfg(test)]
mod tests;
