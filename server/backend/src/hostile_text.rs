//! Every function over a text, with texts that were written to cost more than their length.
//!
//! A function that is private to its module is listed there (`TEXT_FUNCTIONS`) and called here; those of `hearth-text`
//! are called in that crate.

use hearth_text::hostile::{self, TextFunction};
use std::hint::black_box;

fn functions() -> Vec<TextFunction> {
    [
        OWN,
        &crate::memory::text_functions(),
        crate::search::TEXT_FUNCTIONS,
        &crate::turn::text_functions(),
        crate::models::thoughts::TEXT_FUNCTIONS,
        &crate::retrieval::text_functions(),
        crate::transfer::TEXT_FUNCTIONS,
        crate::people::TEXT_FUNCTIONS,
        crate::files::TEXT_FUNCTIONS,
        crate::speech::TEXT_FUNCTIONS,
    ]
    .concat()
}

const OWN: &[TextFunction] = &[("conversations::send::first_title", |text| {
    black_box(crate::conversations::send::first_title(text));
})];

#[test]
fn every_function_over_a_text_reads_a_hostile_one_of_100_000_characters_within_200_ms() {
    let slow = hostile::slow(&functions());
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
