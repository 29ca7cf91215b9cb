//! What the child prints: one line of JSON ([`Answer`]), then exactly the bytes that the line announces.

use hearth_types::FileTrouble;
use serde::{Deserialize, Serialize};

/// The first line of the child's output.
pub(crate) type Answer = Result<Header, FileTrouble>;

/// Describes the bytes that follow the line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Header {
    /// The picture, then its preview. Widths and heights in pixels; `bytes` and `preview` are lengths.
    Picture {
        png: bool,
        width: u32,
        height: u32,
        bytes: usize,
        preview: usize,
    },
    /// UTF-8 text; each page ends with a form feed.
    Pdf { pages: u32, bytes: usize },
}
