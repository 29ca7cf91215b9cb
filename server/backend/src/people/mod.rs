//! Accounts, sign-in, devices, links, and the administration of people.
//!
//! Three rules hold in this module. A password is hashed only after every cheaper check, and only a few at once.
//! Secrets (session ids, links) are stored as hashes, so that a copy of the database cannot be used to sign in. What
//! may happen only once (set-up, use of a link) is decided by a constraint or a deleted row in PostgreSQL, not by a
//! check beforehand.

mod accounts;
mod administration;
mod links;
mod names;
mod passwords;
mod preferences;
mod sessions;
mod sign_in;
mod sweep;
mod throttle;

pub use accounts::NewAccount;
pub use administration::Administration;
pub use passwords::{PasswordHasher, PasswordWork};
pub use sessions::SessionRow;
pub use sign_in::Admission;
pub use sweep::start_sweeper;

use crate::{Backend, storage::Storage};

/// Accounts, sign-in and devices: what is needed before sign-in, and what a person does with their own account.
#[derive(Clone, Copy)]
pub struct Accounts<'a> {
    backend: &'a Backend,
}

impl<'a> Accounts<'a> {
    pub(crate) const fn new(backend: &'a Backend) -> Self {
        Self { backend }
    }

    fn storage(&self) -> &'a Storage {
        &self.backend.inner.storage
    }
}

/// Whether a text may be a name: for tests with hostile texts.
#[cfg(feature = "testing")]
pub(crate) fn is_name(text: &str) -> bool {
    names::Name::parse(text).is_ok()
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(crate) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("people::names::Name::parse", |text| { std::hint::black_box(names::Name::parse(text).ok()); }),
    ("people::names::Password", |text| { std::hint::black_box(names::Password::new(text).is_ok()); }),
];
