//! `/`: nothing said yet. Three things one could really ask, and a composer.

use super::{
    desk,
    tools::{plain_upload, tools},
};
use crate::json::Given;
use crate::{
    components::{alive::Alive, layout::Frame},
    context,
    failure::flash,
    islands::conversation::{ConversationLive, Desk, suggestion},
    pages::guard::for_person,
    strings::{chat, conversations, t},
};
use hearth_types::{Me, MemoryChoice};
use leptos::prelude::*;

/// The page of a conversation that has not begun.
#[component]
pub fn NewConversation() -> impl IntoView {
    let picked = flash::query("idea").and_then(|number| number.parse().ok());
    for_person(move |me| async move { Ok(beginning(new_desk(&me, picked).await)) })
}

fn beginning(desk: Desk) -> impl IntoView {
    view! {
        <Frame title=t(chat::NEW_CONVERSATION)>
            <section class="conversation beginning">
                <div class="greeting">
                    <h1>{t(chat::GREETING)}</h1>
                    <p>{t(conversations::EMPTY_TEXT)}</p>
                    <ul class="ideas">{(1..=3).map(idea).collect_view()}</ul>
                </div>
                <ConversationLive desk=Given(desk) turns=Given(Vec::new())/>
                {plain_upload(None)}
            </section>
            <Alive/>
        </Frame>
    }
}

/// A plain link, so that it works without scripts; the text waits in the composer to be changed or sent.
fn idea(number: u8) -> impl IntoView {
    view! { <li><a href=format!("/?idea={number}")>{suggestion(Some(number))}</a></li> }
}

async fn new_desk(me: &Me, suggestion: Option<u8>) -> Desk {
    // Without a model server there is nothing to pick from, and the message waits for it.
    let models = match context::backend() {
        Ok(backend) => backend.models().chat_models().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    Desk {
        models,
        memory: me.preferences.memory != MemoryChoice::Off,
        suggestion,
        ..desk(me.id, None, tools(None, None).await).await
    }
}
