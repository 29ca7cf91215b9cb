//! The list of conversations beside the page, kept as a reload would show it.
//!
//! The list is the server's HTML; only what changed is touched. On a page without the list nothing happens.

use crate::{
    browser::dom,
    server_fns::conversations::{list_conversations, query_after},
    strings::{chat, conversations, sharing, t},
};
use hearth_types::{ConversationCursor, ConversationId, ConversationRow, Shared};
use leptos::{
    task::spawn_local,
    web_sys::{Element, HtmlAnchorElement, UrlSearchParams},
};
use wasm_bindgen::JsCast;

/// The link to the rows after the last one of the list.
const MORE: &str = "[data-more-conversations]";

/// Makes "More conversations" append them here instead of opening their page.
pub fn listen() {
    dom::listen("click", |event| {
        if let Some(link) = dom::target_within(&event, MORE) {
            event.prevent_default();
            load_more(link.unchecked_into());
        }
    });
}

fn load_more(link: HtmlAnchorElement) {
    let Ok(query) = UrlSearchParams::new_with_str(&link.search()) else {
        return;
    };
    let value = |name: &str| query.get(name);
    let pinned = value("before_pinned").is_some_and(|pinned| pinned == "true");
    let at = value("before_us").and_then(|us| us.parse().ok());
    let id = value("before_id").and_then(|id| id.parse().ok());
    spawn_local(async move {
        let page = list_conversations(false, pinned, at, id).await;
        let (Ok(page), Some(list)) = (page, list()) else {
            return;
        };
        for shown in page.rows.iter().filter(|shown| row(&list, shown.id).is_none()) {
            append(&list, shown);
        }
        lead_on(page.next, &link);
    });
}

fn html(conversation: ConversationId, pinned: bool) -> String {
    let (mark, pin) = if pinned {
        let words = t(conversations::PINNED);
        (
            " data-pinned",
            format!("<span class=\"pin\" role=\"img\" aria-label=\"{words}\"></span>"),
        )
    } else {
        ("", String::new())
    };
    format!(
        "<li{mark}><a href=\"/c/{conversation}\" data-conversation=\"{conversation}\" dir=\"auto\">{}</a>\
         <span class=\"shared-mark\" data-shared=\"{conversation}\"></span>{pin}</li>",
        t(chat::NEW_CONVERSATION)
    )
}

/// Moves a conversation to the top, or behind the pinned ones; adds it when it is missing.
pub fn bring_up(conversation: ConversationId) {
    let Some(list) = list() else { return };
    if row(&list, conversation).is_none() {
        let _ = list.insert_adjacent_html("beforeend", &html(conversation, false));
    }
    let Some(row) = row(&list, conversation) else {
        return;
    };
    let first = if row.has_attribute("data-pinned") {
        "li"
    } else {
        "li:not([data-pinned])"
    };
    let first = dom::find_in(&list, first);
    let _ = list.insert_before(&row, first.as_ref().map(AsRef::as_ref));
}

/// Adds a conversation on top when it is missing.
pub fn show(conversation: ConversationId, title: &str) {
    if list().is_some_and(|list| row(&list, conversation).is_none()) {
        bring_up(conversation);
        if !title.is_empty() {
            retitle(conversation, title);
        }
    }
}

/// Shows with whom the conversation is shared, in the list and above the conversation.
pub fn mark(conversation: ConversationId, shared: Option<&Shared>) {
    let words = shared.map(sharing::mark).unwrap_or_default();
    for mark in dom::all(&format!("[data-shared=\"{conversation}\"]")) {
        mark.set_text_content(Some(&words));
    }
}

/// Changes a conversation's title, in the list and above the conversation.
pub fn retitle(conversation: ConversationId, title: &str) {
    for named in dom::all(&of(conversation)) {
        named.set_text_content(Some(title));
    }
}

/// Removes a deleted conversation.
pub fn remove(conversation: ConversationId) {
    if let Some(row) = list().and_then(|list| row(&list, conversation)) {
        row.remove();
    }
}

/// Loads the first part of the list again: events were missed, or the order has changed.
pub fn catch_up() {
    spawn_local(async {
        let page = list_conversations(false, false, None, None).await;
        let (Ok(page), Some(list)) = (page, list()) else {
            return;
        };
        let open = dom::find_in(&list, "[aria-current]");
        let open = open.and_then(|link| link.get_attribute("data-conversation"));
        list.set_inner_html("");
        page.rows.iter().for_each(|row| append(&list, row));
        let open = open.and_then(|open| dom::find_in(&list, &format!("[data-conversation=\"{open}\"]")));
        if let Some(link) = open {
            let _ = link.set_attribute("aria-current", "page");
        }
        if let Some(link) = dom::find(MORE) {
            lead_on(page.next, link.unchecked_ref());
        }
    });
}

fn append(list: &Element, row: &ConversationRow) {
    let _ = list.insert_adjacent_html("beforeend", &html(row.id, row.pinned));
    if !row.title.is_empty() {
        retitle(row.id, &row.title);
    }
    mark(row.id, row.shared.as_ref());
}

/// Points the link to the rows after this cursor, or removes it when there are none.
fn lead_on(next: Option<ConversationCursor>, link: &HtmlAnchorElement) {
    match next {
        Some(next) => link.set_href(&format!("/conversations?{}", query_after(next))),
        None => link.remove(),
    }
}

fn list() -> Option<Element> {
    dom::find("[data-conversations]")
}

fn row(list: &Element, conversation: ConversationId) -> Option<Element> {
    dom::find_in(list, &of(conversation))?.parent_element()
}

fn of(conversation: ConversationId) -> String {
    format!("[data-conversation=\"{conversation}\"]")
}
