//! Bytes of an uploaded file become something Hearth can keep: re-encoded pictures, or the text of a file.
//!
//! The bytes alone decide the kind of a file, never its name ([`Kind`]). Plain text is decoded in the caller's
//! process ([`text`]). Pictures and PDFs can expand a thousandfold, nest without end or crash a decoder, so they are
//! never parsed in the server: [`extract_in_child`] starts a child process for one file, and the child limits its
//! memory, processor time, open files and system calls before it reads a byte ([`run_child`]).
//!
//! This crate reads no database and knows no account; the caller stores what it returns.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a failed test may panic"))]

mod child;
mod kind;
mod parent;
mod pdf;
mod picture;
mod protocol;
mod sandbox;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
mod tiles;

pub use child::{SUBCOMMAND, run_child};
pub use kind::Kind;
pub use parent::{Extracted, Picture, extract_in_child};
pub use pdf::has_pdf_library;

/// Maximum size of one uploaded file, in bytes.
pub const MAX_FILE_BYTES: u64 = 25 << 20;
