//! The clipboard.

use super::dom::{self, document};
use leptos::web_sys::{HtmlDocument, HtmlTextAreaElement};
use wasm_bindgen::JsCast;

/// Puts a text on the clipboard; whether the browser allowed it. By the old command, because the new interface exists
/// only over https.
pub fn copy(text: &str) -> bool {
    let focused = document().active_element();
    let copied = copy_selected(text).unwrap_or(false);
    if let Some(focused) = focused {
        dom::focus(&focused);
    }
    copied
}

fn copy_selected(text: &str) -> Option<bool> {
    let page = document();
    let area: HtmlTextAreaElement = page.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    // A read-only field opens no keyboard and does not move the page.
    area.set_read_only(true);
    area.set_class_name("visually-hidden");
    page.body()?.append_child(&area).ok()?;
    area.select();
    let copied = page.dyn_into::<HtmlDocument>().ok()?.exec_command("copy");
    area.remove();
    copied.ok()
}
