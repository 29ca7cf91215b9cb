//! The title of a conversation and what can be done with it, as plain forms.

use super::sharing::{leave, share};
use crate::{
    components::{
        icons::{self, Icon},
        layout::title_or_new,
        notices::ProblemNotice,
    },
    context,
    failure::flash,
    pages::conversations::marks,
    server_fns::conversations::{DeleteConversation, RenameConversation, SendMessage, SetMemory, SetModel},
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
                    view! { {rename(id, title)}{pick_model(id, model)} }.into_any()
                } else if role == SpaceRole::Owner {
                    view! {
                        {rename(id, title)}{remember(id, memory)}{pick_model(id, model)}{marks(id, pinned, archived)}
                        {share(id)}{delete(id)}
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

/// What a form of the menu came back with; "Send" shows its own.
fn problem() -> Option<Problem> {
    flash::any_problem().filter(|_| flash::problem::<SendMessage>().is_none())
}

pub(super) fn hidden(id: ConversationId) -> impl IntoView {
    view! { <input type="hidden" name="id" value=id.to_string()/> }
}

fn rename(id: ConversationId, title: String) -> impl IntoView {
    view! {
        <form method="post" action=RenameConversation::url() class="inline-form">
            {hidden(id)}
            <label for="conversation-title">{t(conversations::TITLE)}</label>
            <input id="conversation-title" name="title" value=title maxlength="200" dir="auto" required/>
            <button class="button">{t(conversations::RENAME)}</button>
        </form>
    }
}

/// One step: that it goes for good is why it was begun.
fn end_temporary(id: ConversationId) -> impl IntoView {
    view! {
        <form method="post" action=DeleteConversation::url() class="temporary">
            {hidden(id)}
            <input type="hidden" name="temporary" value="true"/>
            <p>{t(chat::TEMPORARY_TEXT)}</p>
            <button class="button">{t(chat::END_TEMPORARY)}</button>
        </form>
    }
}

fn remember(id: ConversationId, memory: bool) -> impl IntoView {
    view! {
        <form method="post" action=SetMemory::url() class="inline-form">
            {hidden(id)}
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
        let models = match context::backend() {
            Ok(backend) => backend.models().chat_models().await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        let options = models.into_iter().map(|model| {
            let selected = picked.as_deref() == Some(&model.name);
            view! { <option value=model.name.clone() selected=selected>{model.name.clone()}</option> }
        });
        let options = options.collect_view();
        view! {
            <form method="post" action=SetModel::url() class="inline-form">
                {hidden(id)}
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

/// Two steps, because it is for good.
fn delete(id: ConversationId) -> impl IntoView {
    view! {
        <details class="delete">
            <summary>{t(conversations::DELETE)}</summary>
            <form method="post" action=DeleteConversation::url()>
                {hidden(id)}
                <p>{t(conversations::DELETE_SURE)}</p>
                <button class="button danger">{t(conversations::DELETE_FOR_GOOD)}</button>
            </form>
        </details>
    }
}
