//! Forms about one conversation, for its own page and for the list.

use super::forms::{ConfirmDelete, PostButton, hidden};
use crate::{
    server_fns::conversations::{
        ArchiveConversation, DeleteConversation, PinConversation, RenameConversation,
    },
    strings::{Text, conversations, t},
};
use hearth_types::ConversationId;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Changes the title.
#[component]
pub fn Rename(id: ConversationId, title: String) -> impl IntoView {
    let field = format!("title-{id}");
    view! {
        <form method="post" action=RenameConversation::url() class="inline-form">
            {hidden(vec![("id", id.to_string())])}
            <label for=field.clone()>{t(conversations::TITLE)}</label>
            <input id=field name="title" value=title maxlength="200" dir="auto" required/>
            <button class="button">{t(conversations::RENAME)}</button>
        </form>
    }
}

/// Pins and archives, or undoes both.
#[component]
pub fn PinAndArchive(id: ConversationId, pinned: bool, archived: bool) -> impl IntoView {
    let pin = if pinned {
        conversations::UNPIN
    } else {
        conversations::PIN
    };
    let archive = if archived {
        conversations::UNARCHIVE
    } else {
        conversations::ARCHIVE
    };
    let fields = |name, set: bool| vec![("id", id.to_string()), (name, set.to_string())];
    view! {
        <div class="marks">
            <PostButton action=PinConversation::url() fields=fields("pinned", !pinned) words=pin class="button quiet"/>
            <PostButton
                action=ArchiveConversation::url()
                fields=fields("archived", !archived)
                words=archive
                class="button quiet"
            />
        </div>
    }
}

/// Deletes the conversation; `cancel` is a link's label and address.
#[component]
pub fn Delete(
    id: ConversationId,
    #[prop(default = None, into)] cancel: Option<(Text, &'static str)>,
) -> impl IntoView {
    view! {
        <ConfirmDelete
            summary=t(conversations::DELETE)
            action=DeleteConversation::url()
            fields=vec![("id", id.to_string())]
            warning=conversations::DELETE_SURE
            confirm=conversations::DELETE_FOR_GOOD
            cancel=cancel
        />
    }
}
