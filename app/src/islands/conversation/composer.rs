//! Where a message is written and sent.
//!
//! A plain form that works without scripts. Hydrated, it sends without leaving the page.

mod state;

use super::{attach, live::Live, new_below::NewBelow, setup::ComposerSetup};
use crate::{
    browser::html::escape_html,
    islands::voice::dictation,
    strings::{
        chat::{self, suggestion},
        t,
    },
};
use leptos::{ev, prelude::*};
use state::ComposerState;

/// The composer at the foot of a conversation.
#[component]
pub fn Composer(setup: ComposerSetup, live: Live) -> impl IntoView {
    let state = ComposerState::new(&setup, live);
    let draft = setup.draft.clone();
    Effect::new(move |_| state.take_up(draft.clone()));
    let initial_text = initial_text(&setup);
    let is_new = setup.conversation.is_none();
    view! {
        <form
            class="composer"
            on:paste=move |event| state.files.paste(&event)
            on:dragover=move |event| state.files.drag_over(&event)
            on:dragleave=move |_| state.files.drag_leave()
            on:drop=move |event| state.files.drop(&event)
            method="post"
            action="/api/conversations/send"
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                state.send();
            }
        >
            {setup.conversation.map(|id| view! { <input type="hidden" name="conversation" value=id.to_string() /> })}
            <input type="hidden" name="idempotency_key" value=setup.key.to_string() />
            <label class="visually-hidden" for="composer-text">{t(chat::MESSAGE)}</label>
            <p class="composer-problem" role="alert">{move || state.problem.get()}</p>
            <NewBelow />
            {attach::list(state.files)}
            <div class="composer-row">
                <textarea
                    id="composer-text"
                    dir="auto"
                    name="text"
                    rows="1"
                    autofocus=is_new
                    required=move || state.files.none()
                    placeholder=t(chat::WRITE_HERE)
                    enterkeyhint="send"
                    inner_html=initial_text
                    node_ref=state.textarea
                    on:input=move |_| state.typed()
                    on:keydown=move |event| state.key(&event)
                ></textarea>
                {buttons(state)}
            </div>
            <div class="composer-tools">
                {attach::buttons(state.files)}
                {dictation::button(setup.speech, state.problem, move |words| state.insert(&words))}
                {is_new.then(|| choices(state, &setup))}
            </div>
        </form>
    }
}

/// The suggestion that was picked, else the draft; as the HTML of the text field.
fn initial_text(setup: &ComposerSetup) -> String {
    match (setup.suggestion, &setup.draft) {
        (Some(_), _) => suggestion(setup.suggestion).to_owned(),
        (None, Some(draft)) => escape_html(&draft.text),
        (None, None) => String::new(),
    }
}

fn buttons(state: ComposerState) -> impl IntoView {
    let running = Memo::new(move |_| state.live.running().map(|answer| answer.id));
    view! {
        <button
            type="submit"
            class="button primary send"
            hidden=move || running.get().is_some()
            prop:disabled=move || (state.empty.get() && state.files.none()) || state.sending.get()
        >
            {t(chat::SEND)}
        </button>
        <button
            type="submit"
            class="button stop"
            formaction="/api/answers/stop"
            formnovalidate
            name="answer"
            value=move || running.get().map(|id| id.to_string()).unwrap_or_default()
            hidden=move || running.get().is_none()
            on:click=move |event| {
                event.prevent_default();
                state.stop();
            }
        >
            {t(chat::STOP)}
        </button>
    }
}

/// The model and the memory of a new conversation.
fn choices(state: ComposerState, setup: &ComposerSetup) -> impl IntoView + use<> {
    let options: Vec<_> = setup
        .models
        .iter()
        .map(|model| view! { <option value=model.name.clone()>{model.name.clone()}</option> })
        .collect();
    let memory = setup.memory;
    view! {
        <div class="composer-choices">
            <label class="visually-hidden" for="composer-model">{t(chat::MODEL)}</label>
            <select id="composer-model" name="model" node_ref=state.model on:change=move |_| state.picked_model()>
                <option value="">{t(chat::HOUSE_DEFAULT)}</option>
                {options}
            </select>
            <label class="visually-hidden" for="composer-memory">{t(chat::MEMORY)}</label>
            <select id="composer-memory" name="memory" node_ref=state.memory>
                <option value="true" selected=memory>{t(chat::MEMORY_ON)}</option>
                <option value="false" selected=!memory>{t(chat::MEMORY_OFF)}</option>
                <option value="temporary">{t(chat::TEMPORARY)}</option>
            </select>
        </div>
    }
}
