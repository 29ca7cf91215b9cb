//! What must be alive in the browser; all else is HTML.
//!
//! An island is complete HTML before it wakes: its forms post and its text reads without scripts. Awake, it
//! hears the one event stream of the tab and changes only what changed.

pub mod browser;
pub mod conversation;
pub mod message_tools;
pub mod model_server_watch;
pub mod pull_progress;
pub mod voice;
pub mod words;
