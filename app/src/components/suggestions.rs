//! Three realistic questions to begin with.

use crate::strings::{chat::suggestion, conversations, t};
use leptos::prelude::*;

/// Plain links, so that they work without scripts; the text waits in the composer to be changed or sent.
#[component]
pub fn Suggestions() -> impl IntoView {
    let link =
        |number: u8| view! { <li><a href=format!("/?idea={number}")>{suggestion(Some(number))}</a></li> };
    view! {
        <p>{t(conversations::EMPTY_TEXT)}</p>
        <ul class="ideas">{(1..=3).map(link).collect_view()}</ul>
    }
}
