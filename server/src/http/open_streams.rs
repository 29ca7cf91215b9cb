//! How many event streams each person has open.

use hearth_types::UserId;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Open tabs of one person, over all devices.
pub const MOST_STREAMS: usize = 64;

/// The counts. Cheap to clone.
#[derive(Clone, Default)]
pub struct OpenStreams(Arc<Mutex<HashMap<UserId, usize>>>);

impl OpenStreams {
    /// Counts one more stream; none when the person has [`MOST_STREAMS`].
    pub fn open(&self, user: UserId) -> Option<OpenStream> {
        let mut counts = self.counts();
        let count = counts.entry(user).or_default();
        (*count < MOST_STREAMS).then(|| {
            *count += 1;
            OpenStream {
                streams: self.clone(),
                user,
            }
        })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<UserId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One open stream; counted until it is dropped.
pub struct OpenStream {
    streams: OpenStreams,
    user: UserId,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        let mut counts = self.streams.counts();
        if let Some(count) = counts.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.user);
            }
        }
    }
}
