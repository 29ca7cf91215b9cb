//! How long a model has been thinking, counted here so that no event is needed every second.

use super::phase::Phase;
use crate::browser::clock;
use hearth_types::Timestamp;
use leptos::prelude::*;
use std::time::Duration;

/// The time since a model began to think, and whether it can be asked to answer at once.
#[derive(Clone, Copy)]
pub struct ThinkingTime {
    since: RwSignal<Timestamp>,
    now: RwSignal<Timestamp>,
    pub can_answer_now: RwSignal<bool>,
    ticking: StoredValue<bool>,
}

impl ThinkingTime {
    pub fn new() -> Self {
        Self {
            since: RwSignal::new(0),
            now: RwSignal::new(0),
            can_answer_now: RwSignal::new(false),
            ticking: StoredValue::new(false),
        }
    }

    /// Sets the seconds so far, as the server counted them.
    pub fn set(self, seconds: u32, can_answer_now: bool, phase: RwSignal<Phase>) {
        let now = clock::now();
        self.now.set(now);
        self.since.set(now - i64::from(seconds) * 1000);
        self.can_answer_now.set(can_answer_now);
        if !self.ticking.get_value() {
            self.ticking.set_value(true);
            self.tick(phase);
        }
    }

    fn tick(self, phase: RwSignal<Phase>) {
        let next = move || {
            if phase.try_get_untracked() == Some(Phase::Thinking) {
                self.now.set(clock::now());
                self.tick(phase);
            } else {
                self.ticking.try_set_value(false);
            }
        };
        set_timeout(next, Duration::from_secs(1));
    }

    /// Seconds so far. Tracked.
    pub fn seconds(self) -> u64 {
        u64::try_from((self.now.get() - self.since.get()) / 1000).unwrap_or(0)
    }
}
