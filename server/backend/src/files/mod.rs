//! Attachments: pictures and files of a message.
//!
//! An upload becomes a row without a message ([`upload`]); sending gives it to the message ([`claim`]).
//! [`hearth_extract`] reads its bytes: a picture is re-encoded, so that only pixels are stored, and a text or PDF
//! becomes text ([`look`]). Bytes are stored in files named by their hash ([`store`]); a file is deleted with the last
//! row that refers to it ([`sweep`]).

mod insert;
mod look;
mod rows;
mod serve;
mod store;
mod sweep;
mod trouble;
mod upload;

pub use hearth_extract::MAX_FILE_BYTES;
pub use serve::StoredFile;
pub use upload::{Incoming, MOST_PER_MESSAGE};

pub(crate) use insert::OfMessage;
pub(crate) use look::READERS;
#[allow(unused_imports, reason = "for messages that branch off others")]
pub(crate) use rows::copy;
pub(crate) use rows::{claim, of_messages};
pub(crate) use store::FileStore;
pub(crate) use sweep::start_sweeper;
pub(crate) use trouble::disk;

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(crate) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("extract::text::decode", |text| { std::hint::black_box(hearth_extract::text::decode(text.as_bytes()).ok()); }),
];
