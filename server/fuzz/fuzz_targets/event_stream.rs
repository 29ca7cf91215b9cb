//! A streamed answer of an OpenAI-compatible server: any bytes, torn anywhere. Torn or whole, it says the same.
#![no_main]

use hearth_fuzz::{chunks, grows_linearly};
use hearth_inference::{ChatEvent, ChatReader, Protocol};
use libfuzzer_sys::fuzz_target;
use std::collections::VecDeque;

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(said(&[bytes]), said(&chunks(bytes)));
    grows_linearly(&hearth_fuzz::text(bytes), |text| drop(said(&[text.as_bytes()])));
});

/// The words and the thoughts that were read until the end or a fault.
fn said(chunks: &[&[u8]]) -> (String, String) {
    let (mut reader, mut events) = (ChatReader::new(Protocol::OpenAi), VecDeque::new());
    let read = chunks.iter().try_for_each(|chunk| reader.push(chunk, &mut events));
    if read.is_ok() {
        reader.finish(&mut events).ok();
    }
    let (mut words, mut thoughts) = (String::new(), String::new());
    for event in events {
        match event {
            ChatEvent::Text(text) => words.push_str(&text),
            ChatEvent::Thinking(text) => thoughts.push_str(&text),
            _ => {}
        }
    }
    (words, thoughts)
}
