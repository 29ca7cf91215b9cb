//! "New text below": for a reader who scrolled away while the answer grows.

use super::scroll;
use crate::{
    components::icons::{DOWN, Icon},
    strings::{chat, t},
};
use leptos::prelude::*;

/// Placed above the composer, over the text, so that nothing moves when it appears.
#[component]
pub fn NewBelow() -> impl IntoView {
    let behind = RwSignal::new(false);
    Effect::new(move |_| scroll::watch_new_text(behind));
    view! {
        <button type="button" class="button new-below" hidden=move || !behind.get() on:click=|_| scroll::go_down()>
            <Icon of=DOWN />
            {t(chat::NEW_TEXT_BELOW)}
        </button>
    }
}
