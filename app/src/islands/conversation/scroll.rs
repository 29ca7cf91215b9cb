//! The page follows an answer as it grows, unless the reader has scrolled away from its end.

use crate::islands::browser;
use leptos::{
    prelude::{RwSignal, Set},
    web_sys::HtmlElement,
};
use std::cell::Cell;
use wasm_bindgen::{JsCast, closure::Closure};

/// The id of the mark behind the last message.
pub const END: &str = "latest";
/// How far from the end still counts as being there, in CSS pixels.
const NEAR: f64 = 96.0;

thread_local! {
    static FOLLOWING: Cell<bool> = const { Cell::new(true) };
    /// How far down the page was when it last moved.
    static BEFORE: Cell<f64> = const { Cell::new(0.0) };
    /// Whoever wants to know that there is new text which the reader does not see.
    static BEHIND: Cell<Option<RwSignal<bool>>> = const { Cell::new(None) };
}

/// Notes where the reader is whenever they scroll.
pub fn watch() {
    FOLLOWING.set(at_end());
    BEFORE.set(depth());
    let scrolled = Closure::<dyn Fn()>::new(scrolled);
    // Captured, because scrolling of an inner box does not bubble up.
    let _ = browser::document().add_event_listener_with_callback_and_bool(
        "scroll",
        scrolled.as_ref().unchecked_ref(),
        true,
    );
    scrolled.forget();
}

/// Only a reader moves the page up. Away from the end without that means that the answer grew meanwhile.
fn scrolled() {
    let now = depth();
    let up = now < BEFORE.replace(now);
    if at_end() {
        FOLLOWING.set(true);
        behind(false);
    } else if up {
        FOLLOWING.set(false);
    }
}

/// Goes to the end after something was added, if the reader was there; else they are told.
pub fn follow() {
    if FOLLOWING.get() {
        to_end();
    } else if !at_end() {
        behind(true);
    }
}

/// Sets the signal while there is new text that the reader does not see.
pub fn tell_when_behind(signal: RwSignal<bool>) {
    BEHIND.set(Some(signal));
}

fn behind(is: bool) {
    if let Some(signal) = BEHIND.get() {
        signal.set(is);
    }
}

/// Goes down to the newest text, and the keyboard goes along.
pub fn go_down() {
    to_end();
    behind(false);
    let end = browser::document().get_element_by_id(END);
    if let Some(end) = end.and_then(|end| end.dyn_into::<HtmlElement>().ok()) {
        let _ = end.focus();
    }
}

/// Goes to the end and stays there.
pub fn to_end() {
    FOLLOWING.set(true);
    if let Some(end) = browser::document().get_element_by_id(END) {
        end.scroll_into_view_with_bool(false);
    }
}

/// How far down the page is.
fn depth() -> f64 {
    leptos::prelude::window().scroll_y().unwrap_or_default()
}

fn at_end() -> bool {
    let Some(end) = browser::document().get_element_by_id(END) else {
        return true;
    };
    let inner = leptos::prelude::window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64());
    end.get_bounding_client_rect().top() <= inner.unwrap_or_default() + NEAR
}
