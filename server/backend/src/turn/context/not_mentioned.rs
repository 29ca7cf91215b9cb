//! A line that tells the model to admit when it does not know a fact about the person.
//!
//! When a person asks in a new conversation for their locker number, a small model invents one, even when the system
//! text says "if you do not know something, say so". A line directly before such a question prevents that. Before every
//! question it would do harm: the model would refuse general questions and overlook its notes.
//!
//! Measured with Qwen2.5-Coder 1.5B at its default temperature, in English and 简体中文, on three sets: questions about
//! the person's life whose answer is unknown ("admits it"), general questions such as "How do I boil my eggs?" ("refuses
//! in vain"), and questions that a note answers ("uses the note"). The last row is from `cargo xtask test --real-model`.
//!
//! | | admits it | refuses in vain | uses the note |
//! | --- | --- | --- | --- |
//! | "If you do not know something, say so" | 1 of 17 | 0 of 20 | 14 of 14 |
//! | a rule and three examples in the system text | 11 of 17 | 1 of 20 | 12 of 14 |
//! | the same, in a paragraph of its own | 14 of 17 | 5 of 20 | 13 of 14 |
//! | the line with every question | 15 of 17 | 7 of 20 | |
//! | the line where only the person can know ([`line`]) | 14 of 14 | 0 of 12 | 5 of 5 |
//!
//! With a profile of four lines, and without this line, 11 of 12 questions about the profile were answered. With the
//! line meant for no profile: 7 of 12 answered, 16 of 17 admitted. With the line that refers to the profile above: 10 of
//! 12 and 14 of 17.

use super::{super::load::Turn, asks, phrases::profile};
use crate::retrieval::recall::is_about_self;
use hearth_text::{
    cut::is_longer,
    fence,
    language::{self, Folded, Languages},
};

/// Maximum characters of a question about a single fact; a longer text explains or pastes something.
const LONGEST: usize = 120;

/// The line to put before the first question of a conversation when nothing was recalled; none for general questions.
/// The wording depends on whether the prompt has a profile.
pub(super) fn line(turn: &Turn) -> Option<String> {
    let plain = turn.speakers.is_empty() && turn.done.is_empty() && turn.attached.is_empty();
    (plain && only_they_can_know(&turn.question.own_words)).then(|| {
        let (who, profile) = (fence::line(&turn.name), !profile(turn).is_empty());
        let lines = Languages::of(&turn.question.own_words).first(|language| language.not_mentioned.as_ref());
        let line = lines.map(|lines| {
            if profile {
                lines.beside_profile
            } else {
                lines.alone
            }
        });
        line.unwrap_or_default().replace("{who}", &who)
    })
}

/// Whether the question asks for a fact of the asker's own life, and not for advice.
pub(in crate::turn) fn only_they_can_know(question: &str) -> bool {
    let question = question.trim();
    let short = !is_longer(question, LONGEST) && !question.contains('\n');
    short && is_about_self(question) && !asks_for_ones_name(question) && asks::for_a_fact(question)
}

/// Every prompt has the person's name, so that question can be answered.
fn asks_for_ones_name(question: &str) -> bool {
    let folded = Folded::of(question);
    language::ALL
        .iter()
        .any(|language| folded.has(language.questions.own_name))
}

#[cfg(test)]
mod tests;
