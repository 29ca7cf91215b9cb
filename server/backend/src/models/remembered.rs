//! Caches rows that every answer needs and that rarely change, for a few seconds: each would cost a round trip before
//! the first token. Changes by another instance are seen within [`KEPT`].

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const KEPT: Duration = Duration::from_secs(5);

/// Cached values by name; each expires after [`KEPT`].
pub(super) struct Remembered<T>(Mutex<HashMap<String, (Instant, T)>>);

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Remembered<T> {
    pub fn get(&self, name: &str) -> Option<T> {
        let values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values
            .get(name)
            .filter(|(at, _)| at.elapsed() < KEPT)
            .map(|(_, value)| value.clone())
    }

    pub fn put(&self, name: &str, value: T) -> T {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(name.to_owned(), (Instant::now(), value.clone()));
        value
    }

    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
