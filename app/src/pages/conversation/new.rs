//! `/`: a new conversation. Three suggestions and a composer.

use super::composer::{composer_setup, plain_upload};
use crate::{
    browser::json::Property,
    components::{alive::Alive, layout::Frame, suggestions::Suggestions},
    context, flash,
    islands::conversation::{ConversationLive, setup::ComposerSetup},
    pages::guard::for_person,
    strings::{chat, t},
};
use hearth_types::{Me, MemoryChoice};
use leptos::prelude::*;

/// The page of a conversation that has not begun.
#[component]
pub fn NewConversation() -> impl IntoView {
    let picked = flash::parsed("idea");
    for_person(move |me| async move { Ok(page(setup(&me, picked).await)) })
}

fn page(setup: ComposerSetup) -> impl IntoView {
    view! {
        <Frame title=t(chat::NEW_CONVERSATION)>
            <section class="conversation beginning">
                <div class="greeting">
                    <h1>{t(chat::GREETING)}</h1>
                    <Suggestions/>
                </div>
                <ConversationLive composer=Property(setup) turns=Property(Vec::new())/>
                {plain_upload(None)}
            </section>
            <Alive/>
        </Frame>
    }
}

async fn setup(me: &Me, suggestion: Option<u8>) -> ComposerSetup {
    ComposerSetup {
        models: context::chat_models().await,
        memory: me.preferences.memory != MemoryChoice::Off,
        suggestion,
        ..composer_setup(me.id, None, None).await
    }
}
