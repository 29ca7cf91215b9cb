//! Collects the text of a document's pages within limits, whichever library reads them.

use crate::text::MAX_TEXT_BYTES;
use hearth_types::PageRange;
use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};
use unicode_normalization::UnicodeNormalization;

/// Time after which no further page is read. The limits of the child come later, and would lose the pages read so far.
const TIME: Duration = Duration::from_secs(9);

/// Maximum ranges of unread pages that are reported.
const MOST_RANGES: usize = 500;

/// What was read of a PDF.
pub(crate) struct Read {
    pub pages: u32,
    /// Each page ends with a form feed. It stops before the page that would exceed [`MAX_TEXT_BYTES`] or [`TIME`].
    pub text: String,
    /// Pages of which nothing was read although they are not blank, in order.
    pub unread: Vec<PageRange>,
}

/// Collects pages within limits.
pub(super) struct Pages {
    pub read: Read,
    /// Number of the last page.
    last: u32,
    started: Instant,
}

impl Pages {
    pub fn new() -> Self {
        let (text, unread) = (String::new(), Vec::new());
        let read = Read {
            pages: 0,
            text,
            unread,
        };
        Self {
            read,
            last: 0,
            started: Instant::now(),
        }
    }

    /// Sets the number of pages of the document.
    pub const fn announce(&mut self, pages: u32) {
        self.read.pages = pages;
    }

    /// Adds the next page; `unread` if something on it is no text. Breaks when a limit is reached, before the page.
    pub fn add(&mut self, text: &str, unread: bool) -> ControlFlow<()> {
        let text = cleaned(text);
        if self.read.text.len() + text.len() >= MAX_TEXT_BYTES || self.started.elapsed() > TIME {
            return ControlFlow::Break(());
        }
        self.last += 1;
        if unread {
            add_page(&mut self.read.unread, self.last);
        }
        self.read.text.push_str(&text);
        self.read.text.push('\x0c');
        ControlFlow::Continue(())
    }
}

fn add_page(ranges: &mut Vec<PageRange>, page: u32) {
    let full = ranges.len() == MOST_RANGES;
    match ranges.last_mut() {
        Some(range) if range.last + 1 == page => range.last = page,
        _ if full => {}
        _ => ranges.push(PageRange {
            first: page,
            last: page,
        }),
    }
}

/// NFKC normalisation, because PDFs contain ligatures ("ﬁ") and Chinese radicals in place of characters. Several empty
/// lines become one. A hyphen that PDFium took for the end of a line (U+0002) is dropped, and other control characters
/// are spaces.
fn cleaned(text: &str) -> String {
    let plain = text.nfkc().filter(|c| !matches!(c, '\x02' | '\r' | '\u{ad}'));
    let plain: String = plain
        .map(|c| {
            if c != '\n' && c.is_control() || c == '\u{fffe}' {
                ' '
            } else {
                c
            }
        })
        .collect();
    let mut joined = String::with_capacity(plain.len());
    let mut after_empty = false;
    for line in plain.trim().lines().map(str::trim_end) {
        if line.is_empty() && after_empty {
            continue;
        }
        after_empty = line.is_empty();
        joined.push_str(line);
        joined.push('\n');
    }
    joined
}
