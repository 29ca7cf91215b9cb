//! Finding elements, and listening to events of the whole page.

use leptos::web_sys::{Document, Element, Event, HtmlElement, NodeList};
use wasm_bindgen::{JsCast, closure::Closure};

/// The page; islands only run where there is one.
pub fn document() -> Document {
    leptos::prelude::document()
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}

/// The first element of a selector.
pub fn find(selector: &str) -> Option<Element> {
    document().query_selector(selector).ok().flatten()
}

/// The first element of a selector inside another element.
pub fn find_in(root: &Element, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok().flatten()
}

/// Every element of a selector.
pub fn all(selector: &str) -> Vec<Element> {
    elements(document().query_selector_all(selector).ok())
}

/// Every element of a selector inside another element.
pub fn all_in(root: &Element, selector: &str) -> Vec<Element> {
    elements(root.query_selector_all(selector).ok())
}

/// The nearest element of a selector around this one, itself included.
pub fn around(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

/// The element that an event came from.
pub fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The nearest element of a selector around the one that an event came from.
pub fn target_within(event: &Event, selector: &str) -> Option<Element> {
    around(&target(event)?, selector)
}

/// Moves the keyboard's focus.
pub fn focus(element: &Element) {
    let _ = element.unchecked_ref::<HtmlElement>().focus();
}

/// Calls `act` at every event of this name that bubbles up to the document, as long as the page lives.
pub fn listen(event: &str, act: impl Fn(Event) + 'static) {
    add_listener(event, Box::new(act), false);
}

/// The same for events that do not bubble, such as `scroll` and `toggle`.
pub fn listen_captured(event: &str, act: impl Fn(Event) + 'static) {
    add_listener(event, Box::new(act), true);
}

fn add_listener(event: &str, act: Box<dyn Fn(Event)>, capture: bool) {
    let act = Closure::wrap(act).into_js_value();
    let _ = document().add_event_listener_with_callback_and_bool(event, act.unchecked_ref(), capture);
}

fn elements(list: Option<NodeList>) -> Vec<Element> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect()
}
