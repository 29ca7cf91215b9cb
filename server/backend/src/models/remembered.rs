//! Rows that every answer needs and hardly anybody changes, kept for a few seconds: each would cost a round
//! trip while a person waits for the first word. Another instance's change is seen within [`KEPT`].

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const KEPT: Duration = Duration::from_secs(5);

/// Values by name, each forgotten after [`KEPT`].
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
