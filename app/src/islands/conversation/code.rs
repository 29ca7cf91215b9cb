//! Copying a code block. Its button is added where scripts run, because it does nothing without them.

use crate::{
    islands::browser,
    strings::{chat, t},
};
use js_sys::{Function, Reflect};
use leptos::{
    task::spawn_local,
    web_sys::{Element, Event},
};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// How long the button says that it has copied.
const SAID: Duration = Duration::from_secs(2);

/// Gives every code block in there its button.
pub fn dress(root: &Element) {
    let Ok(heads) = root.query_selector_all(".code-head:not(:has(button))") else {
        return;
    };
    let button = format!(
        "<button type=\"button\" class=\"code-copy\">{}</button>",
        t(chat::COPY)
    );
    for head in (0..heads.length()).filter_map(|index| heads.get(index)?.dyn_into::<Element>().ok()) {
        let _ = head.insert_adjacent_html("beforeend", &button);
    }
}

/// Dresses the page, and hears the buttons from now on.
pub fn listen() {
    if let Some(page) = browser::document().document_element() {
        dress(&page);
    }
    let clicked = Closure::<dyn Fn(Event)>::new(|event: Event| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let Some(button) = target.and_then(|target| target.closest(".code-copy").ok().flatten()) {
            copy(button);
        }
    });
    let _ = browser::document().add_event_listener_with_callback("click", clicked.as_ref().unchecked_ref());
    clicked.forget();
}

fn copy(button: Element) {
    let code = button.closest(".code").ok().flatten();
    let Some(code) = code.and_then(|block| block.query_selector("code").ok().flatten()) else {
        return;
    };
    spawn_local(async move {
        if !to_clipboard(&code).await {
            return;
        }
        button.set_text_content(Some(t(chat::COPIED)));
        leptos::prelude::set_timeout(move || button.set_text_content(Some(t(chat::COPY))), SAID);
    });
}

/// Browsers have a clipboard on https and on this very machine only; elsewhere what is selected can be copied.
async fn to_clipboard(code: &Element) -> bool {
    let text = JsValue::from(code.text_content().unwrap_or_default());
    let navigator = leptos::prelude::window().navigator();
    if let Some(clipboard) = part(&navigator, "clipboard") {
        return match call(&clipboard, "writeText", &text) {
            Some(writing) => JsFuture::from(js_sys::Promise::resolve(&writing)).await.is_ok(),
            None => false,
        };
    }
    let selection = call(&leptos::prelude::window(), "getSelection", &JsValue::UNDEFINED);
    selection.is_some_and(|selection| {
        call(&selection, "selectAllChildren", code);
        call(&browser::document(), "execCommand", &"copy".into()).is_some_and(|done| done.is_truthy())
    })
}

fn part(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &name.into())
        .ok()
        .filter(|part| !part.is_undefined() && !part.is_null())
}

fn call(on: &JsValue, name: &str, with: &JsValue) -> Option<JsValue> {
    part(on, name)?.dyn_into::<Function>().ok()?.call1(on, with).ok()
}
