//! The kind of a file, by its first bytes. File name and media type from the browser are ignored.

use hearth_types::FileTrouble;
use image::ImageFormat;

/// The kinds of file that Hearth reads.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    Picture(ImageFormat),
    Pdf,
    /// Neither of them; [`crate::text::decode`] finds out whether it is text.
    MaybeText,
}

impl Kind {
    /// The kind of a file that starts with these bytes; 4 KiB are enough.
    ///
    /// # Errors
    /// [`FileTrouble::Empty`], and [`FileTrouble::Heic`] for HEIC and AVIF pictures, which cannot be decoded.
    pub fn of(bytes: &[u8]) -> Result<Self, FileTrouble> {
        if bytes.is_empty() {
            return Err(FileTrouble::Empty);
        }
        if is_heic(bytes) {
            return Err(FileTrouble::Heic);
        }
        if bytes.starts_with(b"%PDF-") {
            return Ok(Self::Pdf);
        }
        match image::guess_format(bytes) {
            Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif)) => {
                Ok(Self::Picture(format))
            }
            Ok(_) | Err(_) => Ok(Self::MaybeText),
        }
    }
}

/// ISO base media files of HEIF (HEIC, AVIF): a box named "ftyp" with one of these brands.
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
    fn the_first_bytes_alone_decide_the_kind() {
        let of = Kind::of;
        assert_eq!(
            of(b"\xff\xd8\xff\xe0 the rest"),
            Ok(Kind::Picture(ImageFormat::Jpeg))
        );
        assert_eq!(of(b"\x89PNG\r\n\x1a\n"), Ok(Kind::Picture(ImageFormat::Png)));
        assert_eq!(of(b"%PDF-1.7\n"), Ok(Kind::Pdf));
        assert_eq!(of(b"<svg onload=alert(1)>"), Ok(Kind::MaybeText));
        assert_eq!(of(b"PK\x03\x04"), Ok(Kind::MaybeText));
        assert_eq!(of(b""), Err(FileTrouble::Empty));
        assert_eq!(of(b"\0\0\0\x18ftypheic\0\0\0\0"), Err(FileTrouble::Heic));
    }
}
