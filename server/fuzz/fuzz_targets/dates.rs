//! Dates, times and words in a question.
#![no_main]

use hearth_backend::testing::readers;
use hearth_fuzz::grows_linearly;
use hearth_text::{times, words};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = hearth_fuzz::text(bytes);
    grows_linearly(&text, |text| {
        times::count(text);
    });
    grows_linearly(&text, |text| {
        words::of_question(text);
        readers::count_of_terms(text);
    });
});
