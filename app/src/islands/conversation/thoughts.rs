//! "Thought for 40 s", folded under an answer. The thoughts themselves are long and seldom read, so they are fetched
//! when the fold is opened; without scripts, a link opens the page with them.

use crate::{
    browser::dom,
    server_fns::answers::thoughts,
    strings::{chat, t},
};
use hearth_types::{Answer, AnswerId};
use leptos::{prelude::*, task::spawn_local, web_sys::Element};

/// The thoughts that the page's address asks for, shown open.
#[derive(Clone)]
pub struct OpenThoughts {
    pub answer: AnswerId,
    pub html: String,
}

/// The fold; none when the model did not think.
pub fn folded(answer: &Answer) -> Option<impl IntoView + use<>> {
    let thought = answer.thought?;
    let id = answer.id;
    let opened = use_context::<OpenThoughts>().filter(|opened| opened.answer == id);
    let is_open = opened.is_some();
    let summary = chat::thought(thought.seconds, thought.cut_short);
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
    dom::listen_captured("toggle", |event| {
        let fold = dom::target(&event);
        if let Some(fold) = fold.filter(|it| it.has_attribute("open") && !it.has_attribute("data-here")) {
            fetch(fold);
        }
    });
}

fn fetch(fold: Element) {
    let id = fold.get_attribute("data-thoughts").and_then(|id| id.parse().ok());
    let Some((id, place)) = id.zip(fold.last_element_child()) else {
        return;
    };
    spawn_local(async move {
        // Otherwise the link stays.
        if let Ok(html) = thoughts(id).await {
            place.set_inner_html(&html);
            super::code::add_buttons(&place);
            let _ = fold.set_attribute("data-here", "");
        }
    });
}
