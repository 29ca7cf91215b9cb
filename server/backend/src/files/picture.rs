//! A picture is encoded again: decoded within limits, shrunk, turned upright, and written without anything but its
//! pixels. What a camera noted about place, time and owner is not kept anywhere. Of a picture that moves, the first
//! frame is kept. Only ever called in the process of [`super::reader`].

use hearth_types::FileTrouble;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::jpeg::JpegEncoder,
};
use std::io::Cursor;

/// The longest side that a model gets; more says nothing more to it and costs memory and time.
const LONGEST_SIDE: u32 = 1600;

/// The longest side of what a page shows: 15 rem, on a screen of two pixels to the point.
const PREVIEW_SIDE: u32 = 480;

/// What is decoded at most; the largest photos of phones have 50 million.
const MOST_PIXELS: u64 = 64_000_000;

/// What one decoder may take.
const MOST_MEMORY: u64 = 400 << 20;

/// A drawing or a screenshot stays sharp as a PNG of at most this size.
const LARGEST_PNG: usize = 1 << 20;

/// A picture as Hearth keeps it.
pub(super) struct Picture {
    pub bytes: Vec<u8>,
    /// Whether they are a PNG; else a JPEG.
    pub png: bool,
    pub width: u32,
    pub height: u32,
    /// A small JPEG.
    pub preview: Vec<u8>,
}

/// Decodes the picture and encodes it again.
pub(super) fn remake(bytes: &[u8], format: ImageFormat) -> Result<Picture, FileTrouble> {
    let picture = decode(bytes, format)?;
    let lossless = matches!(format, ImageFormat::Png | ImageFormat::Gif);
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

fn decode(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, FileTrouble> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| reason(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(FileTrouble::Broken);
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(FileTrouble::TooManyPixels);
    }
    // A note of the camera that cannot be read turns nothing.
    let orientation = decoder.orientation().ok();
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| reason(&error))?;
    let mut picture = shrunk(picture, LONGEST_SIDE);
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok(if picture.color().has_alpha() {
        DynamicImage::ImageRgba8(picture.into_rgba8())
    } else {
        DynamicImage::ImageRgb8(picture.into_rgb8())
    })
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

/// None when it is too large as one.
fn png(picture: &DynamicImage) -> Result<Option<Vec<u8>>, FileTrouble> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|error| reason(&error))?;
    Ok(Some(bytes.into_inner()).filter(|bytes| bytes.len() <= LARGEST_PNG))
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, FileTrouble> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .encode_image(&on_white(picture))
        .map_err(|error| reason(&error))?;
    Ok(bytes)
}

/// A JPEG has no transparency: what shows through is paper.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let see_through = picture.to_rgba8();
    let mut paper = RgbImage::new(see_through.width(), see_through.height());
    for (from, to) in see_through.pixels().zip(paper.pixels_mut()) {
        let alpha = u32::from(from[3]);
        for channel in 0..3 {
            let mixed = (u32::from(from[channel]) * alpha + 255 * (255 - alpha)) / 255;
            to[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    paper
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

    /// What a camera writes: turned by 90 degrees, with a place in it.
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

    #[test]
    fn a_photo_is_shrunk_turned_upright_and_says_nothing_but_its_pixels() {
        let taken = photo(3200, 2400, 6);
        assert!(taken.windows(11).any(|part| part == b"SecretPlace"));
        let kept = remake(&taken, ImageFormat::Jpeg).unwrap();
        assert_eq!((kept.width, kept.height), (1200, 1600));
        for bytes in [&kept.bytes, &kept.preview] {
            assert!(
                !bytes
                    .windows(6)
                    .any(|part| part == b"Secret" || part == b"Exif\0\0")
            );
        }
        // Turned by 90 degrees clockwise, what was left is on top.
        let upright = image::load_from_memory(&kept.bytes).unwrap().into_rgb8();
        assert!(upright.get_pixel(600, 100)[0] > 150 && upright.get_pixel(600, 1500)[2] > 150);
        let preview = image::load_from_memory(&kept.preview).unwrap();
        assert_eq!((preview.width(), preview.height()), (360, 480));
    }

    #[test]
    fn a_screenshot_stays_sharp_and_a_small_one_keeps_its_size() {
        let mut bytes = Cursor::new(Vec::new());
        two_halves(640, 400)
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let kept = remake(bytes.get_ref(), ImageFormat::Png).unwrap();
        assert_eq!((kept.png, kept.width, kept.height), (true, 640, 400));
        let pixels = image::load_from_memory(&kept.bytes).unwrap().into_rgb8();
        assert_eq!(pixels.get_pixel(0, 0), &Rgb([220, 20, 20]));
    }

    #[test]
    fn what_shows_through_is_white_in_a_preview() {
        let mut bytes = Cursor::new(Vec::new());
        RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0]))
            .write_to(&mut bytes, ImageFormat::Png)
            .unwrap();
        let kept = remake(bytes.get_ref(), ImageFormat::Png).unwrap();
        let preview = image::load_from_memory(&kept.preview).unwrap().into_rgb8();
        assert!(preview.pixels().all(|pixel| pixel[0] > 250));
    }

    #[test]
    fn bombs_and_wrong_bytes_are_refused_before_they_are_decoded() {
        // A PNG that says it is 60,000 pixels on each side, in 60 bytes.
        let mut bomb = Vec::new();
        image::codecs::png::PngEncoder::new(&mut bomb)
            .write_image(&[0], 1, 1, image::ExtendedColorType::L8)
            .unwrap();
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let checksum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
        assert_eq!(
            remake(&bomb, ImageFormat::Png).err(),
            Some(FileTrouble::TooManyPixels)
        );
        let cut = &photo(64, 64, 1)[..200];
        assert_eq!(remake(cut, ImageFormat::Jpeg).err(), Some(FileTrouble::Broken));
        assert_eq!(
            remake(b"GIF89a<script>alert(1)</script>", ImageFormat::Gif).err(),
            Some(FileTrouble::TooManyPixels),
            "its letters, read as a size"
        );
    }

    /// PNG's checksum.
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
