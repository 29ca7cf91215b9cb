//! Scripts for the line of actions under a message: copying, and tools that open in place.
//!
//! One set of listeners for the whole page, because most messages are HTML of the server and no islands. A tool is
//! cloned from the page's templates, which are what the server renders without scripts.

use crate::{
    browser::{
        clipboard,
        dom::{self, around, find, find_in},
        draft::{DraftText, LocalDraft},
        keyboard, page,
    },
    server_fns::{conversations::send_message, messages::message_source},
    strings::{chat, problems, t},
};
use hearth_types::{MessageId, UserId};
use leptos::{
    prelude::*,
    task::spawn_local,
    web_sys::{Element, Event, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent},
};
use std::{cell::RefCell, time::Duration};
use wasm_bindgen::JsCast;

/// How long a copy button shows its result.
const SHOWN_FOR: Duration = Duration::from_secs(2);
const MESSAGE: &str = "article.message";

thread_local! {
    /// The Markdown of the answer whose tools were opened last: browsers allow copying only right after a press, so it
    /// is fetched before.
    static SOURCE: RefCell<Option<(MessageId, String)>> = const { RefCell::new(None) };
}

/// Shows nothing.
#[island]
pub fn MessageTools(person: UserId) -> impl IntoView {
    Effect::new(move |_| {
        dom::listen("click", move |event| pressed(person, &event));
        dom::listen("keydown", move |event| key(person, event.unchecked_ref()));
        dom::listen("input", move |event| typed(person, &event));
        dom::listen("submit", move |event| submitted(person, &event));
        if let Some(editor) = find("form.editor") {
            begin(person, &editor);
        }
    });
}

fn pressed(person: UserId, event: &Event) {
    let within = |selector: &str| dom::target_within(event, selector);
    let Some(message) = within(MESSAGE) else { return };
    if let Some(button) = within("[data-copy]") {
        copy(&message, button);
    } else if let Some(link) = within("a[data-tool]") {
        if open(person, &message, &link) {
            event.prevent_default();
        }
    } else if within("[data-cancel]").is_some() && cancel(person, &message) {
        event.prevent_default();
    }
}

/// Escape closes a tool; Enter in an editor sends, as in the composer.
fn key(person: UserId, event: &KeyboardEvent) {
    let Some(tool) = dom::target_within(event, ".tool") else {
        return;
    };
    if event.key() == "Escape" {
        if let Some(message) = around(&tool, MESSAGE) {
            cancel(person, &message);
        }
    } else if dom::target_within(event, ".editor textarea").is_some() && keyboard::sends(event) {
        event.prevent_default();
        if let Some(send) = find_in(&tool, "button") {
            send.unchecked_into::<HtmlElement>().click();
        }
    }
}

fn typed(person: UserId, event: &Event) {
    let area = dom::target_within(event, ".editor textarea");
    if let Some((area, message)) = area.and_then(|area| Some((area.clone(), id_of(&area)?))) {
        LocalDraft::of_edit(person, message).write(&DraftText {
            text: area.unchecked_into::<HtmlTextAreaElement>().value(),
            ..DraftText::default()
        });
    }
}

/// Sends another version of a message; the editor keeps the text until it is stored.
fn submitted(person: UserId, event: &Event) {
    let Some(form) = dom::target(event).filter(|form| form.class_list().contains("editor")) else {
        return;
    };
    event.prevent_default();
    let value = |name: &str| {
        let field = find_in(&form, &format!("[name={name}]"));
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
                LocalDraft::of_edit(person, edits).remove();
                page::go(&format!("/c/{conversation}"));
            }
            Err(failure) => {
                if let Some(place) = find_in(&form, "[role=alert]") {
                    place.set_text_content(Some(&problems::not_sent(&failure)));
                }
            }
        }
    });
}

/// The id of the message around an element.
fn id_of(element: &Element) -> Option<MessageId> {
    around(element, MESSAGE)?.id().strip_prefix("m-")?.parse().ok()
}

/// Opens a tool below its message, or closes it; false when the page has no template for it.
fn open(person: UserId, message: &Element, link: &Element) -> bool {
    let kind = match link.get_attribute("data-tool").as_deref() {
        Some("edit") => "edit",
        _ if message.class_list().contains("said") => "said",
        _ => "answer",
    };
    let (Some(template), Some(id)) = (find(&format!("#tool-{kind}")), id_of(message)) else {
        return false;
    };
    let was_open = find_in(message, &format!(".tool.{kind}")).is_some();
    dom::all(".tool").iter().for_each(Element::remove);
    if was_open {
        return true;
    }
    let _ = message.insert_adjacent_html("beforeend", &template.inner_html());
    let Some(tool) = message.last_element_child() else {
        return false;
    };
    let fill = |selector: &str, value: &str| {
        for field in dom::all_in(&tool, selector) {
            field.unchecked_into::<HtmlInputElement>().set_value(value);
        }
    };
    fill("[name=message],[name=edits]", &id.to_string());
    let key = keyboard::new_idempotency_key();
    fill("[name=idempotency_key]", &key.to_string());
    begin(person, &tool);
    true
}

/// Fills an editor that was just opened, and moves the focus into the tool.
fn begin(person: UserId, tool: &Element) {
    let Some(id) = id_of(tool) else { return };
    if let Some(area) = find_in(tool, "textarea") {
        let area: HtmlTextAreaElement = area.unchecked_into();
        let said = around(tool, MESSAGE).and_then(|said| find_in(&said, ".said-text"));
        let draft = LocalDraft::of_edit(person, id).read().map(|draft| draft.text);
        let text = draft.or_else(|| said?.text_content()).unwrap_or_default();
        area.set_value(&text);
        let _ = area.focus();
        let end = u32::try_from(text.encode_utf16().count()).unwrap_or(0);
        let _ = area.set_selection_range(end, end);
        return;
    }
    if let Some(first) = find_in(tool, "button, select, summary") {
        dom::focus(&first);
    }
    if tool.class_list().contains("answer") {
        spawn_local(async move {
            if let Ok(source) = message_source(id).await {
                SOURCE.set(Some((id, source)));
            }
        });
    }
}

/// Closes the tool of a message; the focus returns to the link that opened it. False when a page came with the tool
/// open: its own link leaves it.
fn cancel(person: UserId, message: &Element) -> bool {
    let Some(tool) = find_in(message, ".tool") else {
        return false;
    };
    if let Some(id) = id_of(&tool) {
        LocalDraft::of_edit(person, id).remove();
    }
    let name = if tool.class_list().contains("edit") {
        "edit"
    } else {
        "more"
    };
    tool.remove();
    if let Some(link) = find_in(message, &format!("[data-tool={name}]")) {
        dom::focus(&link);
    }
    true
}

/// Copies the text as read, or the answer's Markdown.
fn copy(message: &Element, button: Element) {
    if button.get_attribute("data-copy").as_deref() != Some("markdown") {
        let text = find_in(message, ".prose, .said-text");
        let text = text.map(|text| text.unchecked_into::<HtmlElement>().inner_text());
        return copy_text(&text.unwrap_or_default(), &button);
    }
    let Some(id) = id_of(message) else { return };
    let fetched = SOURCE.with_borrow(|source| source.clone());
    if let Some((_, source)) = fetched.filter(|(of, _)| *of == id) {
        return copy_text(&source, &button);
    }
    spawn_local(async move {
        match message_source(id).await {
            Ok(source) => copy_text(&source, &button),
            Err(_) => show_result(&button, t(chat::NOT_COPIED)),
        }
    });
}

fn copy_text(text: &str, button: &Element) {
    let copied = clipboard::copy(text);
    show_result(button, t(if copied { chat::COPIED } else { chat::NOT_COPIED }));
}

/// Shows a result on the button for a moment.
fn show_result(button: &Element, words: &'static str) {
    let before = button.text_content();
    if before.as_deref() == Some(words) {
        return;
    }
    button.set_text_content(Some(words));
    let button = button.clone();
    set_timeout(move || button.set_text_content(before.as_deref()), SHOWN_FOR);
}
