//! Unsent texts on this device, so that a reload without a connection loses nothing.

use hearth_types::{ConversationId, MessageId, Timestamp, UserId};
use leptos::web_sys::Storage;

/// The place of one unsent text in the browser's storage.
pub struct LocalDraft(String);

/// An unsent text.
#[derive(Clone, Default)]
pub struct DraftText {
    pub text: String,
    /// Time of the last key press.
    pub written_at: Timestamp,
    /// Whether the server has it too.
    pub saved: bool,
}

impl LocalDraft {
    /// The draft of a person in a conversation; none stands for the conversation that has not begun.
    pub fn of(person: UserId, conversation: Option<ConversationId>) -> Self {
        let place = conversation.map_or_else(|| "new".to_owned(), |id| id.to_string());
        Self(format!("hearth-draft-{person}-{place}"))
    }

    /// The draft of another version of a message.
    pub fn of_edit(person: UserId, message: MessageId) -> Self {
        Self(format!("hearth-draft-{person}-edit-{message}"))
    }

    /// The stored text; none when there is none or the browser stores nothing.
    pub fn read(&self) -> Option<DraftText> {
        let stored = storage()?.get_item(&self.0).ok().flatten()?;
        let parsed = stored.split_once(':').and_then(|(head, text)| {
            Some(DraftText {
                text: text.to_owned(),
                written_at: head.get(1..)?.parse().ok()?,
                saved: head.starts_with('+'),
            })
        });
        // Older versions stored the bare text.
        Some(parsed.unwrap_or(DraftText {
            text: stored,
            ..DraftText::default()
        }))
    }

    /// Stores the text, or removes it when it is empty and the server knows so. A refusal of the browser is ignored.
    pub fn write(&self, draft: &DraftText) {
        if draft.text.is_empty() && draft.saved {
            return self.remove();
        }
        let sign = if draft.saved { '+' } else { '-' };
        let stored = format!("{sign}{}:{}", draft.written_at, draft.text);
        if let Some(storage) = storage() {
            let _ = storage.set_item(&self.0, &stored);
        }
    }

    /// Removes the text.
    pub fn remove(&self) {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(&self.0);
        }
    }
}

fn storage() -> Option<Storage> {
    leptos::prelude::window().local_storage().ok().flatten()
}
