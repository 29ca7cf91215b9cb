//! A conversation: the page that begins one, and the page of one that exists.
//!
//! What is settled is HTML from here and never changes in the browser. From the first unfinished answer on the
//! turns belong to the island `ConversationLive`, which is complete HTML too until it is hydrated.

mod below;
mod composer;
mod header;
mod new;
mod open;
mod sharing;

pub use new::NewConversation;
pub use open::OpenConversation;
