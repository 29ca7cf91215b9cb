//! "Thinking, 40 s": counted here, so that no event has to come for it, with a way to have the answer at once.

use super::live_answer::{LiveAnswer, Phase};
use crate::{
    islands::browser,
    server_fns::answers::answer_now,
    strings::{chat, t},
};
use hearth_types::{SpaceRole, Timestamp};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How long a model has been thinking, and whether it can be asked to stop.
#[derive(Clone, Copy)]
pub struct Thinking {
    since: RwSignal<Timestamp>,
    now: RwSignal<Timestamp>,
    can_answer_now: RwSignal<bool>,
    ticking: StoredValue<bool>,
}

impl Thinking {
    pub fn new() -> Self {
        Self {
            since: RwSignal::new(0),
            now: RwSignal::new(0),
            can_answer_now: RwSignal::new(false),
            ticking: StoredValue::new(false),
        }
    }

    /// The server told how long it has been.
    pub fn tell(self, seconds: u32, can_answer_now: bool, phase: RwSignal<Phase>) {
        let now = browser::now();
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
                self.now.set(browser::now());
                self.tick(phase);
            } else {
                self.ticking.try_set_value(false);
            }
        };
        set_timeout(next, Duration::from_secs(1));
    }

    fn seconds(self) -> u64 {
        u64::try_from((self.now.get() - self.since.get()) / 1000).unwrap_or(0)
    }
}

/// Stands under an answer that is being thought about. A screen reader hears once that it is, and not every second.
pub fn thinking(answer: LiveAnswer, role: SpaceRole) -> impl IntoView {
    let thinks = Memo::new(move |_| answer.phase.get() == Phase::Thinking);
    move || {
        thinks.get().then(|| {
            let count = answer.thinking;
            view! {
                <div class="thinking">
                    <span aria-hidden="true">{move || chat::thinking_for(count.seconds())}</span>
                    <button
                        type="button"
                        class="button"
                        hidden=move || !role.may_write() || !count.can_answer_now.get()
                        on:click=move |_| ask(answer)
                    >
                        {t(chat::ANSWER_NOW)}
                    </button>
                </div>
            }
        })
    }
}

fn ask(answer: LiveAnswer) {
    answer.thinking.can_answer_now.set(false);
    spawn_local(async move {
        // Whoever is too late has the answer already.
        if answer_now(answer.id).await.is_err() {
            answer.thinking.can_answer_now.try_set(true);
        }
    });
}
