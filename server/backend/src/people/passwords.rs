//! Argon2id with OWASP's parameters, a few hashes at a time.
//!
//! One hash takes 19 MiB and tens of milliseconds of a core; two hundred at once would use up the machine. So a
//! caller first gets a [`HashPermit`], makes its cheap checks, and then hashes with it. Waiting for a permit holds neither
//! memory nor a database connection.

use super::names::Password;
use crate::{Error, Result};
use argon2::{
    ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use hearth_types::Problem;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// OWASP Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;
/// With more callers waiting than this, further ones are refused.
const MAX_WAITING: usize = 512;

/// Verified when there is no stored hash, so that an unknown name takes as long as a known one. Its bytes are random:
/// no password matches it.
const UNMATCHABLE_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$S+q3/WdfxP2fieBPedx6ZQ$hcE+LQgqYvX7EU6kd5dPWX89b4J3NOrKv3E+HqOv+WI";

/// Hashes passwords, at most [`PasswordWork::cap`] at once.
pub struct PasswordHasher {
    permits: Arc<Semaphore>,
    counts: Arc<Counts>,
    cap: usize,
}

#[derive(Default)]
struct Counts {
    waiting: AtomicUsize,
    running: AtomicUsize,
    most_at_once: AtomicUsize,
    hashed: AtomicUsize,
}

/// Amount of hashing since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordWork {
    pub hashed: usize,
    pub most_at_once: usize,
    pub cap: usize,
}

impl PasswordHasher {
    /// As many at once as there are cores, between 2 and 4: at most 76 MiB.
    pub fn new() -> Self {
        let cap = std::thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 4));
        Self {
            permits: Arc::new(Semaphore::new(cap)),
            counts: Arc::default(),
            cap,
        }
    }

    /// The counts so far.
    pub fn work(&self) -> PasswordWork {
        PasswordWork {
            hashed: self.counts.hashed.load(Ordering::Relaxed),
            most_at_once: self.counts.most_at_once.load(Ordering::Relaxed),
            cap: self.cap,
        }
    }

    /// Waits for permission to hash once. Refused when too many are waiting.
    pub(super) async fn permit(&self) -> Result<HashPermit> {
        let waiting = Waiting::enter(&self.counts)?;
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|e| Error::Internal(e.to_string()))?;
        drop(waiting);
        Ok(HashPermit {
            permit,
            counts: self.counts.clone(),
        })
    }
}

impl Default for PasswordHasher {
    fn default() -> Self {
        Self::new()
    }
}

/// Counts as waiting until dropped, so that a caller who gives up is no longer counted.
struct Waiting<'a>(&'a Counts);

impl<'a> Waiting<'a> {
    fn enter(counts: &'a Counts) -> Result<Self> {
        let waiting = Self(counts);
        if counts.waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            return Err(Problem::TooManyAttempts { seconds: 10 }.into());
        }
        Ok(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Permission to hash one password.
pub(super) struct HashPermit {
    permit: OwnedSemaphorePermit,
    counts: Arc<Counts>,
}

impl HashPermit {
    /// Hashes the password with a new salt; the result is a PHC string.
    pub async fn hash(self, password: Password) -> Result<String> {
        let hashed = self.work(move || hash(password.bytes())).await?;
        hashed.map_err(|e| Error::Internal(format!("argon2: {e}")))
    }

    /// Whether the password matches `stored`. Without a stored hash the work is the same and the result is false.
    pub async fn verify(self, password: Password, stored: Option<String>) -> Result<bool> {
        self.work(move || {
            let exists = stored.is_some();
            let right = matches(password.bytes(), stored.as_deref().unwrap_or(UNMATCHABLE_HASH));
            exists && right
        })
        .await
    }

    /// Runs the task on a thread that may block. The permit moves into it: a caller who gives up does not free the
    /// permit while the work still runs.
    async fn work<T: Send + 'static>(self, task: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let Self { permit, counts } = self;
        let blocking = tokio::task::spawn_blocking(move || {
            let running = counts.running.fetch_add(1, Ordering::Relaxed) + 1;
            counts.most_at_once.fetch_max(running, Ordering::Relaxed);
            let result = task();
            counts.running.fetch_sub(1, Ordering::Relaxed);
            counts.hashed.fetch_add(1, Ordering::Relaxed);
            drop(permit);
            result
        });
        blocking.await.map_err(Error::from)
    }
}

/// Hashes with a new salt into a PHC string.
fn hash(password: &[u8]) -> Result<String, argon2::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES))?;
    let salt = Salt::generate();
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(|_| argon2::Error::AlgorithmInvalid)?,
        salt: Some(salt),
        hash: Some(compute(password, &salt, params)?),
    };
    Ok(hash.to_string())
}

/// Whether the password matches this PHC string. Outputs are compared in constant time.
fn matches(password: &[u8], stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else {
        return false;
    };
    let (Ok(params), Some(salt), Some(expected)) = (Params::try_from(&stored), stored.salt, stored.hash)
    else {
        return false;
    };
    stored.algorithm == ARGON2ID_IDENT
        && compute(password, &salt, params).is_ok_and(|output| output == expected)
}

/// Argon2id in memory that is returned to the system at once.
///
/// An allocator keeps freed blocks of up to 32 MiB (glibc) for the thread that freed them. Each thread would then
/// keep 19 MiB for ever, and hashing would be a third faster on a thread that has the memory already, which is a
/// measurable difference in time. A larger block is always mapped new; only its used part costs memory.
fn compute(password: &[u8], salt: &Salt, params: Params) -> Result<Output, argon2::Error> {
    const NEVER_KEPT: usize = 36 << 20;
    let mut memory: Vec<Block> = Vec::with_capacity(params.block_count().max(NEVER_KEPT / Block::SIZE));
    memory.resize(params.block_count(), Block::new());
    let mut output = [0; OUTPUT_BYTES];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into_with_memory(password, salt.as_ref(), &mut output, &mut memory)?;
    Output::new(&output).map_err(|_| argon2::Error::OutputTooShort)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::new(text).expect("long enough")
    }

    #[tokio::test]
    async fn a_password_is_recognised_and_another_is_not() {
        let hasher = PasswordHasher::new();
        let stored = hasher
            .permit()
            .await
            .unwrap()
            .hash(password("correct horse"))
            .await
            .unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(
            hasher
                .permit()
                .await
                .unwrap()
                .verify(password("correct horse"), Some(stored.clone()))
                .await
                .unwrap()
        );
        assert!(
            !hasher
                .permit()
                .await
                .unwrap()
                .verify(password("battery staple"), Some(stored))
                .await
                .unwrap()
        );
    }

    #[tokio::test]
    async fn the_hash_for_unknown_names_costs_the_same_and_matches_nothing() {
        assert!(UNMATCHABLE_HASH.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(
            PasswordHash::new(UNMATCHABLE_HASH)
                .is_ok_and(|hash| hash.hash.is_some_and(|hash| hash.len() == OUTPUT_BYTES))
        );
        let hasher = PasswordHasher::new();
        assert!(
            !hasher
                .permit()
                .await
                .unwrap()
                .verify(password("correct horse"), None)
                .await
                .unwrap()
        );
        assert_eq!(hasher.work().hashed, 1);
    }

    #[tokio::test]
    async fn a_crowd_waits_without_hashing_more_than_the_cap_at_once() {
        let hasher = Arc::new(PasswordHasher::new());
        let crowd = (0..40).map(|_| {
            let hasher = hasher.clone();
            tokio::spawn(async move {
                hasher
                    .permit()
                    .await
                    .unwrap()
                    .verify(password("correct horse"), None)
                    .await
            })
        });
        for one in crowd.collect::<Vec<_>>() {
            one.await.unwrap().unwrap();
        }
        let work = hasher.work();
        assert_eq!(work.hashed, 40);
        assert!(work.most_at_once <= work.cap, "{work:?}");
    }
}
