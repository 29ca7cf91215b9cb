//! Conversations: send, open, list, rename, share, delete.
//!
//! Messages form a tree; the shown branch leads from the root to the conversation's active leaf.

mod answer_now;
mod answers;
mod branches;
mod delete;
mod drafts;
mod edit;
mod list;
mod messages;
mod notify;
mod open;
pub(crate) mod send;
mod share;
mod subscription;
mod temporary;
mod window;

pub use delete::Left;
pub use list::PAGE_LENGTH;
pub use send::LONGEST_MESSAGE;
pub use temporary::KEPT_FOR;

pub(crate) use messages::cache_html;
pub(crate) use temporary::start_sweeper;
