//! The text of a PDF. Runs only in the child process ([`crate::run_child`]).
//!
//! Three readers on the files that `testing.rs` makes; the hostile ones within the limits of the child. East Asian text
//! is in fonts that are not embedded and have no table to Unicode.
//!
//! | | pdf-extract 0.12 | pdf_oxide 0.3.78 | PDFium (pypdfium2 5.15.2) |
//! | --- | --- | --- | --- |
//! | language, crates | Rust, 72 | Rust, 170 | C++ of 8.3 MB (3.2 MB packed), 25 |
//! | 9 encodings of Chinese (6 simplified, 3 traditional) | none | all | all |
//! | 6 of Japanese: UCS2, UTF-16, Shift-JIS, EUC, JIS, numbers of characters | none | all | all |
//! | 3 of Korean | none | 1; 2 with wrong characters ("내일₿읜" for "내일 오후") | all |
//! | 2 of vertical text | none | none | all, but without a font of the system only by `vertical` |
//! | values of a form: text, boxes, choices | no | values without names, ticked boxes only | all, with names |
//! | whether a page without text is blank | no | – | yes |
//! | 5,000 pages | 16.6 s | 0.66 s | 0.17 s |
//! | one page of East Asian text | – | 0.3 ms | 5 ms |
//! | no table of offsets and no trailer | refused | read | refused |
//! | a form that draws itself, 3,000,000 saved states | ends the process | read as empty | ends the process |
//!
//! PDFium is chosen because it alone has no wrong characters, and because it can make pictures of pages later. It is a
//! C++ library, so only the child loads it, after which the child may open nothing; what ends the process ends only the
//! child. It needs no fonts of the system for text: its tables from predefined encodings to Unicode are built in. A
//! build without it ([`has_pdf_library`]) reads with pdf-extract.

mod library;
mod pages;
mod pdfium;
mod plain;
mod vertical;

pub use library::has_pdf_library;
pub(crate) use library::load;
pub(crate) use pages::Read;

use self::pages::Pages;
use hearth_types::FileTrouble;
use pdfium_render::prelude::Pdfium;

/// Reads a PDF.
///
/// # Errors
/// [`FileTrouble::Broken`], or [`FileTrouble::Protected`] when a password is needed.
pub(crate) fn read(library: Option<&Pdfium>, bytes: &[u8]) -> Result<Read, FileTrouble> {
    let mut pages = Pages::new();
    match library {
        Some(library) => pdfium::read(library, bytes, &mut pages)?,
        None => plain::read(bytes, &mut pages)?,
    }
    if pages.read.pages == 0 {
        return Err(FileTrouble::Broken);
    }
    Ok(pages.read)
}
