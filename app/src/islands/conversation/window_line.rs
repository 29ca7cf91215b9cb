//! Moves the line where the model's context window begins, while the page is open.

use super::views;
use crate::browser::dom;
use hearth_types::SeenWindow;
use leptos::{mount::mount_to, wasm_bindgen::JsCast};

/// Moves the line to where the window begins now; does nothing when that part of the conversation is not shown.
pub fn show(window: SeenWindow) {
    let version = views::window_version(&window);
    let old = dom::by_id(views::WINDOW_LINE);
    let shown = old.as_ref().and_then(|line| line.get_attribute("data-window"));
    // Not replaced when it is the same, so that an open summary stays open.
    if shown.as_ref() == Some(&version) {
        return;
    }
    let first = dom::by_id(&format!("m-{}", window.first));
    let (Some(first), Ok(line)) = (first, dom::document().create_element("div")) else {
        return;
    };
    if let Some(old) = old {
        old.remove();
    }
    line.set_id(views::WINDOW_LINE);
    line.set_class_name("window-line");
    let _ = line.set_attribute("data-window", &version);
    let _ = first.before_with_node_1(&line);
    // It stays mounted as long as the page lives.
    mount_to(line.unchecked_into(), move || views::window_words(&window)).forget();
}
