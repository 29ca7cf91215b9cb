//! Ollama's answer in JSON lines: arbitrary bytes, whole and in pieces, which must give the same.
#![no_main]

use hearth_fuzz::{chunks, grows_linearly, read_chat, text};
use hearth_inference::Protocol::Ollama;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(read_chat(Ollama, &[bytes]), read_chat(Ollama, &chunks(bytes)));
    grows_linearly(&text(bytes), |text| drop(read_chat(Ollama, &[text.as_bytes()])));
});
