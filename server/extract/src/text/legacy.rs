//! Encodings that systems used before Unicode: GBK, Big5, Shift-JIS, EUC-KR, Windows-1252 and others.
//!
//! chardetng (the detector of Firefox) names the most probable encoding, and encoding_rs decodes it strictly. A detector
//! always names one, also for a binary file; so the bytes must have no control character, and the result must look like
//! text of that encoding: common characters where the encoding has thousands, and letters where it has few.
//!
//! Of 96 notes of 2 to 16 characters in 8 encodings, 94 are read right; two of two and three Chinese characters in GBK
//! are read as Korean, which has the same bytes. None is refused.

use super::is_not_text;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS};
use std::ops::RangeInclusive;

/// First bytes of the frequent characters of an encoding: signs, syllables, and the most frequent third of its
/// ideographs (level 1 of GB 2312, Big5 and JIS X 0208; the syllables of KS X 1001).
const FREQUENT: [(&Encoding, [RangeInclusive<u8>; 2]); 6] = [
    (GBK, [0xa1..=0xa3, 0xb0..=0xd7]),
    (GB18030, [0xa1..=0xa3, 0xb0..=0xd7]),
    (BIG5, [0xa1..=0xa3, 0xa4..=0xc6]),
    (SHIFT_JIS, [0x81..=0x83, 0x88..=0x97]),
    (EUC_JP, [0xa1..=0xa5, 0xb0..=0xcf]),
    (EUC_KR, [0xa1..=0xa3, 0xb0..=0xc8]),
];

/// Bytes that the detector reads, at 3 MB/s.
const SAMPLE: usize = 128 << 10;

/// Bytes of ASCII that it reads before the first other byte.
const ASCII_BEFORE: usize = 1 << 10;

/// Decodes text of a detected encoding; none if it does not look like text.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    // Escape sequences belong to logs, and those are UTF-8.
    if bytes
        .iter()
        .any(|byte| is_not_text(char::from(*byte)) || *byte == 0x1b)
    {
        return None;
    }
    if is_padding(bytes) {
        return None;
    }
    let encoding = detected(bytes);
    let text = strictly(encoding, bytes)?;
    let plausible = match FREQUENT.iter().find(|(one, _)| *one == encoding) {
        Some((_, leads)) => has_frequent_characters(bytes, leads),
        None => has_words(&text),
    };
    plausible.then_some(text)
}

/// The encoding of the first part that is not ASCII, with some ASCII before it.
fn detected(bytes: &[u8]) -> &'static Encoding {
    let foreign = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let rest = &bytes[foreign.saturating_sub(ASCII_BEFORE)..];
    let sample = &rest[..rest.len().min(SAMPLE)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, sample.len() == rest.len());
    detector.guess(None, Utf8Detection::Deny)
}

/// Text of ASCII bytes, which may be ISO-2022-JP: it switches to Japanese with escape sequences.
pub(super) fn with_escapes(text: String) -> String {
    if !text.is_ascii() || !text.contains("\x1b$") {
        return text;
    }
    strictly(ISO_2022_JP, text.as_bytes()).unwrap_or(text)
}

fn strictly(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// Whether a single byte beyond ASCII is more than half of the file.
fn is_padding(bytes: &[u8]) -> bool {
    let mut counts = [0_usize; 256];
    bytes.iter().for_each(|byte| counts[usize::from(*byte)] += 1);
    bytes.len() >= 16 && counts[0x80..].iter().any(|count| count * 2 > bytes.len())
}

/// Whether two of three characters of two bytes are frequent ones. Of random pairs less than half are.
fn has_frequent_characters(bytes: &[u8], leads: &[RangeInclusive<u8>]) -> bool {
    let (mut pairs, mut frequent) = (0_usize, 0_usize);
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        // A single byte of half-width katakana (A1 to DF in Shift-JIS) is counted with the next one: both are rare.
        if *byte > 0x80 && rest.next().is_some() {
            pairs += 1;
            frequent += usize::from(leads.iter().any(|lead| lead.contains(byte)));
        }
    }
    frequent * 3 >= pairs * 2
}

/// Whether the text is of words. Of ten characters beyond ASCII nine are letters or signs of print, which half of the
/// bytes of such an encoding are not. Latin text has at least twice as many letters of ASCII as others (a short word may
/// have one more); another alphabet has three letters to a sign.
fn has_words(text: &str) -> bool {
    let (mut ascii, mut latin, mut foreign, mut signs, mut rest) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for c in text.chars() {
        match c {
            // What an encoding gives to bytes that it does not define.
            '\u{80}'..='\u{9f}' => return false,
            c if c.is_ascii() => ascii += usize::from(c.is_ascii_alphabetic()),
            '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' if c.is_alphabetic() => latin += 1,
            c if c.is_alphabetic() => foreign += 1,
            c if is_sign_of_print(c) => signs += 1,
            _ => rest += 1,
        }
    }
    let few = rest * 9 <= latin + foreign + signs;
    few && if foreign > latin {
        foreign >= 3 * (signs + rest)
    } else {
        latin * 2 <= ascii + 2
    }
}

/// Signs that a word processor inserts, and those on European keyboards.
const fn is_sign_of_print(c: char) -> bool {
    matches!(
        c,
        '\u{a0}'
            | '¡'
            | '¿'
            | '«'
            | '»'
            | '§'
            | '°'
            | '·'
            | '£'
            | '€'
            | '²'
            | '³'
            | '½'
            | '©'
            | '®'
            | '№'
            | '™'
            | '\u{2010}'..='\u{2026}' | '‹' | '›'
    )
}
