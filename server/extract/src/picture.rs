//! Pictures are decoded within limits, shrunk, turned upright, and encoded again. Only pixels are kept: metadata of
//! the camera (place, time, owner) is dropped. An animation becomes its first frame. A very long picture becomes several
//! ([`crate::tiles`]). Runs only in the child process ([`crate::run_child`]).

use crate::{
    protocol::PictureHeader,
    tiles::{self, Cut, LONGEST_SIDE},
};
use hearth_types::FileTrouble;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::jpeg::JpegEncoder,
};
use std::io::Cursor;

/// Longest side of a preview, in pixels: 15 rem on a screen with two device pixels per CSS pixel.
const PREVIEW_SIDE: u32 = 480;

/// Maximum number of pixels to decode. The largest photos of phones have 50 million.
const MAX_PIXELS: u64 = 64_000_000;

/// Maximum allocation of a decoder, in bytes.
const MAX_MEMORY: u64 = 400 << 20;

/// Maximum size of a kept PNG, in bytes. Drawings and screenshots stay lossless up to it; larger ones become JPEGs.
const MAX_PNG_BYTES: usize = 1 << 20;

/// A picture as Hearth keeps it.
pub(crate) struct Picture {
    pub bytes: Vec<u8>,
    /// Whether `bytes` are a PNG; otherwise a JPEG.
    pub png: bool,
    pub width: u32,
    pub height: u32,
    /// A small JPEG.
    pub preview: Vec<u8>,
}

impl Picture {
    pub fn header(&self) -> PictureHeader {
        PictureHeader {
            png: self.png,
            width: self.width,
            height: self.height,
            bytes: self.bytes.len(),
            preview: self.preview.len(),
        }
    }
}

/// Decodes a picture and encodes it again: one picture, or the parts of a very long one in order.
///
/// # Errors
/// [`FileTrouble::Broken`], [`FileTrouble::TooManyPixels`] or [`FileTrouble::TooNarrow`].
pub(crate) fn reencode(bytes: &[u8], format: ImageFormat) -> Result<Vec<Picture>, FileTrouble> {
    let (picture, cut) = decode(bytes, format)?;
    let lossless = matches!(format, ImageFormat::Png | ImageFormat::Gif);
    let Some(cut) = cut else {
        return Ok(vec![encode(picture, lossless)?]);
    };
    let (width, height) = (picture.width(), picture.height());
    let parts = tiles::ranges(width.max(height), cut.parts).map(|(begin, length)| {
        let part = if width < height {
            picture.crop_imm(0, begin, width, length)
        } else {
            picture.crop_imm(begin, 0, length, height)
        };
        encode(part, lossless)
    });
    parts.collect()
}

fn encode(picture: DynamicImage, lossless: bool) -> Result<Picture, FileTrouble> {
    let png = if lossless { png(&picture)? } else { None };
    let (bytes, png) = match png {
        Some(bytes) => (bytes, true),
        None => (jpeg(&picture, 85)?, false),
    };
    Ok(Picture {
        bytes,
        png,
        width: picture.width(),
        height: picture.height(),
        preview: jpeg(&shrunk(picture, PREVIEW_SIDE), 78)?,
    })
}

/// The upright picture, small enough to be kept, or to be cut into parts.
fn decode(bytes: &[u8], format: ImageFormat) -> Result<(DynamicImage, Option<Cut>), FileTrouble> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(FileTrouble::Broken);
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(FileTrouble::TooManyPixels);
    }
    let cut = tiles::cut(width, height)?;
    // An unreadable orientation is ignored.
    let orientation = decoder.orientation().ok();
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
    let mut picture = match cut {
        Some(cut) if cut.width < width => picture.thumbnail_exact(cut.width, cut.height),
        Some(_) => picture,
        None => shrunk(picture, LONGEST_SIDE),
    };
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    let picture = if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    };
    Ok((picture, cut))
}

const fn reason(error: &ImageError) -> FileTrouble {
    match error {
        ImageError::Limits(_) => FileTrouble::TooManyPixels,
        _ => FileTrouble::Broken,
    }
}

fn shrunk(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width().max(picture.height()) <= side {
        return picture;
    }
    picture.thumbnail(side, side)
}

/// None when the PNG exceeds [`MAX_PNG_BYTES`].
fn png(picture: &DynamicImage) -> Result<Option<Vec<u8>>, FileTrouble> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|error| reason(&error))?;
    Ok(Some(bytes.into_inner()).filter(|bytes| bytes.len() <= MAX_PNG_BYTES))
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, FileTrouble> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&on_white(picture))
        .map_err(|error| reason(&error))?;
    Ok(bytes)
}

/// JPEG has no transparency: blends the picture with white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let transparent = picture.to_rgba8();
    let mut white = RgbImage::new(transparent.width(), transparent.height());
    for (from, to) in transparent.pixels().zip(white.pixels_mut()) {
        let alpha = u32::from(from[3]);
        for channel in 0..3 {
            let mixed = (u32::from(from[channel]) * alpha + 255 * (255 - alpha)) / 255;
            to[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    white
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageEncoder, Rgb, Rgba, RgbaImage};

    /// Left half red, right half blue.
    fn two_halves(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 {
                Rgb([220, 20, 20])
            } else {
                Rgb([20, 20, 220])
            }
        })
    }

    /// EXIF metadata with an orientation and a place.
    fn exif(orientation: u8) -> Vec<u8> {
        let mut exif = b"MM\0\x2a\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.push(orientation);
        exif.extend(b"\0\0\x01\x0f\0\x02\0\0\0\x0c\0\0\0\x26\0\0\0\0SecretPlace\0");
        exif
    }

    fn photo(width: u32, height: u32, orientation: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 90);
        encoder.set_exif_metadata(exif(orientation)).unwrap();
        encoder.encode_image(&two_halves(width, height)).unwrap();
        bytes
    }

    fn only(bytes: &[u8], format: ImageFormat) -> Picture {
        let mut pictures = reencode(bytes, format).unwrap();
        assert_eq!(pictures.len(), 1);
        pictures.remove(0)
    }

    #[test]
    fn a_photo_is_shrunk_turned_upright_and_loses_its_metadata() {
        let taken = photo(3200, 2400, 6);
        assert!(taken.windows(11).any(|part| part == b"SecretPlace"));
        let kept = only(&taken, ImageFormat::Jpeg);
        assert_eq!((kept.width, kept.height), (1200, 1600));
        for bytes in [&kept.bytes, &kept.preview] {
            assert!(
                !bytes
                    .windows(6)
                    .any(|part| part == b"Secret" || part == b"Exif\0\0")
            );
        }
        // After a turn of 90 degrees clockwise the left half is on top.
        let upright = image::load_from_memory(&kept.bytes).unwrap().into_rgb8();
        assert!(upright.get_pixel(600, 100)[0] > 150 && upright.get_pixel(600, 1500)[2] > 150);
        let preview = image::load_from_memory(&kept.preview).unwrap();
        assert_eq!((preview.width(), preview.height()), (360, 480));
    }

    #[test]
    fn a_small_screenshot_stays_lossless_and_keeps_its_size() {
        let mut bytes = Cursor::new(Vec::new());
        two_halves(640, 400)
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let kept = only(bytes.get_ref(), ImageFormat::Png);
        assert_eq!((kept.png, kept.width, kept.height), (true, 640, 400));
        let pixels = image::load_from_memory(&kept.bytes).unwrap().into_rgb8();
        assert_eq!(pixels.get_pixel(0, 0), &Rgb([220, 20, 20]));
    }

    /// Rows of equal height in shades of grey, from dark to light.
    fn rows(width: u32, height: u32, rows: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::from_fn(width, height, |_, y| {
            let shade = u8::try_from(20 + y * rows / height * 200 / rows).unwrap();
            Rgb([shade, shade, shade])
        })
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_long_screenshot_becomes_readable_parts_in_order() {
        let parts = reencode(&rows(1080, 20_000, 10), ImageFormat::Png).unwrap();
        assert_eq!(parts.len(), 6);
        let mut last = 0;
        for part in &parts {
            assert_eq!((part.width, part.height), (501, 1600));
            let pixels = image::load_from_memory(&part.bytes).unwrap().into_rgb8();
            let (top, bottom) = (pixels.get_pixel(250, 10)[0], pixels.get_pixel(250, 1590)[0]);
            assert!(top < bottom && last < bottom, "{last} {top} {bottom}");
            last = bottom;
            assert!(image::load_from_memory(&part.preview).unwrap().height() <= PREVIEW_SIDE);
        }
    }

    #[test]
    fn a_turned_long_picture_is_cut_along_its_longer_side() {
        let parts = reencode(&photo(8000, 1000, 6), ImageFormat::Jpeg).unwrap();
        let sizes: Vec<_> = parts.iter().map(|part| (part.width, part.height)).collect();
        assert_eq!(sizes, [(776, 1600); 4]);
        let first = image::load_from_memory(&parts[0].bytes).unwrap().into_rgb8();
        let last = image::load_from_memory(&parts[3].bytes).unwrap().into_rgb8();
        // The left half of the photo is red; after a turn clockwise it is on top.
        assert!(first.get_pixel(300, 800)[0] > 150 && last.get_pixel(300, 800)[2] > 150);
    }

    #[test]
    fn transparent_pixels_are_white_in_a_preview() {
        let mut bytes = Cursor::new(Vec::new());
        RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]))
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let kept = only(bytes.get_ref(), ImageFormat::Png);
        let preview = image::load_from_memory(&kept.preview).unwrap().into_rgb8();
        assert!(preview.pixels().all(|pixel| pixel[0] > 250));
    }

    #[test]
    fn decompression_bombs_and_wrong_bytes_are_refused_before_decoding() {
        // A PNG of 60 bytes that claims 60,000 × 60,000 pixels.
        let mut bomb = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bomb)
            .write_image(&[0], 1, 1, image::ExtendedColorType::L8)
            .unwrap();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(
            reencode(&bomb, ImageFormat::Png).err(),
            Some(FileTrouble::TooManyPixels)
        );
        let cut = &photo(64, 64, 1)[..200];
        assert_eq!(reencode(cut, ImageFormat::Jpeg).err(), Some(FileTrouble::Broken));
        assert_eq!(
            reencode(b"GIF89a<script>alert(1)</script>", ImageFormat::Gif).err(),
            Some(FileTrouble::TooManyPixels),
            "the text is read as width and height"
        );
    }

    /// CRC-32 of a PNG chunk.
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
                if sum & 1 == 1 {
                    (sum >> 1) ^ 0xedb8_8320
                } else {
                    sum >> 1
                }
            })
        })
    }
}
