//! The text of a PDF by PDFium: pages, filled forms, and text that was written onto a page afterwards.

use super::{pages::Pages, vertical::as_horizontal};
use hearth_types::FileTrouble;
use pdfium_render::prelude::*;

/// Characters of a page that has a scan and only a stamp or a page number beside it.
const MOST_OF_A_STAMP: usize = 100;

/// Share of the page that pictures of a scan cover.
const SCAN_COVERS: f32 = 0.5;

pub(super) fn read(pdfium: &Pdfium, bytes: &[u8], pages: &mut Pages) -> Result<(), FileTrouble> {
    let bytes = as_horizontal(bytes);
    let document = pdfium
        .load_pdf_from_byte_slice(&bytes, None)
        .map_err(|error| reason(&error))?;
    let all = document.pages();
    pages.announce(u32::try_from(all.len()).unwrap_or(0));
    let mut some = false;
    for index in 0..all.len() {
        let added = match all.get(index) {
            Ok(page) => {
                some = true;
                let text = page_text(&page);
                let unread = is_unread(&page, &text);
                pages.add(&(text + &written_onto(&page)), unread)
            }
            Err(_) => pages.add("", true),
        };
        if added.is_break() {
            break;
        }
    }
    if some { Ok(()) } else { Err(FileTrouble::Broken) }
}

const fn reason(error: &PdfiumError) -> FileTrouble {
    match error {
        PdfiumError::PdfiumLibraryInternalError(
            PdfiumInternalError::PasswordError | PdfiumInternalError::SecurityError,
        ) => FileTrouble::Protected,
        _ => FileTrouble::Broken,
    }
}

fn page_text(page: &PdfPage) -> String {
    let Ok(text) = page.text() else {
        return String::new();
    };
    let chars = text.chars();
    chars.iter().filter_map(|char| char.unicode_char()).collect()
}

/// Whether something is on the page that is no text: there is no text at all, or pictures cover the page and the text is
/// as short as a stamp. A blank page is read.
fn is_unread(page: &PdfPage, text: &str) -> bool {
    let letters = text.chars().filter(|c| !c.is_whitespace()).count();
    if letters == 0 {
        return !page.objects().is_empty();
    }
    letters <= MOST_OF_A_STAMP && covered(page) >= SCAN_COVERS
}

/// Share of the page that its largest picture covers, 0 to 1.
fn covered(page: &PdfPage) -> f32 {
    let all = page.width().value * page.height().value;
    let pictures = page.objects().iter().filter_map(|object| {
        let is_picture = object.object_type() == PdfPageObjectType::Image;
        let bounds = object.bounds().ok().filter(|_| is_picture)?;
        Some(bounds.width().value * bounds.height().value)
    });
    pictures.fold(0.0, f32::max) / all.max(1.0)
}

/// Filled fields as lines "name: value", ticked and empty boxes as "[x] name" and "[ ] name", and the text of comments
/// and of boxes that a program for signing puts onto a page.
fn written_onto(page: &PdfPage) -> String {
    let mut lines = String::new();
    for annotation in page.annotations().iter() {
        let line = match (annotation.as_form_field(), annotation.annotation_type()) {
            (Some(field), _) => field_line(field),
            (None, PdfPageAnnotationType::FreeText | PdfPageAnnotationType::Text) => annotation.contents(),
            _ => None,
        };
        if let Some(line) = line.filter(|line| !line.trim().is_empty()) {
            lines.push('\n');
            lines.push_str(&line);
        }
    }
    lines
}

fn field_line(field: &PdfFormField) -> Option<String> {
    let name = field.name().unwrap_or_default();
    let value = match field {
        PdfFormField::Text(field) if !field.is_password() => field.value(),
        PdfFormField::ComboBox(field) => field.value(),
        PdfFormField::ListBox(field) => field.value(),
        PdfFormField::Checkbox(_) => {
            let mark = if is_ticked(field) { 'x' } else { ' ' };
            return Some(format!("[{mark}] {name}"));
        }
        // A group has a button for each choice; its value is the name of the chosen one.
        PdfFormField::RadioButton(button) if is_ticked(field) => button.group_value(),
        _ => None,
    };
    let value = value.filter(|value| !value.trim().is_empty())?;
    Some(if name.is_empty() {
        value
    } else {
        format!("{name}: {value}")
    })
}

/// The state of a box or button is the name of its picture. Any other than "Off" is on.
fn is_ticked(field: &PdfFormField) -> bool {
    let state = field.appearance_stream();
    state.is_some_and(|state| !matches!(state.trim_start_matches('/'), "" | "Off"))
}
