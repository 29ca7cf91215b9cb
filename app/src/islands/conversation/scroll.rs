//! The page follows an answer as it grows, unless the reader has scrolled away from its end.

use crate::browser::dom;
use leptos::prelude::{RwSignal, Set, window};
use std::cell::Cell;

/// The id of the element behind the last message.
pub const END: &str = "latest";
/// How far from the end still counts as being there, in CSS pixels.
const NEAR: f64 = 96.0;

thread_local! {
    static FOLLOWING: Cell<bool> = const { Cell::new(true) };
    /// Scroll position before the last scroll event, in CSS pixels.
    static BEFORE: Cell<f64> = const { Cell::new(0.0) };
    /// Set while there is new text below that the reader does not see.
    static BEHIND: Cell<Option<RwSignal<bool>>> = const { Cell::new(None) };
}

/// Watches where the reader scrolls.
pub fn watch() {
    FOLLOWING.set(at_end());
    BEFORE.set(depth());
    dom::listen_captured("scroll", |_| scrolled());
}

/// Only the reader scrolls up. Being away from the end without that means that the answer has grown.
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

/// After text was added: scrolls to the end if the reader was there, else sets the signal.
pub fn follow() {
    if FOLLOWING.get() {
        to_end();
    } else if !at_end() {
        behind(true);
    }
}

/// Sets this signal while there is new text below that the reader does not see.
pub fn watch_new_text(signal: RwSignal<bool>) {
    BEHIND.set(Some(signal));
}

fn behind(is: bool) {
    if let Some(signal) = BEHIND.get() {
        signal.set(is);
    }
}

/// Scrolls to the newest text and moves the keyboard's focus there.
pub fn go_down() {
    to_end();
    behind(false);
    if let Some(end) = dom::by_id(END) {
        dom::focus(&end);
    }
}

/// Scrolls to the end and follows it from now on.
pub fn to_end() {
    FOLLOWING.set(true);
    if let Some(end) = dom::by_id(END) {
        end.scroll_into_view_with_bool(false);
    }
}

/// The scroll position, in CSS pixels.
fn depth() -> f64 {
    window().scroll_y().unwrap_or_default()
}

fn at_end() -> bool {
    let Some(end) = dom::by_id(END) else {
        return true;
    };
    let inner = window().inner_height().ok().and_then(|height| height.as_f64());
    end.get_bounding_client_rect().top() <= inner.unwrap_or_default() + NEAR
}
