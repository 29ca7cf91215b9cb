//! "Thought for 40 s", folded under an answer. The thoughts themselves, which are long and seldom read, come when
//! somebody opens it; without scripts, a link opens the page with them.

use crate::{
    islands::browser,
    server_fns::answers::thoughts,
    strings::{chat, t},
};
use hearth_types::{Answer, AnswerId};
use leptos::{
    prelude::*,
    task::spawn_local,
    web_sys::{Element, Event},
};
use wasm_bindgen::{JsCast, closure::Closure};

/// The thoughts that a link asked for: the page shows them open.
#[derive(Clone)]
pub struct Opened {
    pub answer: AnswerId,
    pub html: String,
}

/// The fold; none when the model did not think.
pub fn folded(answer: &Answer) -> Option<impl IntoView + use<>> {
    let thought = answer.thought?;
    let id = answer.id;
    let opened = use_context::<Opened>().filter(|opened| opened.answer == id);
    let is_open = opened.is_some();
    let summary = chat::thought_for(thought.seconds.into(), thought.cut_short);
    let link = format!("?at={id}&thoughts={id}#m-{id}");
    Some(view! {
        <details class="thoughts" open=is_open data-thoughts=id.to_string() data-here=is_open.then_some("")>
            <summary>{summary}</summary>
            {match opened {
                Some(opened) => view! { <div class="prose" inner_html=opened.html></div> }.into_any(),
                None => view! { <div class="prose"><a href=link>{t(chat::SHOW_THOUGHTS)}</a></div> }.into_any(),
            }}
        </details>
    })
}

/// Fetches thoughts when their fold is opened, on the settled part of the page as well.
pub fn listen() {
    let toggled = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(fold) = target.filter(|it| it.has_attribute("open") && !it.has_attribute("data-here")) {
            fetch(fold);
        }
    });
    // Captured, because opening a fold does not bubble up.
    let _ = browser::document().add_event_listener_with_callback_and_bool(
        "toggle",
        toggled.as_ref().unchecked_ref(),
        true,
    );
    toggled.forget();
}

fn fetch(fold: Element) {
    let id = fold.get_attribute("data-thoughts").and_then(|id| id.parse().ok());
    let Some((id, place)) = id.zip(fold.last_element_child()) else {
        return;
    };
    spawn_local(async move {
        // What cannot be fetched keeps its link.
        if let Ok(html) = thoughts(id).await {
            place.set_inner_html(&html);
            super::code::dress(&place);
            let _ = fold.set_attribute("data-here", "");
        }
    });
}
