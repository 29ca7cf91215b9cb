//! What is half written: kept on this device at every key, and by Hearth a moment after the last one and when the
//! page is left, so that it is there after a reload, behind a locked phone, and on the next device.
//!
//! The newest wins, by the moment of the last key. What this device has written and Hearth does not have yet is
//! never given up for an empty text: that one was sent or taken back elsewhere, and these words were not.

use crate::{
    event_stream,
    islands::browser::{self, Kept, LocalDraft},
    server_fns::drafts::{read_draft, save_draft},
};
use hearth_types::{ConversationId, Draft, UserId};
use leptos::{ev, html, leptos_dom::helpers::TimeoutHandle, prelude::*, task::spawn_local};
use std::time::Duration;

/// After the last key.
const SAVE_AFTER: Duration = Duration::from_millis(700);

/// The draft of one composer.
#[derive(Clone, Copy)]
pub struct DraftKeeper {
    person: UserId,
    conversation: Option<ConversationId>,
    textarea: NodeRef<html::Textarea>,
    /// As it is kept here.
    kept: StoredValue<Kept>,
    later: StoredValue<Option<TimeoutHandle>>,
    /// Whether a text is on its way: it could arrive after "Send".
    under_way: StoredValue<bool>,
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
            kept: StoredValue::new(Kept::default()),
            later: StoredValue::new(None),
            under_way: StoredValue::new(false),
        }
    }

    /// Puts the newest text into the composer and watches over it; `changed` is told when another device's comes.
    pub fn take_up(self, hearths: Option<Draft>, changed: impl Fn() + Copy + 'static) {
        let hearths = hearths.map(known).unwrap_or_default();
        let here = self.text();
        let newest = if here != hearths.text {
            // Typed before the page was awake, or a suggestion.
            Kept {
                text: here,
                written_at: browser::now(),
                saved: false,
            }
        } else {
            self.local()
                .read()
                .map_or_else(|| hearths.clone(), |local| newer(local, hearths.clone()))
        };
        self.put(newest);
        drop(window_event_listener(ev::pagehide, move |_| {
            self.save_on_leaving()
        }));
        drop(document_hidden(move || self.save_on_leaving()));
        event_stream::on_return(move || self.catch_up(changed));
    }

    /// Another key was pressed.
    pub fn typed(self) {
        self.kept.set_value(Kept {
            text: self.text(),
            written_at: browser::now(),
            saved: false,
        });
        self.keep_here();
        self.save_later();
    }

    /// The text was sent, which Hearth has noted.
    pub fn sent(self) {
        self.cancel();
        let saved = !self.under_way.get_value();
        self.kept.set_value(Kept {
            written_at: browser::now(),
            saved,
            ..Kept::default()
        });
        self.keep_here();
        if !saved {
            self.save_later();
        }
    }

    fn put(self, kept: Kept) {
        if let Some(area) = self
            .textarea
            .get_untracked()
            .filter(|area| area.value() != kept.text)
        {
            area.set_value(&kept.text);
        }
        let saved = kept.saved;
        self.kept.set_value(kept);
        self.keep_here();
        if !saved {
            self.save_later();
        }
    }

    fn keep_here(self) {
        self.kept.with_value(|kept| self.local().keep(kept));
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
        if let Some(later) = self.later.get_value() {
            later.clear();
        }
    }

    fn save_later(self) {
        self.cancel();
        self.later
            .set_value(set_timeout_with_handle(move || self.save(), SAVE_AFTER).ok());
    }

    fn save(self) {
        let kept = self.kept.get_value();
        if kept.saved {
            return;
        }
        self.under_way.set_value(true);
        spawn_local(async move {
            let saved = save_draft(self.conversation, kept.text.clone(), age(&kept)).await;
            self.under_way.set_value(false);
            // What was typed meanwhile has its own turn.
            if saved.is_ok() && self.kept.with_value(|now| now.written_at == kept.written_at) {
                self.kept.update_value(|now| now.saved = true);
                self.keep_here();
            }
        });
    }

    /// The page goes out of sight or away: what Hearth does not have is sent off at once.
    fn save_on_leaving(self) {
        let kept = self.kept.get_value();
        if kept.saved {
            return;
        }
        let (age, conversation) = (age(&kept).to_string(), self.conversation.map(|id| id.to_string()));
        let mut fields = vec![("text", kept.text.as_str()), ("age_ms", age.as_str())];
        fields.extend(conversation.as_deref().map(|id| ("conversation", id)));
        browser::send_off("/api/drafts/save", &fields);
    }

    /// After the page was out of sight: another device may have gone on with the text.
    fn catch_up(self, changed: impl Fn() + Copy + 'static) {
        spawn_local(async move {
            let Ok(Some(draft)) = read_draft(self.conversation).await else {
                return;
            };
            let (mine, hearths) = (self.kept.get_value(), known(draft));
            if mine.saved && hearths.written_at > mine.written_at && hearths.text != mine.text {
                self.put(hearths);
                changed();
            }
        });
    }
}

fn known(draft: Draft) -> Kept {
    Kept {
        text: draft.text,
        written_at: browser::now() - draft.age_ms,
        saved: true,
    }
}

/// How long ago the last key was pressed, in milliseconds.
fn age(kept: &Kept) -> i64 {
    browser::now() - kept.written_at
}

/// Which of two texts is the newest: this device's, or the one Hearth has.
fn newer(local: Kept, hearths: Kept) -> Kept {
    let unsent_words = !local.saved && !local.text.is_empty();
    if unsent_words && (hearths.text.is_empty() || local.written_at >= hearths.written_at) {
        local
    } else {
        hearths
    }
}

fn document_hidden(act: impl Fn() + 'static) -> WindowListenerHandle {
    window_event_listener(ev::visibilitychange, move |_| {
        if !browser::visible() {
            act();
        }
    })
}
