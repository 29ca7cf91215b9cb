//! UTF-16.

use super::is_not_text;

/// Minimum code units of a text without a byte order mark and without a NUL byte. Shorter ones are ambiguous.
const LEAST_UNITS_WITHOUT_NUL: usize = 12;

/// Decodes UTF-16 of this byte order; none for an unpaired surrogate. A last odd byte is a unit with a zero byte.
pub(super) fn decode(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let units: Vec<u16> = bytes
        .chunks(2)
        .map(|pair| unit([pair[0], pair.get(1).copied().unwrap_or(0)]))
        .collect();
    String::from_utf16(&units).ok()
}

/// UTF-16 without a byte order mark; none if the bytes are not it.
///
/// NUL bytes decide: the letters, spaces and line ends of ASCII have one each, and no other encoding of text has any.
/// A text without one, such as Chinese on one line, counts only if its bytes cannot be another encoding (control
/// characters). If both byte orders are possible, the one with more ASCII characters is taken, then the one with more
/// characters of one script.
pub(super) fn without_mark(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let has_nul = bytes.contains(&0);
    let has_control = bytes.iter().any(|byte| is_not_text(char::from(*byte)));
    if !has_nul && (!has_control || bytes.len() < 2 * LEAST_UNITS_WITHOUT_NUL) {
        return None;
    }
    let orders = [u16::from_le_bytes, u16::from_be_bytes];
    let texts = orders
        .into_iter()
        .filter_map(|order| decode(bytes, order))
        .filter(|text| is_plausible(text));
    texts.max_by_key(|text| (text.bytes().filter(u8::is_ascii).count(), of_one_script(text)))
}

/// Whether this is a text: no control character, none for private use, and nine of ten characters are of one script or
/// Latin. Among the values of a binary file of 16 bits, six of ten are East Asian characters and no more are of another
/// script.
fn is_plausible(text: &str) -> bool {
    let refused =
        |c| is_not_text(c) || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffe}'..='\u{ffff}' | '\u{f0000}'..);
    !text.chars().any(refused) && of_one_script(text) * 10 >= text.chars().count() * 9
}

/// Number of characters that are Latin, or of the most frequent other script.
fn of_one_script(text: &str) -> usize {
    let mut counts = [0_usize; 0x100];
    for script in text.chars().filter_map(script) {
        counts[usize::from(script)] += 1;
    }
    let others = counts[1..].iter().max().copied().unwrap_or_default();
    counts[usize::from(LATIN)] + others
}

/// Latin letters, and signs of any text.
const LATIN: u8 = 0;

/// Han, kana and Hangul, which occur together.
const EAST_ASIAN: u8 = 0xff;

/// A number for the script of a character; none if it is rare in any text. Other scripts than Latin and the East Asian
/// ones have a range of 256 code points or less.
fn script(c: char) -> Option<u8> {
    match c {
        '\t'..='\r' | ' '..='~' | '\u{a0}'..='\u{36f}' | '\u{1e00}'..='\u{1eff}' => Some(LATIN),
        '\u{2000}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}' => Some(LATIN),
        '\u{370}'..='\u{1aff}' => u8::try_from(u32::from(c) >> 8).ok(),
        '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' => Some(EAST_ASIAN),
        '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}' => Some(EAST_ASIAN),
        _ => None,
    }
}
