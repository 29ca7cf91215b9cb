//! The text of a PDF; only ever read in the process of [`super::reader`].

use super::text::LONGEST;
use hearth_types::FileTrouble;
use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};
use unicode_normalization::UnicodeNormalization;

/// The number of pages and their text, each page ended by a form feed; what is longer than a file's text may be is
/// left out, whole pages at a time.
pub(super) fn read(bytes: Vec<u8>) -> Result<(u32, String), FileTrouble> {
    let mut document = Document::load_mem(&bytes).map_err(|_| FileTrouble::Broken)?;
    drop(bytes);
    // Many are encrypted with an empty password, only so that a reader may forbid printing.
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(FileTrouble::Protected);
    }
    let pages = document.get_pages();
    if pages.is_empty() {
        return Err(FileTrouble::Broken);
    }
    let mut text = String::new();
    for number in pages.keys() {
        let page = page_text(&document, *number);
        if text.len() + page.len() >= LONGEST {
            break;
        }
        text.push_str(&page);
        text.push('\x0c');
    }
    Ok((u32::try_from(pages.len()).unwrap_or(u32::MAX), text))
}

/// A page that cannot be read is empty; the others are not. Letters as they are typed: a PDF draws "fi" as one
/// sign, and Chinese characters as their radicals.
fn page_text(document: &Document, number: u32) -> String {
    let mut text = String::new();
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        let mut output = PlainTextOutput::new(&mut text);
        output_doc_page(document, &mut output, number)
    }));
    if drawn.is_err() {
        text.clear();
    }
    let plain = text.nfkc().map(|c| match c {
        '\0' | '\x0c' => ' ',
        c => c,
    });
    let plain: String = plain.collect();
    let lines: Vec<&str> = plain.trim().lines().map(str::trim_end).collect();
    let mut joined = String::with_capacity(plain.len());
    let mut empty = false;
    for line in lines {
        // One empty line separates paragraphs as well as five.
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        joined.push_str(line);
        joined.push('\n');
    }
    joined
}
