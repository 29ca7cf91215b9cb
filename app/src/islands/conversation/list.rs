//! The list of conversations beside the page, kept as it would be after a reload.
//!
//! The list is the server's HTML; only what changed is touched. Where the page has none, nothing happens.

use crate::{
    islands::browser,
    server_fns,
    strings::{chat, conversations, sharing, t},
};
use hearth_types::{ConversationCursor, ConversationId, ConversationRow, Shared};
use leptos::{
    ev,
    prelude::window_event_listener,
    task::spawn_local,
    web_sys::{Element, HtmlAnchorElement, UrlSearchParams},
};
use wasm_bindgen::JsCast;

/// Where a page of the list ends, as an address asks for what follows.
pub fn place(next: ConversationCursor) -> String {
    format!(
        "before_pinned={}&before_us={}&before_id={}",
        next.pinned, next.updated_at_us, next.id
    )
}

/// "More conversations" brings them here instead of leading to their page.
pub fn listen() {
    drop(window_event_listener(ev::click, |event| {
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let link = link.and_then(|link| link.closest("[data-more-conversations]").ok().flatten());
        if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) {
            event.prevent_default();
            load_more(link);
        }
    }));
}

fn load_more(link: HtmlAnchorElement) {
    let Ok(place) = UrlSearchParams::new_with_str(&link.search()) else {
        return;
    };
    let value = |name: &str| place.get(name);
    let pinned = value("before_pinned").is_some_and(|pinned| pinned == "true");
    let at = value("before_us").and_then(|us| us.parse().ok());
    let id = value("before_id").and_then(|id| id.parse().ok());
    spawn_local(async move {
        let page = server_fns::conversations::list_conversations(false, pinned, at, id).await;
        let (Ok(page), Some(list)) = (page, list()) else {
            return;
        };
        for shown in page.rows.iter().filter(|shown| row(&list, shown.id).is_none()) {
            append(&list, shown);
        }
        go_on_from(page.next, &link);
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

/// The conversation stands first now, or behind the pinned ones, also if it is new here.
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
    let first = list.query_selector(first).ok().flatten();
    let _ = list.insert_before(&row, first.as_ref().map(AsRef::as_ref));
}

/// The conversation stands in the list, where it stood or first when it is new here.
pub fn show(conversation: ConversationId, title: &str) {
    if list().is_some_and(|list| row(&list, conversation).is_none()) {
        bring_up(conversation);
        if !title.is_empty() {
            retitle(conversation, title);
        }
    }
}

/// Who has the conversation, in the list and above itself.
pub fn mark(conversation: ConversationId, shared: Option<&Shared>) {
    let words = shared.map(sharing::mark).unwrap_or_default();
    browser::each_with("data-shared", &conversation.to_string(), |mark| {
        mark.set_text_content(Some(&words));
    });
}

/// The conversation is called this now, in the list and above itself.
pub fn retitle(conversation: ConversationId, title: &str) {
    browser::each_with("data-conversation", &conversation.to_string(), |named| {
        named.set_text_content(Some(title));
    });
}

/// The conversation is gone.
pub fn remove(conversation: ConversationId) {
    if let Some(row) = list().and_then(|list| row(&list, conversation)) {
        row.remove();
    }
}

/// After the stream was away, or when the order is another: the list as it is now, its first part at least.
pub fn catch_up() {
    spawn_local(async {
        let page = server_fns::conversations::list_conversations(false, false, None, None).await;
        let (Ok(page), Some(list)) = (page, list()) else {
            return;
        };
        let open = list.query_selector("[aria-current]").ok().flatten();
        let open = open.and_then(|link| link.get_attribute("data-conversation"));
        list.set_inner_html("");
        page.rows.iter().for_each(|row| append(&list, row));
        if let Some(open) = open {
            browser::each(
                &format!("[data-conversations] [data-conversation=\"{open}\"]"),
                |link| {
                    let _ = link.set_attribute("aria-current", "page");
                },
            );
        }
        if let Some(link) = browser::document()
            .query_selector("[data-more-conversations]")
            .ok()
            .flatten()
        {
            go_on_from(page.next, link.unchecked_ref());
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

/// The link brings what follows; it goes when nothing does.
fn go_on_from(next: Option<ConversationCursor>, link: &HtmlAnchorElement) {
    match next {
        Some(next) => link.set_href(&format!("/conversations?{}", place(next))),
        None => link.remove(),
    }
}

fn list() -> Option<Element> {
    browser::document()
        .query_selector("[data-conversations]")
        .ok()
        .flatten()
}

fn row(list: &Element, conversation: ConversationId) -> Option<Element> {
    let link = list.query_selector(&format!("[data-conversation=\"{conversation}\"]"));
    link.ok().flatten()?.parent_element()
}
