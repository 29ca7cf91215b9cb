//! What the fuzz targets share: a text of the input's bytes, pieces of it, and a check that a function's cost grows
//! with the length of its input and not faster.

use hearth_inference::{ChatEvent, ChatReader, Protocol};
use rustix::time::{ClockId, clock_gettime};
use std::{collections::VecDeque, time::Duration};

/// Bytes of the shorter of the two inputs whose costs are compared.
const SHORT: usize = 4 << 10;

/// How many times longer the other one is.
const TIMES: usize = 12;

/// Cost below which nothing is compared: figures this small are noise.
const NOTICEABLE: Duration = Duration::from_millis(60);

/// How much more than linear is tolerated: tables that are made once, and memory that is fetched.
const TOLERANCE: u32 = 5;

/// The input as text; what is no UTF-8 becomes replacement characters.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The input cut into pieces of one to sixteen bytes, as a network could; the lengths follow from the input itself.
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

/// The same for text: pieces end between characters.
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

/// The words and the thoughts that a reader of chats finds in these chunks, until the end or a fault.
pub fn said(protocol: Protocol, chunks: &[&[u8]]) -> (String, String) {
    let (mut reader, mut events) = (ChatReader::new(protocol), VecDeque::new());
    let read = chunks.iter().try_for_each(|chunk| reader.push(chunk, &mut events));
    if read.is_ok() {
        reader.finish(&mut events).ok();
    }
    let (mut words, mut thoughts) = (String::new(), String::new());
    for event in events {
        match event {
            ChatEvent::Text(text) => words.push_str(&text),
            ChatEvent::Thinking(text) => thoughts.push_str(&text),
            ChatEvent::Done(_) => {}
        }
    }
    (words, thoughts)
}

/// Repeats the input to a short and a twelve times longer text, and panics when the longer one costs far more than
/// twelve times as much.
pub fn grows_linearly(text: &str, read: impl Fn(&str)) {
    if text.is_empty() {
        return;
    }
    let short = text.repeat(SHORT / text.len() + 1);
    let long = short.repeat(TIMES);
    let (few, many) = (cost(&short, &read), cost(&long, &read));
    let expected = few * u32::try_from(TIMES).unwrap_or(u32::MAX) * TOLERANCE;
    assert!(
        many < NOTICEABLE || many < expected,
        "{} bytes cost {few:?}, {} bytes {many:?}",
        short.len(),
        long.len()
    );
}

/// Processor time of this thread.
fn cost(text: &str, read: impl Fn(&str)) -> Duration {
    let begun = now();
    read(text);
    now().saturating_sub(begun)
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}
