//! A streamed answer of an OpenAI-compatible server: arbitrary bytes, whole and in pieces, which must give the same.
#![no_main]

use hearth_fuzz::{chunks, grows_linearly, read_chat, text};
use hearth_inference::Protocol::OpenAi;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(read_chat(OpenAi, &[bytes]), read_chat(OpenAi, &chunks(bytes)));
    grows_linearly(&text(bytes), |text| drop(read_chat(OpenAi, &[text.as_bytes()])));
});
