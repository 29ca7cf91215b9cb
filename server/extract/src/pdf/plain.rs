//! The text of a PDF by a reader in Rust, for builds without PDFium. It knows no predefined encodings of East Asian
//! text and no forms.

use super::pages::Pages;
use hearth_types::FileTrouble;
use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};

pub(super) fn read(bytes: &[u8], pages: &mut Pages) -> Result<(), FileTrouble> {
    let mut document = Document::load_mem(bytes).map_err(|_| FileTrouble::Broken)?;
    // Many PDFs are encrypted with an empty password only to forbid printing.
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(FileTrouble::Protected);
    }
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    pages.announce(u32::try_from(numbers.len()).unwrap_or(u32::MAX));
    for number in numbers {
        let text = page_text(&document, number);
        // A blank page counts as unread: this reader does not see what else is on a page.
        let unread = text.trim().is_empty();
        if pages.add(&text, unread).is_break() {
            break;
        }
    }
    Ok(())
}

/// The text of one page; empty if the page cannot be parsed.
fn page_text(document: &Document, number: u32) -> String {
    let mut text = String::new();
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let mut output = PlainTextOutput::new(&mut text);
        output_doc_page(document, &mut output, number)
    }));
    if parsed.is_err() {
        text.clear();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Page, pages, predefined};
    use hearth_types::PageRange;

    #[test]
    fn without_pdfium_latin_text_is_read_and_other_pages_are_reported() {
        let file = pages(&[
            Page::Text("First page"),
            Page::Picture,
            Page::Blank,
            Page::Text("Last page"),
        ]);
        let mut collected = Pages::new();
        read(&file, &mut collected).unwrap();
        assert_eq!(collected.read.text, "First page\n\x0c\x0c\x0cLast page\n\x0c");
        assert_eq!(collected.read.unread, [PageRange { first: 2, last: 3 }]);
    }

    #[test]
    fn without_pdfium_a_predefined_encoding_is_unread_instead_of_wrong() {
        let mut collected = Pages::new();
        read(
            &predefined("90ms-RKSJ-H", "Japan1", &[vec![0x82, 0xa0]]),
            &mut collected,
        )
        .unwrap();
        assert_eq!(collected.read.unread, [PageRange { first: 1, last: 1 }]);
    }
}
