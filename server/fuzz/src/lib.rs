//! Shared by the fuzz targets: the input as text, the input in pieces, and a check that a function's cost grows
//! linearly with the length of its input.

use hearth_inference::{ChatEvent, ChatReader, Protocol};
use rustix::time::{ClockId, clock_gettime};
use std::{collections::VecDeque, time::Duration};

/// Length of the shorter of the two compared inputs, in bytes.
const SHORT_BYTES: usize = 4 << 10;

/// Factor by which the other input is longer.
const FACTOR: usize = 12;

/// Costs below this are not compared: they are noise.
const MIN_COST: Duration = Duration::from_millis(60);

/// Tolerated excess over linear growth: tables built once, and cache misses.
const TOLERANCE: u32 = 5;

/// The input as text; invalid UTF-8 becomes replacement characters.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The input in pieces of one to sixteen bytes, as from a network; the input itself determines the lengths.
pub fn chunks(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut pieces) = (bytes, Vec::new());
    while let Some(first) = rest.first() {
        let length = (usize::from(first % 16) + 1).min(rest.len());
        let (piece, behind) = rest.split_at(length);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// The same for text; pieces end between characters.
pub fn pieces(text: &str) -> Vec<&str> {
    let (mut rest, mut pieces) = (text, Vec::new());
    while let Some(first) = rest.bytes().next() {
        let end = rest.ceil_char_boundary(usize::from(first % 16) + 1);
        let (piece, behind) = rest.split_at(end);
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Text and reasoning that a chat reader finds in these chunks, until the end or a fault.
pub fn read_chat(protocol: Protocol, chunks: &[&[u8]]) -> (String, String) {
    let (mut reader, mut events) = (ChatReader::new(protocol), VecDeque::new());
    let read = chunks.iter().try_for_each(|chunk| reader.push(chunk, &mut events));
    if read.is_ok() {
        reader.finish(&mut events).ok();
    }
    let (mut answer, mut thoughts) = (String::new(), String::new());
    for event in events {
        match event {
            ChatEvent::Text(text) => answer.push_str(&text),
            ChatEvent::Thinking(text) => thoughts.push_str(&text),
            ChatEvent::Done(_) => {}
        }
    }
    (answer, thoughts)
}

/// Repeats the input to a short text and one twelve times as long; panics if the longer one costs far more than twelve
/// times as much.
pub fn grows_linearly(text: &str, read: impl Fn(&str)) {
    if text.is_empty() {
        return;
    }
    let short = text.repeat(SHORT_BYTES / text.len() + 1);
    let long = short.repeat(FACTOR);
    let (few, many) = (cost(&short, &read), cost(&long, &read));
    let expected = few * u32::try_from(FACTOR).unwrap_or(u32::MAX) * TOLERANCE;
    assert!(
        many < MIN_COST || many < expected,
        "{} bytes cost {few:?}, {} bytes {many:?}",
        short.len(),
        long.len()
    );
}

/// CPU time of this thread.
fn cost(text: &str, read: impl Fn(&str)) -> Duration {
    let start = now();
    read(text);
    now().saturating_sub(start)
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
