//! What is hydrated in the browser; the rest of a page is plain HTML.
//!
//! An island is complete HTML before it is hydrated: its forms can be posted and its text read without scripts.
//! Hydrated, it listens to the one event stream of the tab and changes only what changed.

pub mod conversation;
pub mod message_tools;
pub mod model_server_watch;
pub mod pull_progress;
mod session;
pub mod voice;
