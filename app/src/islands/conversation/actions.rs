//! The line of actions under a message.
//!
//! HTML as text: page and island show the same, only ids differ, and the browser's half stays small. It includes no
//! text of a person or model. Every action but copying is a plain form or a link; rarer ones open below the message
//! (`pages::conversation::below`), in place when scripts run.

use crate::strings::{Text, chat, t};
use hearth_types::{MessageId, Siblings, SpaceRole};

/// Under a person's message.
pub fn of_said(id: MessageId, siblings: Option<Siblings>, role: SpaceRole) -> String {
    if !role.may_write() {
        return [versions(siblings, role), copy()].concat();
    }
    let more = if role == SpaceRole::Owner {
        link("more", chat::MORE, id)
    } else {
        String::new()
    };
    [
        versions(siblings, role),
        copy(),
        link("edit", chat::EDIT, id),
        more,
    ]
    .concat()
}

/// Under an answer that has ended.
pub fn of_answer(id: MessageId, siblings: Option<Siblings>, role: SpaceRole) -> String {
    if !role.may_write() {
        return [versions(siblings, role), copy()].concat();
    }
    let again = t(chat::ANSWER_AGAIN);
    let again = format!(
        "<form method=\"post\" action=\"/api/answers/again\"><button class=\"act\" name=\"message\" \
         value=\"{id}\">{again}</button></form>"
    );
    [
        versions(siblings, role),
        copy(),
        again,
        link("more", chat::MORE, id),
    ]
    .concat()
}

/// "‹ 2 of 3 ›": the other versions in the same place.
pub fn versions(siblings: Option<Siblings>, role: SpaceRole) -> String {
    let Some(siblings) = siblings else {
        return String::new();
    };
    let step = |to: Option<MessageId>, words: Text, sign: &str| {
        let to = to.filter(|_| role.may_write()).map_or_else(
            || "disabled".to_owned(),
            |id| format!("name=\"message\" value=\"{id}\""),
        );
        format!(
            "<button class=\"act\" {to} aria-label=\"{}\">{sign}</button>",
            t(words)
        )
    };
    format!(
        "<form class=\"versions\" method=\"post\" action=\"/api/messages/show\" aria-label=\"{}\">{}<span>{}</span>{}</form>",
        t(chat::VERSIONS),
        step(siblings.previous, chat::PREVIOUS_VERSION, "‹"),
        chat::version_of(siblings.number, siblings.count),
        step(siblings.next, chat::NEXT_VERSION, "›"),
    )
}

fn copy() -> String {
    format!(
        "<button type=\"button\" class=\"act\" data-copy=\"text\">{}</button>",
        t(chat::COPY)
    )
}

/// Without scripts the link loads the page with the tool open.
fn link(tool: &str, words: Text, id: MessageId) -> String {
    format!(
        "<a class=\"act\" data-tool=\"{tool}\" href=\"?{tool}={id}#b-{id}\">{}</a>",
        t(words)
    )
}
