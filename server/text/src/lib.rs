//! Text, without I/O, SQL or async: what a text says, by rules, and how it is shown.
//!
//! ```text
//! markdown        a model's Markdown as safe HTML, whole and as a stream
//! fence           text of people and models on its way into a prompt
//! language        what rules know of each language, and which languages a text may be in
//! words           words for full text search, also in scripts without spaces
//! sentences       the sentences of a text
//! times           times that a question names, passages that name a time
//! episodes        what a statement says without its date, and one line for several such statements
//! cut             bounds on how much of a text is read
//! processor_time  processor time of the calling thread
//! hostile         for tests: texts that cost more than their length
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed test may panic"))]

pub mod cut;
pub mod dates;
pub mod episodes;
pub mod fence;
#[cfg(any(test, feature = "testing"))]
pub mod hostile;
pub mod language;
pub mod markdown;
pub mod processor_time;
pub mod sentences;
pub mod times;
pub mod words;

#[cfg(test)]
mod tests {
    use crate::{
        cut, episodes, fence, hostile,
        language::{Folded, Languages},
        markdown, sentences, times, words,
    };
    use std::hint::black_box;
    use uuid::Uuid;

    #[rustfmt::skip]
    const FUNCTIONS: &[hostile::TextFunction] = &[
        ("markdown::render", |text| { black_box(markdown::render(text, Uuid::nil())); }),
        ("markdown::StreamRenderer, 50,000 characters at once", |text| {
            let mut renderer = markdown::StreamRenderer::new(Uuid::nil());
            renderer.push(cut::beginning(text, hostile::LENGTH / 2));
            renderer.advance();
            black_box(renderer.tail());
        }),
        ("markdown::spoken", |text| { black_box(markdown::spoken(text, 1 << 20)); }),
        ("fence::line", |text| { black_box(fence::line(text)); }),
        ("fence::lines", |text| { black_box(fence::lines(text)); }),
        ("fence::attribute", |text| { black_box(fence::attribute(text)); }),
        ("fence::block", |text| { black_box(fence::block(text)); }),
        ("language::Languages", |text| { black_box(Languages::of(text)); }),
        ("language::of_question", |text| { black_box(crate::language::of_question(text)); }),
        ("language::Folded", |text| { black_box(Folded::of(text)); }),
        ("sentences", |text| { black_box(sentences::sentences(text).count()); }),
        ("words::of_text", |text| { black_box(words::of_text(text)); }),
        ("words::all", |text| { black_box(words::all(text)); }),
        ("words::of_question", |text| { black_box(words::of_question(text)); }),
        ("words::located", |text| { black_box(words::located(text)); }),
        ("words::is_mostly_unspaced", |text| { black_box(words::is_mostly_unspaced(text)); }),
        ("words::is_stop_word", |text| { black_box(words::is_stop_word(text, &Languages::all())); }),
        ("words::quote", |text| { black_box(words::quote(text)); }),
        ("episodes::read", |text| { black_box(episodes::read(text, chrono::Utc::now(), chrono_tz::Tz::UTC)); }),
        ("words::of_statement", |text| { black_box(words::of_statement(text)); }),
        ("times::count", |text| { black_box(times::count(text)); }),
        ("times::date_of_change", |text| { black_box(times::date_of_change(text, chrono::Utc::now())); }),
        ("times::names_a_time", |text| { black_box(times::names_a_time(text)); }),
        ("cut::clip", |text| { black_box(cut::clip(text, 200)); }),
        ("cut::both_ends", |text| { black_box(cut::both_ends(text, 4_000)); }),
        ("cut::is_longer", |text| { black_box(cut::is_longer(text, hostile::LENGTH)); }),
    ];

    #[test]
    fn every_function_over_a_text_reads_a_hostile_one_of_100_000_characters_within_200_ms() {
        let slow = hostile::slow(FUNCTIONS);
        assert!(slow.is_empty(), "{}", slow.join("\n"));
    }
}
