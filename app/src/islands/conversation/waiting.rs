//! What a person can do while an answer is awaited: end the thinking, wake the model server's computer.

use super::{live_answer::LiveAnswer, phase::Phase};
use crate::{
    failure::Failure,
    server_fns::{answers::answer_now, models::wake_model_server},
    strings::{chat, models, moments::duration, problems, t},
};
use hearth_types::SpaceRole;
use leptos::{prelude::*, task::spawn_local};

/// "Thinking, 40 s" with a button that asks for the answer at once. A screen reader hears the sentence of the phase
/// and not every second.
#[component]
pub fn Thinking(answer: LiveAnswer, role: SpaceRole) -> impl IntoView {
    let thinks = Memo::new(move |_| answer.phase.get() == Phase::Thinking);
    move || {
        thinks.get().then(|| {
            let time = answer.thinking;
            view! {
                <div class="thinking">
                    <span aria-hidden="true">{move || chat::thinking_for(&duration(time.seconds()))}</span>
                    <button
                        type="button"
                        class="button"
                        hidden=move || !role.may_write() || !time.can_answer_now.get()
                        on:click=move |_| end_thinking(answer)
                    >
                        {t(chat::ANSWER_NOW)}
                    </button>
                </div>
            }
        })
    }
}

fn end_thinking(answer: LiveAnswer) {
    let offered = answer.thinking.can_answer_now;
    offered.set(false);
    spawn_local(async move {
        // It also fails when the answer has begun meanwhile; then the button is gone anyway.
        if answer_now(answer.id).await.is_err() {
            offered.try_set(true);
        }
    });
}

/// The button that wakes the model server's computer, with its result.
#[component]
pub fn WakeButton(answer: LiveAnswer) -> impl IntoView {
    let result = RwSignal::new(None::<Result<(), Failure>>);
    let away = move || answer.phase.get() == Phase::Away(true);
    let wake = move |_| spawn_local(async move { result.set(Some(wake_model_server().await)) });
    let words = move || {
        result.get().map(|result| match result {
            Ok(()) => t(chat::WOKEN).to_owned(),
            Err(failure) => problems::failure(&failure),
        })
    };
    view! {
        <div class="wake" hidden=move || !away()>
            <button type="button" class="button" on:click=wake>{t(models::WAKE)}</button>
            <p class="wait" role="status">{words}</p>
        </div>
    }
}
