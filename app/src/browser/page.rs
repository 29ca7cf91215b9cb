//! The page as a whole: where it leads, whether it is visible, its language.

use super::dom::document;
use leptos::{
    prelude::window,
    web_sys::{UrlSearchParams, VisibilityState},
};

/// Opens another page.
pub fn go(path: &str) {
    let _ = window().location().assign(path);
}

/// Opens another page in place of this one, so that "back" skips this one.
pub fn replace(path: &str) {
    let _ = window().location().replace(path);
}

/// Opens the sign-in page, which leads back here.
pub fn go_to_sign_in() {
    let here = window().location().pathname().unwrap_or_default();
    go(&format!("/sign-in?next={here}"));
}

/// Loads this page again.
pub fn reload() {
    let _ = window().location().reload();
}

/// Whether the page is visible now.
pub fn visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// The language that the server wrote on the document, such as `en` or `zh-CN`.
pub fn language_tag() -> Option<String> {
    document().document_element()?.get_attribute("lang")
}

/// Sets or removes an attribute of the document, for the style sheet.
pub fn mark(attribute: &str, on: bool) {
    if let Some(root) = document().document_element() {
        let _ = root.toggle_attribute_with_force(attribute, on);
    }
}

/// Whether the browser gives this page a microphone: only over https, or on the computer that Hearth runs on.
pub fn is_secure() -> bool {
    leptos::web_sys::window().is_some_and(|window| window.is_secure_context())
}

/// Posts a form that is delivered even when the page is left.
pub fn send_beacon(path: &str, fields: &[(&str, &str)]) {
    let Ok(form) = UrlSearchParams::new() else { return };
    fields.iter().for_each(|(name, value)| form.append(name, value));
    let _ = window()
        .navigator()
        .send_beacon_with_opt_url_search_params(path, Some(&form));
}
