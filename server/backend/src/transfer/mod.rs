//! Export and import of the archive: one file with all of a person's data.
//!
//! # The archive
//!
//! A zip file, for its person to read, and for another server to import:
//!
//! | file | content |
//! | --- | --- |
//! | `README.md` | an explanation in the person's language |
//! | `hearth.json` | [`format::Manifest`]: kind and version of the archive, and the counts |
//! | `conversations/DATE TITLE.md` | the shown branch, for reading |
//! | `conversations/DATE TITLE.json` | everything: [`format::ConversationHead`] with all [`format::ArchivedMessage`]s of all branches in the field `messages`, each after its parent |
//! | `memories.md`, `memories.json` | the memories: [`format::ArchivedMemory`]s in the field `memories` |
//! | `attachments/DATE TITLE/NAME` | the pictures and files of that conversation |
//!
//! Times are RFC 3339 with microseconds. Conversations, messages and memories have permanent ids: an imported one keeps
//! the id from the archive as its `origin_id`. So importing an archive twice, or on the server that made it, adds only
//! what is missing; an existing conversation or memory stays unchanged, even if the archive has more of it.
//!
//! # Content
//!
//! All of the person's own conversations, including shared ones with the other people's messages under their names,
//! and the person's memories. Not included: other people's conversations that are shared with the person; drafts and
//! uploads that were not sent; vectors, search columns, summaries and rendered pages (an import makes them again); the
//! record of what was recalled for an answer; lines that gather episodes, and which memory stands for which (an import
//! finds them again, but for what the person separated); settings; and secrets.
//!
//! Forgotten messages are included: they are on the person's pages, and the archive shows no less than those. They
//! carry `forgotten_at`, so that another server does not use them either.
//!
//! # Import
//!
//! The import treats an archive as hostile input ([`import`]). Nothing in it can refer to a path on the disk, a person,
//! a space or a row of this server. Every conversation is validated completely before any of it is stored, and stored
//! in one transaction. Texts over the limits (100,000 characters of a message, 200,000 of an answer) are cut and
//! counted in the report; an archive with an excessive compression ratio is refused.

pub mod export;
pub mod format;
pub mod import;
mod names;

pub use export::Export;
pub use import::{IncomingArchive, LONGEST_ARCHIVE};

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(crate) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("transfer::names::safe", |text| { std::hint::black_box(names::safe(text, "file")); }),
    ("transfer::names::safe_file", |text| { std::hint::black_box(names::safe_file(text, "file")); }),
    ("transfer::names::as_link", |text| { std::hint::black_box(names::as_link(text)); }),
    ("transfer::names::Taken", |text| { std::hint::black_box({ let mut taken = names::Taken::default(); (taken.give(text, ".md"), taken.give(text, ".md")) }); }),
    ("transfer::names::Taken, one name for 1,000", |text| { let mut taken = names::Taken::default(); for _ in 0..1_000 { taken.give(hearth_text::cut::beginning(text, 60), ".md"); } }),
];
