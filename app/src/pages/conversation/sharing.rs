//! Sharing in a conversation's options: who has it, and leaving it.

use crate::{
    components::forms::{ConfirmDelete, PostButton, hidden},
    context,
    failure::Failure,
    server_fns::sharing::{LeaveConversation, ShareConversation, UnshareConversation},
    strings::{
        sharing::{self, may},
        t,
    },
};
use hearth_types::{ConversationId, NamedPerson, SharedWith, Sharing, SpaceRole};
use leptos::prelude::*;
use server_fn::ServerFn;

/// For the owner: what others would see, who has it, and whom to add.
pub fn share(id: ConversationId) -> impl IntoView {
    Suspend::new(async move {
        // The page matters more: a failure leaves only this part out.
        let Ok(Sharing { with, offered }) = sharing_of(id).await else {
            return ().into_any();
        };
        let alone = with.is_empty() && offered.is_empty();
        let already = !with.is_empty();
        view! {
            <details class="share" open=already>
                <summary>{t(sharing::SHARE)}</summary>
                <p class="hint">{t(sharing::WHAT_THEY_SEE)}" "{t(sharing::WHAT_IS_USED)}</p>
                {alone.then(|| view! { <p>{t(sharing::NOBODY_LEFT)}</p> })}
                {already.then(|| {
                    let rows = with.into_iter().map(|one| take_back(id, one)).collect_view();
                    view! { <ul class="shared-with">{rows}</ul> }
                })}
                {(!offered.is_empty()).then(|| offer(id, offered))}
            </details>
        }
        .into_any()
    })
}

async fn sharing_of(id: ConversationId) -> Result<Sharing, Failure> {
    Ok(context::signed_in()?.sharing(id).await?)
}

fn take_back(id: ConversationId, one: SharedWith) -> impl IntoView {
    view! {
        <li>
            <bdi class="shared-name">{one.name.clone()}</bdi>
            <span class="hint">{may(one.role)}</span>
            <PostButton
                action=UnshareConversation::url()
                fields=vec![("id", id.to_string()), ("person", one.person.to_string())]
                words=sharing::TAKE_BACK
                label=sharing::take_back_from(&one.name)
            />
        </li>
    }
}

fn offer(id: ConversationId, offered: Vec<NamedPerson>) -> impl IntoView {
    let people = offered
        .into_iter()
        .map(|mate| view! { <option value=mate.person.to_string()>{mate.name}</option> })
        .collect_view();
    view! {
        <form method="post" action=ShareConversation::url() class="share-form">
            {hidden(vec![("id", id.to_string())])}
            <label for="share-person">{t(sharing::WITH_WHOM)}</label>
            <select id="share-person" name="person">{people}</select>
            <label for="share-role">{t(sharing::THEY_MAY)}</label>
            <select id="share-role" name="role">
                <option value="reader">{may(SpaceRole::Reader)}</option>
                <option value="writer">{may(SpaceRole::Writer)}</option>
            </select>
            <button class="button">{t(sharing::SHARE)}</button>
        </form>
    }
}

/// For the other members.
pub fn leave(id: ConversationId) -> impl IntoView {
    view! {
        <ConfirmDelete
            summary=t(sharing::LEAVE)
            action=LeaveConversation::url()
            fields=vec![("id", id.to_string())]
            warning=sharing::LEAVE_SURE
            confirm=sharing::LEAVE_NOW
        />
    }
}
