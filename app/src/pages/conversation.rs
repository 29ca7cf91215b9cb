//! A conversation: the page that begins one, and the page of one that exists.
//!
//! What is settled is HTML from here and never changes in the browser. From the first unfinished answer on the
//! turns belong to the island [`ConversationLive`], which is complete HTML too until it wakes.

mod below;
mod header;
mod new;
mod open;
mod sharing;
mod tools;

pub use new::NewConversation;
pub use open::OpenConversation;

use crate::{
    context,
    failure::flash,
    islands::conversation::{Desk, END, Tools},
    server_fns::conversations::SendMessage,
};
use hearth_types::{ConversationId, IdempotencyKey, SpaceRole, UserId};
use leptos::{nonce::use_nonce, prelude::*};

/// What a composer needs when its conversation exists.
async fn desk(person: UserId, conversation: Option<ConversationId>, tools: Tools) -> Desk {
    // The page itself matters more than what was half written in it; this device may have that too.
    let draft = match context::signed_in() {
        Ok(backend) => backend.draft(conversation).await.unwrap_or_default(),
        Err(_) => None,
    };
    Desk {
        person,
        conversation,
        role: SpaceRole::Owner,
        key: fresh_key(),
        models: Vec::new(),
        memory: true,
        suggestion: None,
        tools,
        draft,
        problem: flash::problem::<SendMessage>(),
    }
}

/// For the plain form: a page that is sent twice stores one message.
fn fresh_key() -> IdempotencyKey {
    IdempotencyKey(uuid::Uuid::new_v4())
}

/// Opens the page at its newest words, before anything wakes; a link to a message goes there instead.
fn begin_at_the_end() -> impl IntoView {
    let script = format!("if(!location.hash)document.getElementById({END:?})?.scrollIntoView(false)");
    view! { <script nonce=use_nonce() inner_html=script></script> }
}
