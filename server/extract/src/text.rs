//! Plain text and source code in any common encoding.
//!
//! UTF-8 and UTF-16 with or without a byte order mark ([`utf16`]), and the encodings that systems used before Unicode
//! ([`legacy`]). Every step decodes strictly and refuses control characters, so that no binary file counts as text.

mod legacy;
mod utf16;

use hearth_types::FileTrouble;

/// Maximum text of one file, in bytes of UTF-8. A context window of 128,000 tokens holds a quarter of it.
pub const MAX_TEXT_BYTES: usize = 2 << 20;

/// Maximum size of a text file, in bytes: UTF-16 takes two bytes for an ASCII letter.
pub const MAX_TEXT_FILE_BYTES: u64 = 2 * MAX_TEXT_BYTES as u64;

/// Why a file above [`MAX_TEXT_FILE_BYTES`] is refused: its first bytes distinguish a long text from another kind.
#[must_use]
pub fn refuse_long_file(beginning: &[u8]) -> FileTrouble {
    // The last character may be cut off.
    let cuts = (0..LONGEST_CHARACTER).filter_map(|cut| beginning.get(..beginning.len().checked_sub(cut)?));
    if cuts.into_iter().any(|bytes| text_of(bytes).is_some()) {
        FileTrouble::TooLong
    } else {
        FileTrouble::UnknownKind
    }
}

/// Maximum bytes of a character in any supported encoding.
const LONGEST_CHARACTER: usize = 4;

/// Decodes text; line ends become `\n`.
///
/// # Errors
/// [`FileTrouble::UnknownKind`] for anything but text, [`FileTrouble::TooLong`] or [`FileTrouble::Empty`].
pub fn decode(bytes: &[u8]) -> Result<String, FileTrouble> {
    let text = text_of(bytes).ok_or(FileTrouble::UnknownKind)?;
    if text.len() > MAX_TEXT_BYTES {
        return Err(FileTrouble::TooLong);
    }
    if text.trim().is_empty() {
        return Err(FileTrouble::Empty);
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The text; none for another kind of file. Without a byte order mark, encodings are tried from the one that other
/// bytes match least often.
fn text_of(bytes: &[u8]) -> Option<String> {
    let marked = match bytes {
        [0xff, 0xfe, rest @ ..] => Some(utf16::decode(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(utf16::decode(rest, u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, rest @ ..] => Some(utf8(rest)),
        _ => None,
    };
    let text = marked.unwrap_or_else(|| {
        let whole = utf8(bytes).filter(|text| !text.chars().any(is_not_text));
        let whole = whole.map(legacy::with_escapes);
        whole
            .or_else(|| utf16::without_mark(bytes))
            .or_else(|| legacy::decode(bytes))
    });
    text.filter(|text| !text.chars().any(is_not_text))
}

fn utf8(bytes: &[u8]) -> Option<String> {
    Some(std::str::from_utf8(bytes).ok()?.to_owned())
}

/// Control characters that do not occur in text: a file with one is of another kind.
const fn is_not_text(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0e'..='\x1a' | '\x1c'..='\x1f' | '\x7f' | '\u{fffd}')
}

#[cfg(test)]
mod tests;
