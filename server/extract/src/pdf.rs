//! The text of a PDF. Runs only in the child process ([`crate::run_child`]).

use crate::text::MAX_TEXT_BYTES;
use hearth_types::FileTrouble;
use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use std::panic::{AssertUnwindSafe, catch_unwind};
use unicode_normalization::UnicodeNormalization;

/// The number of pages, and their text with a form feed after each page. Text stops before the page that would exceed
/// [`MAX_TEXT_BYTES`].
///
/// # Errors
/// [`FileTrouble::Broken`], or [`FileTrouble::Protected`] when a password is needed.
pub(crate) fn text(bytes: Vec<u8>) -> Result<(u32, String), FileTrouble> {
    let mut document = Document::load_mem(&bytes).map_err(|_| FileTrouble::Broken)?;
    drop(bytes);
    // Many PDFs are encrypted with an empty password only to forbid printing.
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
        if text.len() + page.len() >= MAX_TEXT_BYTES {
            break;
        }
        text.push_str(&page);
        text.push('\x0c');
    }
    Ok((u32::try_from(pages.len()).unwrap_or(u32::MAX), text))
}

/// The text of one page; empty if the page cannot be parsed. NFKC normalisation, because PDFs contain ligatures
/// ("ﬁ") and Chinese radicals in place of characters.
fn page_text(document: &Document, number: u32) -> String {
    let mut text = String::new();
    let parsed = catch_unwind(AssertUnwindSafe(|| {
        let mut output = PlainTextOutput::new(&mut text);
        output_doc_page(document, &mut output, number)
    }));
    if parsed.is_err() {
        text.clear();
    }
    let plain = text.nfkc().map(|c| match c {
        '\0' | '\x0c' => ' ',
        c => c,
    });
    let plain: String = plain.collect();
    let lines: Vec<&str> = plain.trim().lines().map(str::trim_end).collect();
    let mut joined = String::with_capacity(plain.len());
    let mut after_empty = false;
    for line in lines {
        // Several empty lines become one.
        if line.is_empty() && after_empty {
            continue;
        }
        after_empty = line.is_empty();
        joined.push_str(line);
        joined.push('\n');
    }
    joined
}
