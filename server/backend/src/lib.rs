//! All behaviour of Hearth and all of its SQL; no HTTP, no pages.
//!
//! [`Backend`] offers accounts, the house's models, and [`Backend::for_user`]: the only way to words.
//! A [`UserBackend`] names its person to PostgreSQL in every transaction, and the policies there refuse
//! everybody else's rows even where a query forgot to.
//!
//! The way of one message: [`conversations::send`] stores it with its empty answer and its place in the
//! queue; [`queue`] lets people take turns; [`turn::run_turn`] takes the six steps; [`events`] tells every
//! open tab; [`jobs`] does what can wait.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may stop where it stands"))]

pub mod conversations;
pub mod error;
pub mod evaluation;
pub mod events;
pub mod files;
pub mod memory;
pub mod models;
pub mod people;
pub mod quota;
pub mod retrieval;
pub mod search;
pub mod spaces;
pub mod speech;
pub mod storage;
#[cfg(feature = "testing")]
pub mod testing;
pub mod transfer;
pub mod turn;
pub mod work;

mod backend;
#[cfg(test)]
mod hostile_text;
mod instance;
mod limits;
pub(crate) mod text;

pub use backend::{Backend, Config, UserBackend};
pub use error::{Error, Result};
