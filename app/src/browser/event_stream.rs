//! Browser side of the event stream: one connection per tab, shared by every island on the page.
//!
//! It is open while the page can be seen and closed while it cannot, because a browser allows six connections
//! per host over all tabs. On coming back it says where this tab stands (`follow`), so that the server goes on
//! from there, and tells whoever asked (`on_return`) that something may have happened meanwhile.
//! A lost connection is tried again by us and not by the browser, which would ask from a stale place.

use crate::{failure::Failure, islands::browser, server_fns::models::chat_models};
use hearth_types::{Event, Problem, ResumePoint};
use leptos::{
    task::spawn_local,
    web_sys::{EventSource, MessageEvent},
};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, closure::Closure};

type Listener = Rc<dyn Fn(&Event)>;

#[derive(Default)]
struct Tab {
    started: bool,
    source: Option<EventSource>,
    failures: u32,
    opened_before: bool,
    place: Option<Rc<dyn Fn() -> Option<ResumePoint>>>,
    listeners: Vec<Listener>,
    on_return: Vec<Rc<dyn Fn()>>,
}

thread_local! {
    static TAB: RefCell<Tab> = RefCell::default();
}

/// Hears every event of the person from now on, for as long as the page lives.
pub fn subscribe(listener: impl Fn(&Event) + 'static) {
    TAB.with_borrow_mut(|tab| tab.listeners.push(Rc::new(listener)));
    start();
}

/// Tells where the tab stands, which is how much it has of a running answer, whenever the stream opens.
pub fn follow(place: impl Fn() -> Option<ResumePoint> + 'static) {
    TAB.with_borrow_mut(|tab| tab.place = Some(Rc::new(place)));
}

/// Runs whenever the stream opens again after having been away.
pub fn on_return(act: impl Fn() + 'static) {
    TAB.with_borrow_mut(|tab| tab.on_return.push(Rc::new(act)));
}

/// Watches the page's visibility and opens the stream, once; after the islands of the page are all awake.
fn start() {
    if TAB.with_borrow_mut(|tab| std::mem::replace(&mut tab.started, true)) {
        return;
    }
    let changed = Closure::<dyn Fn()>::new(|| if browser::visible() { come_back() } else { close() });
    let _ = browser::document()
        .add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    changed.forget();
    leptos::prelude::set_timeout(open, Duration::ZERO);
}

/// A page that was out of sight has missed things, also when it was opened out of sight.
fn come_back() {
    TAB.with_borrow_mut(|tab| tab.opened_before = true);
    open();
}

fn open() {
    if !browser::visible() || TAB.with_borrow(|tab| tab.source.is_some()) {
        return;
    }
    let place = TAB.with_borrow(|tab| tab.place.clone()).and_then(|place| place());
    let Ok(source) = EventSource::new(&address(place)) else {
        return;
    };
    thread_local! {
        static ON_OPEN: Closure<dyn Fn()> = Closure::new(opened);
        static ON_MESSAGE: Closure<dyn Fn(MessageEvent)> = Closure::new(|event: MessageEvent| received(&event));
        static ON_ERROR: Closure<dyn Fn()> = Closure::new(lost);
    }
    ON_OPEN.with(|act| source.set_onopen(Some(act.as_ref().unchecked_ref())));
    ON_MESSAGE.with(|act| source.set_onmessage(Some(act.as_ref().unchecked_ref())));
    ON_ERROR.with(|act| source.set_onerror(Some(act.as_ref().unchecked_ref())));
    TAB.with_borrow_mut(|tab| tab.source = Some(source));
}

fn address(resume: Option<ResumePoint>) -> String {
    match resume {
        Some(ResumePoint { answer, blocks }) => format!("/events?answer={answer}&blocks={blocks}"),
        None => "/events".to_owned(),
    }
}

fn close() {
    if let Some(source) = TAB.with_borrow_mut(|tab| tab.source.take()) {
        source.close();
    }
}

fn opened() {
    let (again, acts) = TAB.with_borrow_mut(|tab| {
        tab.failures = 0;
        (
            std::mem::replace(&mut tab.opened_before, true),
            tab.on_return.clone(),
        )
    });
    if again {
        acts.iter().for_each(|act| act());
    }
}

fn received(message: &MessageEvent) {
    let Some(event) = message
        .data()
        .as_string()
        .and_then(|text| serde_json::from_str(&text).ok())
    else {
        return;
    };
    if matches!(event, Event::SessionEnded) {
        close();
        return browser::go_to_sign_in();
    }
    let listeners = TAB.with_borrow(|tab| tab.listeners.clone());
    listeners.iter().for_each(|listener| listener(&event));
    if matches!(event, Event::Reload) {
        // Opening again is coming back: `on_return` asks for what was missed. Not at once, because a tab that is too
        // slow should not be given more to do.
        lost();
    }
}

/// Tries again after 1, 2, 4 … 30 seconds.
fn lost() {
    let refused = TAB.with_borrow(|tab| {
        tab.source
            .as_ref()
            .is_some_and(|source| source.ready_state() == EventSource::CLOSED)
    });
    close();
    if refused {
        ask_whether_signed_in();
    }
    let failures = TAB.with_borrow_mut(|tab| {
        tab.failures += 1;
        tab.failures
    });
    let seconds = 1_u64 << (failures - 1).min(5);
    leptos::prelude::set_timeout(open, Duration::from_secs(seconds.min(30)));
}

/// An event stream does not tell why it was refused; any server function does.
fn ask_whether_signed_in() {
    spawn_local(async {
        if chat_models().await == Err(Failure::Problem(Problem::NotSignedIn)) {
            browser::go_to_sign_in();
        }
    });
}

/// Opens the stream anew from where the tab stands now.
pub fn reopen() {
    close();
    open();
}
