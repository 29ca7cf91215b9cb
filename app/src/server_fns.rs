//! What a page may ask of the server: check the sender, one backend call, map the error. One file per resource.
//!
//! Every function has an explicit address, so that both halves agree wherever they were built, and takes flat
//! urlencoded fields, so that a plain form can call it. A form is redirected afterwards, back to its page
//! unless the function says where; a caller that does not accept HTML gets JSON.

pub mod account;
pub mod answers;
pub mod attachments;
pub mod conversations;
pub mod drafts;
pub mod links;
pub mod memory;
pub mod messages;
pub mod models;
pub mod people;
pub mod session;
pub mod setup;
pub mod sharing;

use crate::failure::Failure;

/// The result of a server function.
pub type Reply<T> = Result<T, Failure>;
