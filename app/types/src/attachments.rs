//! Pictures and files that belong to a message.

use crate::AttachmentId;
use serde::{Deserialize, Serialize};

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
