//! Pictures and files that belong to a message.

use crate::AttachmentId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A picture or file, whether sent or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    pub kind: AttachmentKind,
    /// File name on the person's device, without a path: untrusted text, only displayed.
    pub name: String,
    /// Size of the stored form: a picture is smaller than the photo it was made of.
    pub size_bytes: u64,
    /// A picture's width in pixels, upright; 0 for a file.
    pub width: u32,
    /// A picture's height in pixels, upright; 0 for a file.
    pub height: u32,
    /// Pages of a PDF, lines of a text; 0 for a picture.
    pub length: u32,
    /// Pages of a PDF that are pictures without text, such as scans: nothing of them is read.
    #[serde(default)]
    pub unread_pages: Vec<PageRange>,
}

/// Pages from `first` to `last`, both included; the first page of a document is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRange {
    pub first: u32,
    pub last: u32,
}

impl fmt::Display for PageRange {
    /// "7" or "2–4".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { first, last } if first == last => write!(f, "{first}"),
            Self { first, last } => write!(f, "{first}–{last}"),
        }
    }
}

/// Kind of an attachment, determined from its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// Re-encoded by Hearth: upright, without metadata.
    Picture,
    /// Text or code.
    Text,
    Pdf,
}

/// A file of which the model read only the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutFile {
    pub name: String,
    pub kind: AttachmentKind,
    /// Omitted pages of a PDF, or lines of a text, at the end.
    pub left_out: u32,
}
