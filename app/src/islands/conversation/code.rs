//! The copy button of a code block. It is added by script, because it does nothing without scripts.

use crate::{
    browser::{clipboard, dom},
    strings::{chat, t},
};
use leptos::{prelude::set_timeout, web_sys::Element};
use std::time::Duration;

/// How long the button shows that it has copied.
const SHOWN_FOR: Duration = Duration::from_secs(2);

/// Adds the button to every code block inside an element.
pub fn add_buttons(root: &Element) {
    let button = format!(
        "<button type=\"button\" class=\"code-copy\">{}</button>",
        t(chat::COPY)
    );
    for head in dom::all_in(root, ".code-head:not(:has(button))") {
        let _ = head.insert_adjacent_html("beforeend", &button);
    }
}

/// Adds the buttons of the page, and listens to all buttons from now on.
pub fn listen() {
    if let Some(page) = dom::document().document_element() {
        add_buttons(&page);
    }
    dom::listen("click", |event| {
        if let Some(button) = dom::target_within(&event, ".code-copy") {
            copy(button);
        }
    });
}

fn copy(button: Element) {
    let code = dom::around(&button, ".code").and_then(|block| dom::find_in(&block, "code"));
    let text = code.and_then(|code| code.text_content());
    if text.is_some_and(|text| clipboard::copy(&text)) {
        button.set_text_content(Some(t(chat::COPIED)));
        set_timeout(move || button.set_text_content(Some(t(chat::COPY))), SHOWN_FOR);
    }
}
