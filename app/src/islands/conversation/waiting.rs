//! While the model server is away, where Hearth knows its computer: a button that wakes it.

use super::live_answer::{LiveAnswer, Phase};
use crate::{
    failure::Failure,
    islands::words,
    server_fns::models::wake_model_server,
    strings::{models, problems, t},
};
use leptos::{prelude::*, task::spawn_local};

/// The button, and what came of it.
#[component]
pub fn WakeButton(answer: LiveAnswer) -> impl IntoView {
    let came_of_it = RwSignal::new(None::<Result<(), Failure>>);
    let away = move || answer.phase.get() == Phase::Away(true);
    let wake = move |_| {
        spawn_local(async move { came_of_it.set(Some(wake_model_server().await)) });
    };
    let told = move || {
        came_of_it.get().map(|came_of_it| match came_of_it {
            Ok(()) => t(words::WOKEN).to_owned(),
            Err(failure) => problems::failure(&failure),
        })
    };
    view! {
        <div class="wake" hidden=move || !away()>
            <button type="button" class="button" on:click=wake>{t(models::WAKE)}</button>
            <p class="wait" role="status">{told}</p>
        </div>
    }
}
