//! What a file is, by its first bytes. Its name and what the browser says of it are not asked.

use hearth_types::FileTrouble;
use image::ImageFormat;

/// What Hearth can take.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Picture(ImageFormat),
    Pdf,
    /// Anything else that turns out to be text.
    PerhapsText,
}

/// The kind of these bytes.
pub(super) fn of(bytes: &[u8]) -> Result<Kind, FileTrouble> {
    if bytes.is_empty() {
        return Err(FileTrouble::Empty);
    }
    if is_heic(bytes) {
        return Err(FileTrouble::Heic);
    }
    if bytes.starts_with(b"%PDF-") {
        return Ok(Kind::Pdf);
    }
    match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif)) => {
            Ok(Kind::Picture(format))
        }
        Ok(_) | Err(_) => Ok(Kind::PerhapsText),
    }
}

/// Apple's photos, and AV1's: a box named "ftyp" and one of these brands.
fn is_heic(bytes: &[u8]) -> bool {
    const BRANDS: [&[u8]; 9] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif",
    ];
    bytes.get(4..8) == Some(b"ftyp") && bytes.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide_and_nothing_else() {
        assert_eq!(
            of(b"\xff\xd8\xff\xe0 what follows"),
            Ok(Kind::Picture(ImageFormat::Jpeg))
        );
        assert_eq!(of(b"\x89PNG\r\n\x1a\n"), Ok(Kind::Picture(ImageFormat::Png)));
        assert_eq!(of(b"%PDF-1.7\n"), Ok(Kind::Pdf));
        assert_eq!(of(b"<svg onload=alert(1)>"), Ok(Kind::PerhapsText));
        assert_eq!(of(b"PK\x03\x04"), Ok(Kind::PerhapsText));
        assert_eq!(of(b""), Err(FileTrouble::Empty));
        assert_eq!(of(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(FileTrouble::Heic));
    }
}
