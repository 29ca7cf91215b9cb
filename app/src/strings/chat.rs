//! The conversation page and its islands.

pub(crate) use super::en::chat::*;

use super::{
    common::{comma, joined, semicolon},
    moments::{about, duration},
    numbers::number,
    t,
};

/// One of three realistic questions, by its number from 1.
pub fn suggestion(number: Option<u8>) -> &'static str {
    match number {
        Some(1) => t(IDEA_DINNER),
        Some(2) => t(IDEA_LETTER),
        Some(3) => t(IDEA_REMEMBER),
        _ => "",
    }
}

/// "2 of 3".
pub fn version_of(version: u32, count: u32) -> String {
    number_of(&number(version.into()), &number(count.into()))
}

/// "2 before you, about 40 seconds".
pub fn before_you(before: u32, seconds: Option<u32>) -> String {
    let people = people_before(before);
    match seconds {
        Some(seconds) => comma(&people, &about(seconds)),
        None => people,
    }
}

/// ", 12 s; the last time it took 20 s", behind the sentence that something is being loaded.
pub fn counting(seconds: u32, usual: Option<u32>) -> String {
    let seconds = number(seconds.into());
    match usual {
        None => loading_for(&seconds),
        Some(usual) => loading_for_of(&seconds, &number(usual.into())),
    }
}

/// "Thought for 40 s".
pub fn thought(seconds: u32, cut_short: bool) -> String {
    let time = duration(seconds.into());
    if cut_short {
        thought_until_cut(&time)
    } else {
        thought_for(&time)
    }
}

/// "The model no longer sees the 34 messages above this line; it has a summary of them."
pub fn no_longer_sees(messages: u32, summarised: u32) -> String {
    let summary = match summarised {
        0 => no_summary(messages),
        n if n < messages => partial_summary(n),
        _ => whole_summary(messages),
    };
    semicolon(&unseen(messages), &summary)
}

/// What the model did not see; none when it saw everything.
pub fn left_out(messages: u32, passages: u32) -> Option<String> {
    let older = (messages > 0).then(|| older_left_out(messages));
    let recalled = (passages > 0).then(|| recalled_left_out(passages));
    joined(older.into_iter().chain(recalled))
}
