//! Browser side of the event stream: one connection per tab, shared by every island on the page.
//!
//! It is open while the page is visible and closed while it is hidden, because a browser allows six connections per
//! host over all tabs. When it opens it names the tab's resume point (`resume_from`), so that the server continues
//! from there; when it opens again it calls the `on_return` handlers, because events may have been missed.
//! A lost connection is retried here and not by the browser, which would use a stale resume point.

use super::{dom::listen, page};
use hearth_types::{Event, ResumePoint};
use leptos::web_sys::{EventSource, MessageEvent};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen::{JsCast, closure::Closure};

type Listener = Rc<dyn Fn(&Event)>;

#[derive(Default)]
struct Tab {
    source: Option<EventSource>,
    failures: u32,
    opened_before: bool,
    resume_point: Option<Rc<dyn Fn() -> Option<ResumePoint>>>,
    listeners: Vec<Listener>,
    on_return: Vec<Rc<dyn Fn()>>,
    on_refusal: Option<fn()>,
}

thread_local! {
    static TAB: RefCell<Tab> = RefCell::default();
}

/// Calls `listener` at every event of the person, as long as the page lives. `on_refusal` runs when the server refuses
/// the stream, which does not say why.
pub fn subscribe(listener: impl Fn(&Event) + 'static, on_refusal: fn()) {
    let first = TAB.with_borrow_mut(|tab| {
        tab.listeners.push(Rc::new(listener));
        tab.on_refusal.replace(on_refusal).is_none()
    });
    if first {
        start();
    }
}

/// Sets where the stream resumes: how much the tab has of a running answer.
pub fn resume_from(resume_point: impl Fn() -> Option<ResumePoint> + 'static) {
    TAB.with_borrow_mut(|tab| tab.resume_point = Some(Rc::new(resume_point)));
}

/// Runs whenever the stream opens again after it was closed.
pub fn on_return(act: impl Fn() + 'static) {
    TAB.with_borrow_mut(|tab| tab.on_return.push(Rc::new(act)));
}

/// Watches the page's visibility, and opens the stream after all islands of the page have woken.
fn start() {
    listen("visibilitychange", |_| {
        if page::visible() {
            come_back();
        } else {
            close();
        }
    });
    leptos::prelude::set_timeout(open, Duration::ZERO);
}

/// A hidden page has missed events, also when it was opened hidden.
fn come_back() {
    TAB.with_borrow_mut(|tab| tab.opened_before = true);
    open();
}

fn open() {
    if !page::visible() || TAB.with_borrow(|tab| tab.source.is_some()) {
        return;
    }
    let resume = TAB.with_borrow(|tab| tab.resume_point.clone());
    let Ok(source) = EventSource::new(&address(resume.and_then(|point| point()))) else {
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
        return page::go_to_sign_in();
    }
    let listeners = TAB.with_borrow(|tab| tab.listeners.clone());
    listeners.iter().for_each(|listener| listener(&event));
    if matches!(event, Event::Reload) {
        // Opening again runs `on_return`, which fetches what was missed. Not at once: this tab was too slow already.
        lost();
    }
}

/// Retries after 1, 2, 4 … 30 seconds.
fn lost() {
    let (refused, on_refusal) = TAB.with_borrow(|tab| {
        let source = tab.source.as_ref();
        let refused = source.is_some_and(|source| source.ready_state() == EventSource::CLOSED);
        (refused, tab.on_refusal)
    });
    close();
    if let Some(act) = on_refusal.filter(|_| refused) {
        act();
    }
    let failures = TAB.with_borrow_mut(|tab| {
        tab.failures += 1;
        tab.failures
    });
    let seconds = 1_u64 << (failures - 1).min(5);
    leptos::prelude::set_timeout(open, Duration::from_secs(seconds.min(30)));
}

/// Opens the stream again from the current resume point.
pub fn reopen() {
    close();
    open();
}
