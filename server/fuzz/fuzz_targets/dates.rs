//! Times and words in a question.
#![no_main]

use hearth_backend::testing::readers;
use hearth_fuzz::grows_linearly;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = hearth_fuzz::text(bytes);
    grows_linearly(&text, |text| {
        readers::count_of_dates(text);
    });
    grows_linearly(&text, |text| {
        readers::count_of_words(text);
        readers::count_of_terms(text);
    });
});
