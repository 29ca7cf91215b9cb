//! The list of conversations beside the page, kept as it would be after a reload.
//!
//! The list is the server's HTML; only what changed is touched. Where the page has none, nothing happens.

use crate::{
    islands::browser,
    server_fns,
    strings::{chat, sharing, t},
};
use hearth_types::{ConversationId, Shared};
use leptos::{task::spawn_local, web_sys::Element};

/// As many rows as the server's list begins with.
const ROWS: usize = 30;

/// The conversation stands first now, also if it is new here.
pub fn bring_up(conversation: ConversationId) {
    let Some(list) = list() else { return };
    match row(&list, conversation) {
        Some(row) => {
            let _ = list.insert_before(&row, list.first_child().as_ref());
        }
        None => {
            let html = format!(
                "<li><a href=\"/c/{conversation}\" data-conversation=\"{conversation}\">{}</a>\
                 <span class=\"shared-mark\" data-shared=\"{conversation}\"></span></li>",
                t(chat::NEW_CONVERSATION)
            );
            let _ = list.insert_adjacent_html("afterbegin", &html);
        }
    }
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

/// After the stream was away: asks for the list as it is now.
pub fn catch_up() {
    spawn_local(async {
        let (Ok(page), Some(list)) = (
            server_fns::conversations::list_conversations(None, None).await,
            list(),
        ) else {
            return;
        };
        let rows = &page.rows[..page.rows.len().min(ROWS)];
        for row in rows.iter().rev() {
            bring_up(row.id);
            if !row.title.is_empty() {
                retitle(row.id, &row.title);
            }
            mark(row.id, row.shared.as_ref());
        }
        // Whatever still follows was deleted, or is too old to stand here.
        while list.child_element_count() as usize > rows.len()
            && let Some(gone) = list.last_element_child()
        {
            gone.remove();
        }
    });
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
