//! Memory commands in a message, and statements believed from it.
#![no_main]

use hearth_backend::testing::readers;
use hearth_fuzz::grows_linearly;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = hearth_fuzz::text(bytes);
    let (note, sentence) = text.split_once('\n').unwrap_or((&text, "I cannot eat peanuts."));
    readers::is_believed(note, sentence);
    grows_linearly(&text, |text| {
        readers::is_command(text);
        readers::only_they_can_know(text);
    });
    grows_linearly(&text, |text| {
        readers::count_of_statements(text);
        readers::count_of_passages(text);
        readers::is_name(text);
    });
});
