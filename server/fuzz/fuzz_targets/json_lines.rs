//! An answer of Ollama in lines of JSON: any bytes, torn anywhere. Torn or whole, it says the same.
#![no_main]

use hearth_fuzz::{chunks, grows_linearly, said, text};
use hearth_inference::Protocol::Ollama;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(said(Ollama, &[bytes]), said(Ollama, &chunks(bytes)));
    grows_linearly(&text(bytes), |text| drop(said(Ollama, &[text.as_bytes()])));
});
