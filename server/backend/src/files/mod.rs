//! Pictures and files in a message.
//!
//! An upload becomes a row that belongs to nobody's message yet ([`upload`]); "Send" gives it to one
//! ([`claim`]). What it is, its own bytes say ([`kind`]), never its name. A picture is decoded within limits,
//! turned upright, shrunk and made anew, so that nothing but its pixels is kept ([`picture`]). A text is read
//! here ([`text`]); a PDF is read by a process of its own that can be killed ([`document`]). Bytes lie in files
//! named by their hash ([`store`]); a file goes when the last row that names it goes ([`sweep`]).

pub mod document;
mod insert;
mod kind;
mod look;
mod picture;
pub mod reader;
mod rows;
mod serve;
mod store;
mod sweep;
mod text;
mod upload;

pub use serve::StoredFile;
pub use upload::{Incoming, LONGEST_UPLOAD, MOST_PER_MESSAGE};

pub(crate) use insert::OfMessage;
pub(crate) use look::READERS;
#[allow(unused_imports, reason = "for messages that branch off others")]
pub(crate) use rows::copy;
pub(crate) use rows::{claim, of_messages};
pub(crate) use store::FileStore;
pub(crate) use sweep::start_sweeper;
pub(crate) use upload::disk;

use hearth_types::{FileTrouble, Problem};

pub(crate) const fn trouble(trouble: FileTrouble) -> crate::Error {
    crate::Error::Problem(Problem::File { trouble })
}
/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(crate) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("files::text::decode", |text| { std::hint::black_box(text::decode(text.as_bytes()).ok()); }),
];
