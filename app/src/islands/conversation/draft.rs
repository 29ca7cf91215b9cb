//! The unsent text: stored on this device at every key press, and on the server shortly after the last one and when the
//! page is left, so that it survives a reload and a locked phone, and is on the next device.
//!
//! The newest text wins, by the time of the last key press. A text of this device that the server does not have is
//! never replaced by an empty one: the empty text means that another text was sent or cleared elsewhere.

use crate::{
    browser::{
        clock,
        draft::{DraftText, LocalDraft},
        event_stream, page,
    },
    server_fns::drafts::{read_draft, save_draft},
};
use hearth_types::{ConversationId, Draft, UserId};
use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use std::time::Duration;

/// Delay of saving after the last key press.
const SAVE_AFTER: Duration = Duration::from_millis(700);

/// The draft of one composer.
#[derive(Clone, Copy)]
pub struct DraftKeeper {
    person: UserId,
    conversation: Option<ConversationId>,
    textarea: NodeRef<html::Textarea>,
    /// The current text.
    current: StoredValue<DraftText>,
    save_timer: StoredValue<Option<TimeoutHandle>>,
    /// Whether a text is being saved: it could arrive after "Send".
    saving: StoredValue<bool>,
}

impl DraftKeeper {
    pub fn new(
        person: UserId,
        conversation: Option<ConversationId>,
        textarea: NodeRef<html::Textarea>,
    ) -> Self {
        Self {
            person,
            conversation,
            textarea,
            current: StoredValue::new(DraftText::default()),
            save_timer: StoredValue::new(None),
            saving: StoredValue::new(false),
        }
    }

    /// Puts the newest text into the composer and saves it from now on; `changed` runs when another device's text
    /// arrives.
    pub fn take_up(self, remote: Option<Draft>, changed: impl Fn() + Copy + 'static) {
        let remote = remote.map(stored).unwrap_or_default();
        let here = self.text();
        let newest = if here != remote.text {
            // Typed before hydration, or a suggestion.
            DraftText {
                text: here,
                written_at: clock::now(),
                saved: false,
            }
        } else {
            self.local()
                .read()
                .map_or_else(|| remote.clone(), |local| newer(local, remote.clone()))
        };
        self.put(newest);
        drop(window_event_listener(ev::pagehide, move |_| {
            self.save_on_leaving()
        }));
        drop(document_hidden(move || self.save_on_leaving()));
        event_stream::on_return(move || self.catch_up(changed));
    }

    /// A key was pressed.
    pub fn typed(self) {
        self.current.set_value(DraftText {
            text: self.text(),
            written_at: clock::now(),
            saved: false,
        });
        self.store_locally();
        self.save_later();
    }

    /// The text was sent, so the server has cleared its draft.
    pub fn sent(self) {
        self.cancel();
        let saved = !self.saving.get_value();
        self.current.set_value(DraftText {
            written_at: clock::now(),
            saved,
            ..DraftText::default()
        });
        self.store_locally();
        if !saved {
            self.save_later();
        }
    }

    fn put(self, draft: DraftText) {
        if let Some(area) = self
            .textarea
            .get_untracked()
            .filter(|area| area.value() != draft.text)
        {
            area.set_value(&draft.text);
        }
        let saved = draft.saved;
        self.current.set_value(draft);
        self.store_locally();
        if !saved {
            self.save_later();
        }
    }

    fn store_locally(self) {
        self.current.with_value(|draft| self.local().write(draft));
    }

    fn local(self) -> LocalDraft {
        LocalDraft::of(self.person, self.conversation)
    }

    fn text(self) -> String {
        self.textarea
            .get_untracked()
            .map(|area| area.value())
            .unwrap_or_default()
    }

    fn cancel(self) {
        if let Some(timer) = self.save_timer.get_value() {
            timer.clear();
        }
    }

    fn save_later(self) {
        self.cancel();
        self.save_timer
            .set_value(set_timeout_with_handle(move || self.save(), SAVE_AFTER).ok());
    }

    fn save(self) {
        let draft = self.current.get_value();
        if draft.saved {
            return;
        }
        self.saving.set_value(true);
        spawn_local(async move {
            let saved = save_draft(self.conversation, draft.text.clone(), age(&draft)).await;
            self.saving.set_value(false);
            // A newer text is saved by its own timer.
            if saved.is_ok() && self.current.with_value(|now| now.written_at == draft.written_at) {
                self.current.update_value(|now| now.saved = true);
                self.store_locally();
            }
        });
    }

    /// The page is hidden or left: sends what the server does not have.
    fn save_on_leaving(self) {
        let draft = self.current.get_value();
        if draft.saved {
            return;
        }
        let (age, conversation) = (
            age(&draft).to_string(),
            self.conversation.map(|id| id.to_string()),
        );
        let mut fields = vec![("text", draft.text.as_str()), ("age_ms", age.as_str())];
        fields.extend(conversation.as_deref().map(|id| ("conversation", id)));
        page::send_beacon("/api/drafts/save", &fields);
    }

    /// The page was hidden: another device may have changed the text.
    fn catch_up(self, changed: impl Fn() + Copy + 'static) {
        spawn_local(async move {
            let Ok(Some(draft)) = read_draft(self.conversation).await else {
                return;
            };
            let (mine, remote) = (self.current.get_value(), stored(draft));
            if mine.saved && remote.written_at > mine.written_at && remote.text != mine.text {
                self.put(remote);
                changed();
            }
        });
    }
}

fn stored(draft: Draft) -> DraftText {
    DraftText {
        text: draft.text,
        written_at: clock::now() - draft.age_ms,
        saved: true,
    }
}

/// Milliseconds since the last key press.
fn age(draft: &DraftText) -> i64 {
    clock::now() - draft.written_at
}

/// The newer of two texts: this device's and the server's.
fn newer(local: DraftText, remote: DraftText) -> DraftText {
    let only_here = !local.saved && !local.text.is_empty();
    if only_here && (remote.text.is_empty() || local.written_at >= remote.written_at) {
        local
    } else {
        remote
    }
}

fn document_hidden(act: impl Fn() + 'static) -> WindowListenerHandle {
    window_event_listener(ev::visibilitychange, move |_| {
        if !page::visible() {
            act();
        }
    })
}
