//! Reasoning separated from the answer: whole and in pieces, which must give the same.
#![no_main]

use hearth_backend::models::thoughts::{Piece, Splitter, answer_of};
use hearth_fuzz::{grows_linearly, pieces};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = hearth_fuzz::text(bytes);
    assert_eq!(split(&[&text]), split(&pieces(&text)));
    grows_linearly(&text, |text| {
        drop((split(&[text]), answer_of(text)));
    });
});

fn split(pieces: &[&str]) -> (String, String) {
    let mut splitter = Splitter::default();
    let mut all: Vec<Piece> = pieces.iter().flat_map(|piece| splitter.push(piece)).collect();
    all.extend(splitter.finish());
    let (mut words, mut thoughts) = (String::new(), String::new());
    for piece in all {
        match piece {
            Piece::Text(text) => words.push_str(&text),
            Piece::Thought(text) => thoughts.push_str(&text),
            Piece::WasThought => thoughts.push_str(&std::mem::take(&mut words)),
        }
    }
    (words, thoughts)
}
