//! The title of a conversation and what can be done with it, as plain forms.

use super::sharing::{leave, share};
use crate::{
    components::{
        conversation_menu::{Delete, PinAndArchive, Rename},
        forms::hidden,
        icons::{self, Icon},
        layout::title_or_new,
        notices::ProblemNotice,
    },
    context, flash,
    server_fns::conversations::{DeleteConversation, SendMessage, SetMemory, SetModel},
    strings::{chat, conversations, sharing, t},
};
use hearth_types::{Conversation, ConversationId, Problem, SpaceRole};
use leptos::prelude::*;
use server_fn::ServerFn;

/// The heading and its menu.
#[component]
pub fn Header(conversation: Conversation) -> impl IntoView {
    let Conversation {
        id,
        title,
        role,
        shared,
        memory,
        temporary,
        model,
        pinned,
        archived,
        ..
    } = conversation;
    view! {
        <header class="conversation-head">
            <h1 data-conversation=id.to_string() dir="auto">{title_or_new(title.clone())}</h1>
            <p class="shared-mark" data-shared=id.to_string()>{shared.as_ref().map(sharing::mark)}</p>
            {archived.then(|| view! { <p class="memory-off">{t(conversations::THE_ARCHIVE)}</p> })}
            {(!memory && !temporary).then(|| view! { <p class="memory-off">{t(chat::MEMORY_OFF)}</p> })}
            <button class="button quiet options-button" popovertarget="options">
                <Icon of=icons::MORE/>
                <span>{t(chat::OPTIONS)}</span>
            </button>
            <div id="options" class="menu-body options" popover="auto">
                {if temporary {
                    view! { <Rename id title/> {pick_model(id, model)} }.into_any()
                } else if role == SpaceRole::Owner {
                    view! {
                        <Rename id title/>
                        {remember(id, memory)}
                        {pick_model(id, model)}
                        <PinAndArchive id pinned archived/>
                        {share(id)}
                        <Delete id/>
                    }.into_any()
                } else {
                    leave(id).into_any()
                }}
            </div>
        </header>
        {temporary.then(|| end_temporary(id))}
        <ProblemNotice problem=problem()/>
    }
}

/// Why a form of the menu failed; "Send" shows its own problem.
fn problem() -> Option<Problem> {
    flash::any_problem().filter(|_| flash::problem::<SendMessage>().is_none())
}

/// One step: its deletion is why it was temporary.
fn end_temporary(id: ConversationId) -> impl IntoView {
    view! {
        <form method="post" action=DeleteConversation::url() class="temporary">
            {hidden(vec![("id", id.to_string()), ("temporary", true.to_string())])}
            <p>{t(chat::TEMPORARY_TEXT)}</p>
            <button class="button">{t(chat::END_TEMPORARY)}</button>
        </form>
    }
}

fn remember(id: ConversationId, memory: bool) -> impl IntoView {
    view! {
        <form method="post" action=SetMemory::url() class="inline-form">
            {hidden(vec![("id", id.to_string())])}
            <label for="conversation-memory">{t(chat::MEMORY)}</label>
            <select id="conversation-memory" name="memory">
                <option value="true" selected=memory>{t(chat::MEMORY_ON)}</option>
                <option value="false" selected=!memory>{t(chat::MEMORY_OFF)}</option>
            </select>
            <button class="button">{t(chat::CHANGE)}</button>
        </form>
    }
}

fn pick_model(id: ConversationId, picked: Option<String>) -> impl IntoView {
    Suspend::new(async move {
        let options = context::chat_models().await.into_iter().map(|model| {
            let selected = picked.as_deref() == Some(&model.name);
            view! { <option value=model.name.clone() selected=selected>{model.name.clone()}</option> }
        });
        let options = options.collect_view();
        view! {
            <form method="post" action=SetModel::url() class="inline-form">
                {hidden(vec![("id", id.to_string())])}
                <label for="conversation-model">{t(chat::MODEL)}</label>
                <select id="conversation-model" name="model">
                    <option value="">{t(chat::HOUSE_DEFAULT)}</option>
                    {options}
                </select>
                <button class="button">{t(chat::CHANGE)}</button>
            </form>
        }
    })
}
