//! Repairs JSON that servers write incorrectly: characters split over two events, and values outside JSON.
//!
//! A token can end in the middle of a character. The server then writes half of an escaped surrogate pair (`"\ud83d"`,
//! and `"\ude00"` in the next event) or some of the UTF-8 bytes. [`Repair`] keeps a half at the end of a string for the
//! next string; an unmatched half becomes U+FFFD. [`relaxed`] replaces what JSON parsers reject. Both are linear in the
//! length of the text.

use std::borrow::Cow;

/// Replaces a character that cannot be read.
const REPLACEMENT: &str = "\u{fffd}";

/// The first half of a character, from the end of the previous text.
#[derive(Debug, Default, PartialEq, Eq)]
enum Half {
    #[default]
    None,
    /// A leading surrogate.
    Surrogate(u16),
    /// The first bytes of a character in UTF-8.
    Bytes(Vec<u8>),
}

/// Joins characters that are split over two texts of one stream.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    half: Half,
}

impl Repair {
    /// The JSON text with whole characters only; borrowed if it needs no repair.
    pub(crate) fn whole<'a>(&mut self, json: &'a [u8]) -> Cow<'a, [u8]> {
        if self.half == Half::None && std::str::from_utf8(json).is_ok() && !has_surrogate(json) {
            return Cow::Borrowed(json);
        }
        let mut text = Vec::with_capacity(json.len() + 8);
        let mut at = 0;
        while at < json.len() {
            at += self.step(json, at, &mut text);
        }
        Cow::Owned(text)
    }

    /// Copies the unit at `at`; returns its length in bytes.
    fn step(&mut self, json: &[u8], at: usize, text: &mut Vec<u8>) -> usize {
        match json[at] {
            b'\\' => match escaped(&json[at..]) {
                Some(unit @ 0xd800..=0xdbff) => self.leading(unit, json, at, text),
                Some(unit @ 0xdc00..=0xdfff) => {
                    self.trailing(unit, json, at, text);
                    6
                }
                _ => {
                    let length = 2.min(json.len() - at);
                    text.extend_from_slice(&json[at..at + length]);
                    length
                }
            },
            byte if byte.is_ascii() => {
                text.push(byte);
                1
            }
            _ => self.character(json, at, text),
        }
    }

    fn leading(&mut self, unit: u16, json: &[u8], at: usize, text: &mut Vec<u8>) -> usize {
        match json.get(at + 6..).and_then(escaped) {
            Some(0xdc00..=0xdfff) => {
                text.extend_from_slice(&json[at..at + 12]);
                12
            }
            _ => {
                if json.get(at + 6) == Some(&b'"') {
                    self.half = Half::Surrogate(unit);
                } else {
                    text.extend_from_slice(REPLACEMENT.as_bytes());
                }
                6
            }
        }
    }

    /// Copies the second half of a pair; the first half may be at the end of the previous text.
    fn trailing(&mut self, unit: u16, json: &[u8], at: usize, text: &mut Vec<u8>) {
        let begins = at > 0 && json[at - 1] == b'"';
        match std::mem::take(&mut self.half) {
            Half::Surrogate(first) if begins => {
                let pair = char::decode_utf16([first, unit]).next();
                let whole = pair.and_then(Result::ok).unwrap_or(char::REPLACEMENT_CHARACTER);
                text.extend_from_slice(whole.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => text.extend_from_slice(REPLACEMENT.as_bytes()),
        }
    }

    /// Copies a UTF-8 character, complete or not.
    fn character(&mut self, json: &[u8], at: usize, text: &mut Vec<u8>) -> usize {
        if let Half::Bytes(first) = &self.half
            && at > 0
            && json[at - 1] == b'"'
        {
            let end = (at + 4).min(json.len());
            let joined = [first, &json[at..end]].concat();
            if let Some(whole) = first_character(&joined) {
                text.extend_from_slice(&joined[..whole]);
                let taken = whole - first.len();
                self.half = Half::None;
                return taken;
            }
        }
        let rest = &json[at..(at + 4).min(json.len())];
        if let Some(length) = first_character(rest) {
            text.extend_from_slice(&rest[..length]);
            return length;
        }
        // The length of one incomplete character, so that each becomes one U+FFFD.
        let length = incomplete_length(rest);
        if json.get(at + length) == Some(&b'"') && rest[0] >= 0xc2 {
            self.half = Half::Bytes(rest[..length].to_vec());
        } else {
            text.extend_from_slice(REPLACEMENT.as_bytes());
        }
        length
    }
}

/// Length in bytes of the UTF-8 character at the start; `None` if there is none.
fn first_character(text: &[u8]) -> Option<usize> {
    let valid = match std::str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&text[..error.valid_up_to()]).ok()?,
    };
    valid.chars().next().map(char::len_utf8)
}

/// Length in bytes of the incomplete character at the start; at least one.
fn incomplete_length(text: &[u8]) -> usize {
    match std::str::from_utf8(text) {
        Ok(_) => 1,
        Err(error) => error.error_len().unwrap_or(text.len()).max(1),
    }
}

/// The code unit of the escape (`\u…`) at the start.
fn escaped(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok()?;
    u16::from_str_radix(digits, 16).ok()
}

/// Whether the text may contain an escaped surrogate.
fn has_surrogate(json: &[u8]) -> bool {
    json.windows(3).any(|three| matches!(three, b"\\ud" | b"\\uD"))
}

/// Replaces NaN and the infinities (which Python writes) by `null`, and control characters inside strings by escapes.
pub(crate) fn relaxed(json: &[u8]) -> Vec<u8> {
    let (mut text, mut at, mut in_string) = (Vec::with_capacity(json.len()), 0, false);
    while at < json.len() {
        let rest = &json[at..];
        let number = [&b"-Infinity"[..], b"Infinity", b"NaN"]
            .into_iter()
            .find(|word| !in_string && rest.starts_with(word));
        match (rest[0], number) {
            (_, Some(word)) => {
                text.extend_from_slice(b"null");
                at += word.len();
                continue;
            }
            (b'\\', _) if in_string && rest.len() > 1 => {
                text.extend_from_slice(&rest[..2]);
                at += 2;
                continue;
            }
            (b'"', _) => {
                in_string = !in_string;
                text.push(b'"');
            }
            (byte @ 0..0x20, _) if in_string => {
                text.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
            }
            (byte, _) => text.push(byte),
        }
        at += 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(events: &[&[u8]]) -> String {
        let mut repair = Repair::default();
        let texts = events.iter().map(|event| {
            let json = repair.whole(event).into_owned();
            serde_json::from_slice::<String>(&json).unwrap_or_else(|error| format!("{error}"))
        });
        let texts: Vec<_> = texts.collect();
        texts.join("|")
    }

    #[test]
    fn an_emoji_split_over_two_texts_is_joined() {
        assert_eq!(repaired(&[br#""a\ud83d""#, br#""\ude00b""#]), "a|😀b");
        assert_eq!(repaired(&[br#""\uD83D""#, br#""""#, br#""\uDE00""#]), "||😀");
        assert_eq!(repaired(&[b"\"a\xf0\x9f\"", b"\"\x98\x80b\""]), "a|😀b");
        assert_eq!(repaired(&[b"\"\xe4\"", b"\"\xbd\xa0\xe5\xa5\xbd\""]), "|你好");
    }

    #[test]
    fn half_a_character_alone_is_replaced_and_the_rest_is_read() {
        assert_eq!(repaired(&[br#""a\ud83db""#]), "a\u{fffd}b");
        assert_eq!(repaired(&[br#""\ude00b""#]), "\u{fffd}b");
        assert_eq!(repaired(&[b"\"a\xffb\xf0\x9fc\""]), "a\u{fffd}b\u{fffd}c");
        assert_eq!(repaired(&[br#""\ud83d\ud83d\ude00""#]), "\u{fffd}😀");
    }

    #[test]
    fn whole_characters_stay_unchanged() {
        for json in [r#""\ud83d\ude00""#, r#""\\ud83d""#, r#""你好 \"x\" \\""#] {
            let expected: String = serde_json::from_str(json).unwrap_or_default();
            assert_eq!(repaired(&[json.as_bytes()]), expected);
        }
    }

    #[test]
    fn values_outside_json_become_null_and_control_characters_are_escaped() {
        let json = relaxed(b"{\"NaN\":NaN,\"a\":[-Infinity,Infinity],\"t\":\"one\ntwo\t\\\"NaN\"}");
        let value: serde_json::Value = serde_json::from_slice(&json).unwrap_or_default();
        let expected = serde_json::json!({ "NaN": null, "a": [null, null], "t": "one\ntwo\t\"NaN" });
        assert_eq!(value, expected);
    }
}
