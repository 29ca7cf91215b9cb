//! Notices about memory under an answer: "Noted: … · Undo".

use crate::strings::{memory, t};
use hearth_types::{MemoryNote, NoteItem, NoteKind};
use leptos::prelude::*;

/// All notes of an answer.
pub fn memory_notes(notes: &[MemoryNote]) -> Vec<AnyView> {
    notes.iter().map(note).collect()
}

fn note(note: &MemoryNote) -> AnyView {
    let sentence = t(match note.kind {
        NoteKind::Noted => memory::NOTED,
        NoteKind::Kept => memory::REMEMBERED,
        NoteKind::Asked => memory::MAY_I,
        NoteKind::Which => memory::WHICH,
        NoteKind::Forgotten => memory::DONE_FORGOTTEN,
        NoteKind::NothingFound => memory::FOUND_NOTHING,
        NoteKind::MemoryOff => memory::MEMORY_IS_OFF,
        NoteKind::TooLong => memory::TOO_LONG_TO_FORGET,
    });
    let items: Vec<_> = note.items.iter().map(|one| item(note.kind, one)).collect();
    view! {
        <div class="memory-note">
            <p>{sentence}</p>
            {(!items.is_empty()).then(|| view! { <ul>{items}</ul> })}
        </div>
    }
    .into_any()
}

fn item(kind: NoteKind, item: &NoteItem) -> AnyView {
    let memory = item.memory.map(|id| id.to_string());
    let buttons = match (kind, memory, item.passage) {
        (NoteKind::Which, Some(id), _) => vec![press(
            "/api/memories/forget",
            "id",
            id,
            None,
            memory::FORGET,
            item,
        )],
        (NoteKind::Which, None, Some(passage)) => {
            vec![press(
                "/api/memories/forget_passage",
                "passage",
                passage.to_string(),
                None,
                memory::FORGET,
                item,
            )]
        }
        (NoteKind::Asked, Some(id), _) => vec![
            press(
                "/api/memories/answer",
                "id",
                id.clone(),
                Some("true"),
                memory::YES,
                item,
            ),
            press("/api/memories/answer", "id", id, Some("false"), memory::NO, item),
        ],
        (_, Some(id), _) => vec![press("/api/memories/undo", "id", id, None, memory::UNDO, item)],
        _ => Vec::new(),
    };
    view! { <li><span dir="auto">{item.text.clone()}</span> {buttons}</li> }.into_any()
}

/// One button, a plain form.
fn press(
    action: &'static str,
    field: &'static str,
    id: String,
    yes: Option<&'static str>,
    words: crate::strings::Text,
    item: &NoteItem,
) -> AnyView {
    let name = format!("{}: {}", t(words), item.text);
    view! {
        <form method="post" action=action>
            <input type="hidden" name=field value=id />
            {yes.map(|yes| view! { <input type="hidden" name="yes" value=yes /> })}
            <button class="quiet" aria-label=name>{t(words)}</button>
        </form>
    }
    .into_any()
}
