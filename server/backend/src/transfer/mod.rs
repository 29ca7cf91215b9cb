//! A person's words as one file that they can take away: the archive, made by an export and read by an import.
//!
//! # The archive
//!
//! A zip file, made to be read by its person first and by another Hearth second:
//!
//! | file | what it is |
//! | --- | --- |
//! | `README.md` | what this is, in the person's language |
//! | `hearth.json` | [`format::Manifest`]: kind and version of the archive, and the counts |
//! | `conversations/DATE TITLE.md` | the branch that is shown, to read |
//! | `conversations/DATE TITLE.json` | everything: [`format::ConversationHead`] with all [`format::ArchivedMessage`]s of all branches in the field `messages`, each after its parent |
//! | `memories.md`, `memories.json` | what Hearth keeps about the person: [`format::ArchivedMemory`]s in the field `memories` |
//! | `attachments/DATE TITLE/NAME` | the pictures and files of that conversation |
//!
//! Times are RFC 3339 with microseconds. A thing is named by an id that it keeps: where it came with an import, the
//! one that it had in the archive (`origin_id`). So an archive that is imported twice, or that comes home again,
//! adds what is not there and nothing else; what is there is left as it is, also when the archive has more of it.
//!
//! # What is in it
//!
//! All conversations that are the person's own, the shared ones with what others wrote in them under their names,
//! and their memories. Not in it: conversations that somebody else shared with them, drafts and uploads that were
//! not sent, vectors and search columns (made anew), summaries and rendered pages (made anew), the traces of what
//! was recalled for an answer, settings, and secrets.
//!
//! What the person asked Hearth to forget is in it: it is on their pages, and an archive that showed less than those
//! would not be all of their words. It carries `forgotten_at`, so that another Hearth uses it for nothing either.
//!
//! # How it is read
//!
//! As if an enemy had written it ([`import`]). Nothing in it names a place on the disk, a person, a space or a row
//! of this house. Every conversation is looked at whole before anything of it is stored, and stored in one
//! transaction. What is longer than Hearth keeps (100,000 characters of a message, 200,000 of an answer) is cut and
//! counted in the report; what unpacks to far more than it is, is refused.

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
