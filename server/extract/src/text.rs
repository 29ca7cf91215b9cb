//! Plain text and source code: UTF-8, or UTF-16 with a byte order mark.

use hearth_types::FileTrouble;

/// Maximum text of one file, in bytes of UTF-8. A context window of 128,000 tokens holds a quarter of it.
pub const MAX_TEXT_BYTES: usize = 2 << 20;

/// Maximum size of a text file, in bytes: UTF-16 takes two bytes for an ASCII letter.
pub const MAX_TEXT_FILE_BYTES: u64 = 2 * MAX_TEXT_BYTES as u64;

/// Why a file above [`MAX_TEXT_FILE_BYTES`] is refused: its first bytes distinguish a long text from another kind.
#[must_use]
pub fn refuse_long_file(beginning: &[u8]) -> FileTrouble {
    if String::from_utf8_lossy(beginning).chars().any(is_not_text) && !only_cut_at_the_end(beginning) {
        FileTrouble::UnknownKind
    } else {
        FileTrouble::TooLong
    }
}

/// Whether the bytes are text except for a character that is cut off at the end.
fn only_cut_at_the_end(beginning: &[u8]) -> bool {
    match std::str::from_utf8(beginning) {
        Ok(_) => false,
        Err(error) => {
            let (good, _) = beginning.split_at(error.valid_up_to());
            error.error_len().is_none() && !String::from_utf8_lossy(good).chars().any(is_not_text)
        }
    }
}

/// Decodes text; line ends become `\n`.
///
/// # Errors
/// [`FileTrouble::UnknownKind`] for anything but text, [`FileTrouble::TooLong`] or [`FileTrouble::Empty`].
pub fn decode(bytes: &[u8]) -> Result<String, FileTrouble> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest)?,
        bytes => utf8(bytes)?,
    };
    if text.chars().any(is_not_text) {
        return Err(FileTrouble::UnknownKind);
    }
    if text.len() > MAX_TEXT_BYTES {
        return Err(FileTrouble::TooLong);
    }
    if text.trim().is_empty() {
        return Err(FileTrouble::Empty);
    }
    Ok(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn utf8(bytes: &[u8]) -> Result<String, FileTrouble> {
    String::from_utf8(bytes.to_vec()).map_err(|_| FileTrouble::UnknownKind)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, FileTrouble> {
    let units: Vec<u16> = bytes
        .chunks(2)
        .map(|pair| unit([pair[0], pair.get(1).copied().unwrap_or(0)]))
        .collect();
    String::from_utf16(&units).map_err(|_| FileTrouble::UnknownKind)
}

/// Control characters that do not occur in text: a file with one is of another kind.
const fn is_not_text(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0e'..='\x1a' | '\x1c'..='\x1f' | '\x7f' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_are_read() {
        assert_eq!(decode("Grüße\r\nvon hier".as_bytes()).unwrap(), "Grüße\nvon hier");
        assert_eq!(decode(b"\xef\xbb\xbfhello").unwrap(), "hello");
        for (mark, bytes) in [
            ([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]),
            ([0xfe, 0xff], u16::to_be_bytes),
        ] {
            let encoded = "今天 today".encode_utf16().flat_map(bytes);
            let whole: Vec<u8> = mark.into_iter().chain(encoded).collect();
            assert_eq!(decode(&whole).unwrap(), "今天 today");
        }
    }

    #[test]
    fn other_bytes_are_refused_with_a_reason() {
        assert_eq!(decode(b"PK\x03\x04\x14\0"), Err(FileTrouble::UnknownKind));
        assert_eq!(decode(b"\xff\xfe\x00\xd8"), Err(FileTrouble::UnknownKind));
        assert_eq!(decode(b"caf\xe9"), Err(FileTrouble::UnknownKind));
        assert_eq!(decode(b" \n\n"), Err(FileTrouble::Empty));
        assert_eq!(decode(&vec![b'x'; MAX_TEXT_BYTES + 1]), Err(FileTrouble::TooLong));
        assert_eq!(refuse_long_file(&[b'x'; 4096]), FileTrouble::TooLong);
        assert_eq!(
            refuse_long_file(&"长".repeat(2000).as_bytes()[..4096]),
            FileTrouble::TooLong
        );
        assert_eq!(refuse_long_file(&[0; 4096]), FileTrouble::UnknownKind);
    }
}
