//! One file or folder per page. A page asks the backend, then becomes HTML; [`guard`] decides who sees it.

pub mod conversation;
pub mod conversations;
pub mod error;
pub mod guard;
pub mod join;
pub mod memory;
pub mod models;
pub mod not_found;
pub mod people;
pub mod search;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod transfer;
pub mod wrong_host;
