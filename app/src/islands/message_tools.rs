//! Makes the line under a message alive: copying, and tools that open in place.
//!
//! One listener for the whole page, because most messages are HTML of the server's and no island. A tool is
//! cloned from the page's templates, which are what the server renders where no script runs.

use super::browser::{self, Kept, LocalDraft};
use crate::{
    failure::Failure,
    server_fns::{conversations::send_message, messages::message_source},
    strings::{chat, problems, t},
};
use hearth_types::{MessageId, UserId};
use leptos::{
    ev,
    prelude::*,
    task::spawn_local,
    web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTextAreaElement},
};
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::JsCast;

const SAID_SO_FOR: Duration = Duration::from_secs(2);

thread_local! {
    /// The Markdown of the answer whose tools were opened last: a browser copies only at once after a press.
    static SOURCE: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Shows nothing.
#[island]
pub fn MessageTools(person: UserId) -> impl IntoView {
    Effect::new(move |_| {
        // For as long as the page lives.
        drop(window_event_listener(ev::click, move |event| {
            pressed(person, &event)
        }));
        drop(window_event_listener(ev::keydown, move |event| {
            key(person, &event)
        }));
        drop(window_event_listener(ev::input, move |event| {
            typed(person, &event)
        }));
        drop(window_event_listener(ev::submit, move |event| {
            submitted(person, &event)
        }));
        if let Some(editor) = query("form.editor") {
            begin(person, &editor);
        }
    });
}

fn pressed(person: UserId, event: &ev::MouseEvent) {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return;
    };
    let within = |selector: &str| target.closest(selector).ok().flatten();
    let Some(message) = within("article.message") else {
        return;
    };
    if let Some(button) = within("[data-copy]") {
        copy(&message, &button);
    } else if let Some(link) = within("a[data-tool]") {
        if open(person, &message, &link) {
            event.prevent_default();
        }
    } else if within("[data-give-up]").is_some() && give_up(person, &message) {
        event.prevent_default();
    }
}

/// Escape gives up; Enter sends from the words, as in the composer, and elsewhere presses what has the focus.
fn key(person: UserId, event: &ev::KeyboardEvent) {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let tool = target
        .as_ref()
        .and_then(|target| target.closest(".tool").ok().flatten());
    let Some(tool) = tool else { return };
    let writes = target.is_some_and(|target| target.has_type::<HtmlTextAreaElement>());
    if event.key() == "Escape" {
        if let Some(message) = tool.closest("article.message").ok().flatten() {
            give_up(person, &message);
        }
        return;
    }
    if writes && tool.class_list().contains("editor") && browser::sends(event) {
        event.prevent_default();
        if let Some(send) = tool.query_selector("button").ok().flatten() {
            send.unchecked_into::<HtmlElement>().click();
        }
    }
}

fn typed(person: UserId, event: &ev::Event) {
    let area = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok());
    if let Some(area) = area
        && let Some(message) = area
            .closest("form.editor")
            .ok()
            .flatten()
            .and_then(|_| id_of(&area))
    {
        LocalDraft::of_edit(person, message).keep(&Kept {
            text: area.value(),
            ..Kept::default()
        });
    }
}

/// Sends another version of a message; the words stay until they are stored.
fn submitted(person: UserId, event: &ev::SubmitEvent) {
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let Some(form) = form.filter(|form| form.class_list().contains("editor")) else {
        return;
    };
    event.prevent_default();
    let value = |name: &str| {
        let field = form.query_selector(&format!("[name={name}]")).ok().flatten();
        field.map(|field| field.unchecked_into::<HtmlInputElement>().value())
    };
    let (Some(conversation), Some(edits), Some(key), Some(text)) = (
        value("conversation").and_then(|id| id.parse().ok()),
        value("edits").and_then(|id| id.parse().ok()),
        value("idempotency_key").and_then(|key| key.parse().ok()),
        value("text"),
    ) else {
        return;
    };
    spawn_local(async move {
        match send_message(Some(conversation), text, key, None, None, Vec::new(), Some(edits)).await {
            Ok(_) => {
                LocalDraft::of_edit(person, edits).forget();
                browser::go(&format!("/c/{conversation}"));
            }
            Err(failure) => {
                let words = match failure {
                    Failure::Unreachable => t(chat::NOT_SENT).to_owned(),
                    Failure::Problem(problem) => problems::sentence(&problem),
                };
                if let Some(place) = form.query_selector("[role=alert]").ok().flatten() {
                    place.set_text_content(Some(&words));
                }
            }
        }
    });
}

/// The id of the message around an element.
fn id_of(element: &Element) -> Option<MessageId> {
    let message = element.closest("article.message").ok().flatten()?;
    message.id().strip_prefix("m-")?.parse().ok()
}

fn query(selector: &str) -> Option<Element> {
    browser::document().query_selector(selector).ok().flatten()
}

/// Puts a tool below its message, or takes it away again; whether there was a template for it.
fn open(person: UserId, message: &Element, link: &Element) -> bool {
    let name = link.get_attribute("data-tool").unwrap_or_default();
    let kind = if name == "edit" {
        "edit"
    } else if message.class_list().contains("said") {
        "said"
    } else {
        "answer"
    };
    let (Some(template), Some(id)) = (query(&format!("#tool-{kind}")), id_of(message)) else {
        return false;
    };
    let was_open = message
        .query_selector(&format!(".tool.{kind}"))
        .ok()
        .flatten()
        .is_some();
    browser::each(".tool", |tool| tool.remove());
    if was_open {
        return true;
    }
    let _ = message.insert_adjacent_html("beforeend", &template.inner_html());
    let Some(tool) = message.last_element_child() else {
        return false;
    };
    for_each_within(&tool, "[name=message],[name=edits]", |field| {
        field.set_value(&id.to_string())
    });
    for_each_within(&tool, "[name=idempotency_key]", |field| {
        field.set_value(&browser::new_key().0.to_string());
    });
    begin(person, &tool);
    true
}

/// Fills an editor that has just come, and puts the keyboard into the tool.
fn begin(person: UserId, tool: &Element) {
    let Some(id) = id_of(tool) else { return };
    let area = tool.query_selector("textarea").ok().flatten();
    if let Some(area) = area.and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok()) {
        let said = tool.closest("article.message").ok().flatten();
        let said = said.and_then(|said| said.query_selector(".said-text").ok().flatten());
        let before = LocalDraft::of_edit(person, id).read().map(|kept| kept.text);
        let text = before.or_else(|| said?.text_content()).unwrap_or_default();
        area.set_value(&text);
        let _ = area.focus();
        let end = u32::try_from(text.encode_utf16().count()).unwrap_or(0);
        let _ = area.set_selection_range(end, end);
        return;
    }
    if let Some(first) = tool.query_selector("button, select, summary").ok().flatten() {
        let _ = first.unchecked_into::<HtmlElement>().focus();
    }
    if tool.class_list().contains("answer") {
        read_source(id.to_string());
    }
}

/// Closes the tool of a message; the keyboard goes back to where it was opened. A page that came with the tool
/// open is left by its own link.
fn give_up(person: UserId, message: &Element) -> bool {
    let Some(tool) = message.query_selector(".tool").ok().flatten() else {
        return false;
    };
    if let Some(id) = id_of(&tool) {
        LocalDraft::of_edit(person, id).forget();
    }
    let name = if tool.class_list().contains("edit") {
        "edit"
    } else {
        "more"
    };
    tool.remove();
    if let Some(link) = message
        .query_selector(&format!("[data-tool={name}]"))
        .ok()
        .flatten()
    {
        let _ = link.unchecked_into::<HtmlElement>().focus();
    }
    true
}

fn for_each_within(element: &Element, selector: &str, act: impl Fn(&HtmlInputElement)) {
    let Ok(found) = element.query_selector_all(selector) else {
        return;
    };
    (0..found.length())
        .filter_map(|index| found.get(index))
        .for_each(|field| act(field.unchecked_ref()));
}

fn read_source(id: String) {
    let Ok(message) = id.parse() else { return };
    spawn_local(async move {
        if let Ok(source) = message_source(message).await {
            SOURCE.set(Some((id, source)));
        }
    });
}

/// The words as they are read, or the answer's Markdown.
fn copy(message: &Element, button: &Element) {
    let button = button.clone();
    if button.get_attribute("data-copy").as_deref() == Some("markdown") {
        let Some(id) = id_of(message) else { return };
        let known = SOURCE.with_borrow(|source| source.clone());
        if let Some((_, source)) = known.filter(|(of, _)| *of == id.to_string()) {
            return put(&source, &button);
        }
        spawn_local(async move {
            match message_source(id).await {
                Ok(source) => put(&source, &button),
                Err(_) => say(&button, t(chat::NOT_COPIED)),
            }
        });
        return;
    }
    let text = message.query_selector(".prose, .said-text").ok().flatten();
    let text = text.map(|text| text.unchecked_into::<HtmlElement>().inner_text());
    put(&text.unwrap_or_default(), &button);
}

fn put(text: &str, button: &Element) {
    let copied = browser::copy(text);
    say(button, t(if copied { chat::COPIED } else { chat::NOT_COPIED }));
}

/// The button says what came of it for a moment.
fn say(button: &Element, words: &'static str) {
    let before = button.text_content();
    if before.as_deref() == Some(words) {
        return;
    }
    button.set_text_content(Some(words));
    let button = button.clone();
    set_timeout(move || button.set_text_content(before.as_deref()), SAID_SO_FOR);
}
