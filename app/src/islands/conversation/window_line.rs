//! The line above which the model no longer sees, moved while the page is open.

use super::views;
use crate::islands::browser;
use hearth_types::SeenWindow;
use leptos::{mount::mount_to, wasm_bindgen::JsCast};

/// Puts the line where the window begins now; nothing changes when that part of the conversation is not shown.
pub fn show(window: SeenWindow) {
    let document = browser::document();
    let version = views::window_version(&window);
    let old = document.get_element_by_id(views::WINDOW_LINE);
    // An open summary stays open as long as it is the same.
    if old
        .as_ref()
        .and_then(|line| line.get_attribute("data-window"))
        .as_ref()
        == Some(&version)
    {
        return;
    }
    let (Some(first), Ok(line)) = (
        document.get_element_by_id(&format!("m-{}", window.first)),
        document.create_element("div"),
    ) else {
        return;
    };
    if let Some(old) = old {
        old.remove();
    }
    line.set_id(views::WINDOW_LINE);
    line.set_class_name("window-line");
    let _ = line.set_attribute("data-window", &version);
    let _ = first.before_with_node_1(&line);
    // It lives as long as the page does.
    mount_to(line.unchecked_into(), move || views::window_words(&window)).forget();
}
