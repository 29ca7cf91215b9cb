//! What the child prints: one line of JSON ([`Answer`]), then exactly the bytes that the line announces.

use hearth_types::{FileTrouble, PageRange};
use serde::{Deserialize, Serialize};

/// The first line of the child's output.
pub(crate) type Answer = Result<Header, FileTrouble>;

/// Describes the bytes that follow the line.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Header {
    /// Each picture, followed by its preview.
    Pictures(Vec<PictureHeader>),
    /// UTF-8 text; each page ends with a form feed.
    Pdf {
        pages: u32,
        bytes: usize,
        unread: Vec<PageRange>,
    },
}

/// Describes one picture. Width and height in pixels; `bytes` and `preview` are lengths.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PictureHeader {
    pub png: bool,
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
    pub preview: usize,
}
