//! The token budget of a prompt, and how history is trimmed to it.

use super::{PER_MESSAGE, tokens};
use hearth_types::Speaker;

/// A trim removes at least one part in `TRIM_STEP` of the history's budget, because after a trim the model must read the
/// whole prompt again.
const TRIM_STEP: u32 = 2;

/// The unused part of the window, in estimated tokens.
pub(super) struct Budget {
    pub left: u32,
}

impl Budget {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rounded down, and never negative"
    )]
    pub fn new(prompt_tokens: u32, tokens_per_estimate: f32) -> Self {
        Self {
            left: (prompt_tokens as f32 / tokens_per_estimate.max(0.4)) as u32,
        }
    }

    pub const fn take(&mut self, tokens: u32) {
        self.left = self.left.saturating_sub(tokens + PER_MESSAGE);
    }

    /// The question, cut at its end and marked when it alone does not fit.
    pub fn clip(&self, question: &str) -> String {
        if tokens(question) + 100 <= self.left {
            return question.to_owned();
        }
        let mut clipped = String::new();
        let mut used = 100;
        for line in question.split_inclusive(char::is_whitespace) {
            used += tokens(line).max(1);
            if used > self.left {
                break;
            }
            clipped.push_str(line);
        }
        format!("{clipped}\n[…]")
    }

    /// The end of the text that the model continues, at most half of the budget: its beginning matters less.
    pub fn clip_prefix<'a>(&self, prefix: &'a str) -> &'a str {
        let mut from = 0;
        while tokens(&prefix[from..]) > self.left / 2 {
            let half = from + (prefix.len() - from).div_ceil(2);
            from = (half..=prefix.len())
                .find(|at| prefix.is_char_boundary(*at))
                .unwrap_or(prefix.len());
        }
        &prefix[from..]
    }
}

/// The messages of a history with their costs, to be trimmed to a budget.
pub(super) struct Room {
    pub tokens: u32,
    costs: Vec<u32>,
    /// Whether the window may begin at each message: only a person's message may be the first.
    begins: Vec<bool>,
}

impl Room {
    /// Takes for each message its author and the text that the model reads.
    pub fn new<'a>(said: impl Iterator<Item = (Speaker, &'a str)>, tokens_of_history: u32) -> Self {
        let (costs, begins) = said
            .map(|(by, text)| (tokens(text) + PER_MESSAGE, by == Speaker::Person))
            .unzip();
        Self {
            tokens: tokens_of_history,
            costs,
            begins,
        }
    }

    /// The new start of the window when it can no longer be `from`. `reached` are the indexes up to which there is a
    /// summary.
    pub fn trim(&self, from: usize, reached: &[usize]) -> usize {
        let worth_it = self.tokens - self.tokens / TRIM_STEP / 2;
        let mut prepared = reached
            .iter()
            .copied()
            .filter(|at| *at > from && self.may_begin(*at));
        if let Some(at) = prepared.find(|at| self.rest(*at) <= worth_it) {
            return at;
        }
        let mut at = from;
        while at < self.costs.len() {
            at = self.step(at);
            if self.rest(at) <= self.tokens {
                break;
            }
        }
        if at < self.costs.len() {
            return at;
        }
        // With large messages: as many as fit, rather than none.
        let fits = |at: &usize| self.may_begin(*at) && self.rest(*at) <= self.tokens;
        (from + 1..self.costs.len()).find(fits).unwrap_or(at)
    }

    /// The start of the window one trim step after `from`.
    pub fn step(&self, from: usize) -> usize {
        let (mut at, mut passed) = (from, 0);
        while at < self.costs.len() && (passed < self.tokens / TRIM_STEP || !self.begins[at]) {
            passed += self.costs[at];
            at += 1;
        }
        at
    }

    fn rest(&self, first: usize) -> u32 {
        self.costs[first.min(self.costs.len())..].iter().sum()
    }

    fn may_begin(&self, at: usize) -> bool {
        self.begins.get(at).copied().unwrap_or(at == self.costs.len())
    }
}

/// See `hostile_text`.
#[cfg(test)]
pub(super) fn hostile(text: &str) {
    let budget = Budget { left: 8_000 };
    std::hint::black_box((budget.clip(text), budget.clip_prefix(text)));
}

#[cfg(test)]
mod tests {
    use super::{super::super::history::HistoryMessage, PER_MESSAGE, Room, Speaker, tokens};
    use hearth_types::MessageId;

    fn talk(messages: usize, words: usize) -> Vec<HistoryMessage> {
        let said = |i| HistoryMessage {
            id: MessageId(uuid::Uuid::now_v7()),
            by: if i % 2 == 0 {
                Speaker::Person
            } else {
                Speaker::Model
            },
            author: None,
            text: format!("{i} {}", "word ".repeat(words)),
            sent: None,
        };
        (0..messages).map(said).collect()
    }

    fn room_of(said: &[HistoryMessage], tokens: u32) -> Room {
        Room::new(said.iter().map(|said| (said.by, said.text.as_str())), tokens)
    }

    /// The starts of the windows of a growing conversation, each computed from the one before.
    fn windows(room: u32, reached: &[usize]) -> Vec<usize> {
        let mut from = 0;
        let grow = |messages| {
            let room = room_of(&talk(messages, 40), room);
            if room.rest(from) > room.tokens {
                from = room.trim(from, reached);
            }
            from
        };
        (2..120).step_by(2).map(grow).collect()
    }

    #[test]
    fn a_long_history_keeps_its_beginning_for_several_turns_between_two_trims() {
        let starts = windows(2000, &[]);
        let mut different = starts.clone();
        different.dedup();
        assert!(
            different.len() > 2 && different.len() * 4 < starts.len(),
            "{starts:?}"
        );
    }

    #[test]
    fn a_trimmed_history_fits_and_begins_with_a_person() {
        for messages in 20..61 {
            let history = talk(messages, 40);
            let room = room_of(&history, 1000);
            let first = room.trim(0, &[]);
            assert_eq!(history[first].by, Speaker::Person);
            let cost: u32 = history[first..]
                .iter()
                .map(|s| tokens(&s.text) + PER_MESSAGE)
                .sum();
            assert!(cost <= 1000 && cost > 300, "{messages}: {cost}");
        }
    }

    #[test]
    fn a_trim_moves_to_where_a_summary_reaches() {
        let history = talk(40, 40);
        let room = room_of(&history, 2000);
        let alone = room.trim(0, &[]);
        assert_eq!(room.trim(0, &[4, alone + 8]), alone + 8);
        assert_eq!(
            room.trim(0, &[2]),
            alone,
            "one that reaches not far enough does not help"
        );
    }

    #[test]
    fn the_last_exchange_is_kept_if_it_fits_alone() {
        let mut history = talk(4, 40);
        history.extend(talk(2, 120));
        assert_eq!(room_of(&history, 700).trim(0, &[]), 2);
        assert_eq!(room_of(&history, 450).trim(0, &[]), 4);
        assert_eq!(room_of(&history, 400).trim(0, &[]), 6, "alone it does not fit");
    }
}
