//! Conversations: send, open, list, rename, delete.
//!
//! Messages form a tree; what is shown is the branch from the root to the conversation's active leaf.

mod answer_now;
mod answers;
mod edit;
mod list;
mod open;
mod record;
pub(crate) mod send;
mod share;
pub(crate) mod summaries;
mod telling;

pub use list::PAGE_LENGTH;
pub use record::{Recorded, RecordedMessage};
pub use send::LONGEST_MESSAGE;

pub(crate) use open::keep_html;
