//! A streamed answer of an OpenAI-compatible server: any bytes, torn anywhere. Torn or whole, it says the same.
#![no_main]

use hearth_fuzz::{chunks, grows_linearly, said, text};
use hearth_inference::Protocol::OpenAi;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(said(OpenAi, &[bytes]), said(OpenAi, &chunks(bytes)));
    grows_linearly(&text(bytes), |text| drop(said(OpenAi, &[text.as_bytes()])));
});
