//! The child process itself: started, limited, and its answer read by the parent.

#![allow(clippy::unwrap_used)]

use hearth_extract::{
    Extracted, extract_in_child,
    testing::{Page, pages},
};
use hearth_types::FileTrouble;
use image::{ImageFormat, Rgb, RgbImage};
use std::{
    io::{Cursor, Write as _},
    path::Path,
};

async fn extract(bytes: &[u8]) -> Result<Extracted, FileTrouble> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_hearth-read-upload"));
    extract_in_child(Some(program), file.path()).await
}

#[tokio::test]
async fn a_picture_comes_back_with_its_size_and_a_preview() {
    let mut png = Cursor::new(Vec::new());
    RgbImage::from_pixel(640, 480, Rgb([10, 200, 90]))
        .write_to(&mut png, ImageFormat::Png)
        .unwrap();
    match extract(png.get_ref()).await {
        Ok(Extracted::Pictures(pictures)) => {
            let [picture] = &*pictures else {
                panic!("{} pictures", pictures.len());
            };
            assert_eq!(
                (picture.media_type, picture.width, picture.height),
                ("image/png", 640, 480)
            );
            assert_eq!(image::guess_format(&picture.preview).unwrap(), ImageFormat::Jpeg);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_pdf_comes_back_as_text_with_a_form_feed_after_each_page() {
    match extract(&pages(&[Page::Text("Biscuit is a dog")])).await {
        Ok(Extracted::Pdf { pages, text, .. }) => {
            assert_eq!((pages, text.as_str()), (1, "Biscuit is a dog\n\x0c"))
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn broken_and_foreign_files_are_refused_with_a_reason() {
    for (bytes, trouble) in [
        (b"\x89PNG\r\n\x1a\nnot one".as_slice(), FileTrouble::Broken),
        (b"%PDF-1.7", FileTrouble::Broken),
        (b"plain text", FileTrouble::UnknownKind),
        (b"", FileTrouble::Empty),
    ] {
        assert_eq!(extract(bytes).await.err(), Some(trouble), "{bytes:?}");
    }
}

#[tokio::test]
async fn a_program_that_prints_no_answer_counts_as_a_reached_limit() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let silent = extract_in_child(Some(Path::new("/bin/true")), file.path()).await;
    assert_eq!(silent.err(), Some(FileTrouble::TooMuch));
    let missing = extract_in_child(None, file.path()).await;
    assert_eq!(missing.err(), Some(FileTrouble::UnknownKind));
}
