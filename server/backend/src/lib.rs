//! All behaviour of Hearth and all of its SQL; no HTTP, no pages.
//!
//! [`Backend`] offers accounts, the models, and [`Backend::for_user`]: the only way to words. A [`UserBackend`] names its
//! person to PostgreSQL in every transaction, and the policies there refuse other people's rows even where a query forgot
//! to.
//!
//! The way of one message: `conversations` stores it with its empty answer and its place in the queue; `work` lets people
//! take turns; `turn` takes the six steps; `events` announces the answer to every open tab; jobs do what can wait.
//!
//! # Floors
//!
//! The rooms from the top floor down. A room uses only rooms on floors below its own; the test `structure` reads the
//! `crate::` paths, the state and the methods that each file uses against this list. What a lower room needs of a higher
//! one is a function that `backend` hands it.
//!
//! ```text
//! backend evaluation testing    the place where everything is put together, and what benches and tests need
//! transfer                      export and import of everything that is a person's own
//! turn                          the six steps of an answer, with its title and summaries
//! conversations                 send, open, list, branches, sharing
//! memory                        statements: facts, commands, the profile, forgetting
//! search speech
//! retrieval                     passages, vectors, recall
//! work                          the queue of answers and the jobs: doors, runners, leases
//! models                        endpoints, catalogue, choice, pulls
//! people files                  accounts and sessions; stored files
//! spaces                        membership and scope
//! events limits quota
//! storage instance error text   the database, and what every room uses
//! ```
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
