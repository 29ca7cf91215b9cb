//! Markdown of a model, whole and streamed. The HTML contains no script.
#![no_main]

use hearth_text::markdown::{StreamRenderer, render};
use hearth_fuzz::{grows_linearly, pieces};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

fuzz_target!(|bytes: &[u8]| {
    let text = hearth_fuzz::text(bytes);
    let html = render(&text, Uuid::nil());
    assert!(!html.to_ascii_lowercase().contains("<script"), "{html}");
    let mut stream = StreamRenderer::new(Uuid::nil());
    for piece in pieces(&text).chunks(64) {
        stream.push(&piece.concat());
        stream.advance();
        stream.tail();
    }
    assert_eq!(stream.text(), text);
    grows_linearly(&text, |text| drop(render(text, Uuid::nil())));
});
