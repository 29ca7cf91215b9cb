//! The composer's state: the text, its draft, the attachments, and sending.
//!
//! The same text keeps its idempotency key, so that pressing "Send" again after a lost response stores one message.

use crate::{
    browser::{clock, keyboard, page},
    failure::Failure,
    islands::conversation::{
        attach::AttachedFiles, draft::DraftKeeper, live::Live, phase::Phase, scroll, setup::ComposerSetup,
    },
    server_fns::{
        answers::stop_answer,
        conversations::{SendMessage, send_message},
    },
    strings::problems,
};
use hearth_types::{
    Attachment, AttachmentId, ConflictReason, Draft, IdempotencyKey, MemoryUse, Message, Problem, Sent,
    Speaker, has_something_to_read,
};
use leptos::{ev, html, prelude::*, task::spawn_local};

const MOST_ROWS: usize = 8;

/// Handles of the composer that can be copied into closures.
#[derive(Clone, Copy)]
pub struct ComposerState {
    pub live: Live,
    draft: DraftKeeper,
    pub textarea: NodeRef<html::Textarea>,
    pub model: NodeRef<html::Select>,
    pub memory: NodeRef<html::Select>,
    pub files: AttachedFiles,
    /// Whether the text has nothing to read.
    pub empty: RwSignal<bool>,
    pub sending: RwSignal<bool>,
    /// Why something failed; empty when nothing did.
    pub problem: RwSignal<String>,
    /// The content that a key was made for, with the key.
    keyed: StoredValue<Option<(Content, IdempotencyKey)>>,
}

/// What makes two messages the same when one is sent again: text and attachments.
type Content = (String, Vec<AttachmentId>);

impl ComposerState {
    pub fn new(setup: &ComposerSetup, live: Live) -> Self {
        let textarea = NodeRef::new();
        Self {
            live,
            draft: DraftKeeper::new(setup.person, setup.conversation, textarea),
            textarea,
            model: NodeRef::new(),
            memory: NodeRef::new(),
            files: AttachedFiles::new(setup),
            empty: RwSignal::new(false),
            sending: RwSignal::new(false),
            problem: RwSignal::new(setup.problem.as_ref().map(problems::sentence).unwrap_or_default()),
            keyed: StoredValue::new(None),
        }
    }

    /// On hydration: keeps what was typed before, else restores the newest draft.
    pub fn take_up(self, draft: Option<Draft>) {
        self.draft.take_up(draft, move || self.changed());
        self.changed();
    }

    fn text(self) -> String {
        self.textarea
            .get_untracked()
            .map(|area| area.value())
            .unwrap_or_default()
    }

    pub fn typed(self) {
        self.draft.typed();
        self.changed();
    }

    /// Updates what depends on the text.
    fn changed(self) {
        let text = self.text();
        self.empty.set(!has_something_to_read(&text));
        if let Some(area) = self.textarea.get_untracked() {
            let lines = text.split('\n').count().min(MOST_ROWS);
            area.set_rows(u32::try_from(lines).unwrap_or(1));
        }
    }

    pub fn key(self, event: &ev::KeyboardEvent) {
        if keyboard::sends(event) {
            event.prevent_default();
            self.send();
        }
    }

    pub fn send(self) {
        let text = self.text();
        let nothing = !has_something_to_read(&text) && untrack(|| self.files.none());
        if nothing || self.sending.get_untracked() {
            return;
        }
        let attached = match self.files.ready() {
            Ok(attached) => attached,
            Err(not_yet) => return self.problem.set(not_yet.to_owned()),
        };
        if self.live.running().is_some() {
            let reason = ConflictReason::AnswerRunning;
            self.problem
                .set(problems::sentence(&Problem::Conflict { reason }));
            return;
        }
        self.sending.set(true);
        self.problem.set(String::new());
        let message = self.message(&text, &attached);
        spawn_local(async move {
            let sent = send_message(
                message.conversation,
                message.text,
                message.idempotency_key,
                message.model,
                message.memory,
                message.attachments,
                message.edits,
            );
            match sent.await {
                Ok(sent) => self.sent(sent, text, &attached),
                Err(failure) => self.failed(&failure),
            }
            self.sending.set(false);
        });
    }

    fn message(self, text: &str, attached: &[AttachmentId]) -> SendMessage {
        let content = (text.to_owned(), attached.to_vec());
        let keyed = self.keyed.get_value().filter(|(keyed, _)| *keyed == content);
        let key = keyed.map_or_else(keyboard::new_idempotency_key, |(_, key)| key);
        self.keyed.set_value(Some((content, key)));
        let picked = |select: NodeRef<html::Select>| select.get_untracked().map(|select| select.value());
        SendMessage {
            conversation: self.live.conversation,
            text: text.to_owned(),
            idempotency_key: key,
            model: picked(self.model)
                .filter(|model| !model.is_empty())
                .or_else(|| self.files.model.get_untracked()),
            memory: picked(self.memory).map(|choice| match choice.as_str() {
                "temporary" => MemoryUse::Temporary,
                "true" => MemoryUse::On,
                _ => MemoryUse::Off,
            }),
            attachments: attached.to_vec(),
            edits: None,
        }
    }

    /// Inserts dictated words at the cursor.
    pub fn insert(self, words: &str) {
        let Some(area) = self.textarea.get_untracked() else {
            return;
        };
        let at = area.selection_end().ok().flatten().unwrap_or_default() as usize;
        let text: Vec<u16> = area.value().encode_utf16().collect();
        let (before, after) = text.split_at(at.min(text.len()));
        let (before, after) = (String::from_utf16_lossy(before), String::from_utf16_lossy(after));
        let gap = if before.is_empty() || before.ends_with(char::is_whitespace) {
            ""
        } else {
            " "
        };
        area.set_value(&format!("{before}{gap}{words}{after}"));
        self.typed();
    }

    /// Another model was picked, which may have vision or not.
    pub fn picked_model(self) {
        let model = self.model.get_untracked().map(|select| select.value());
        self.files.model.set(model.filter(|model| !model.is_empty()));
    }

    /// The message is stored: clears the text, unless more was typed meanwhile.
    fn sent(self, sent: Sent, text: String, attached: &[AttachmentId]) {
        self.keyed.set_value(None);
        let attachments = self.files.sent(attached);
        if let Some(area) = self.textarea.get_untracked()
            && area.value() == text
        {
            area.set_value("");
            self.draft.sent();
        }
        self.changed();
        if self.live.conversation.is_none() {
            return page::go(&format!("/c/{}", sent.conversation));
        }
        self.live.add_turn(said(&sent, text, attachments), sent.answer);
        request_animation_frame(scroll::to_end);
    }

    fn failed(self, failure: &Failure) {
        if failure.is_signed_out() {
            return page::go_to_sign_in();
        }
        self.problem.set(problems::not_sent(failure));
    }

    pub fn stop(self) {
        let Some(answer) = self.live.running() else { return };
        let before = answer.phase.get_untracked();
        answer.phase.set(Phase::Stopping);
        spawn_local(async move {
            if let Err(failure) = stop_answer(answer.id).await {
                if answer.is_live() {
                    answer.phase.set(before);
                }
                self.problem.set(problems::failure(&failure));
            }
        });
    }
}

/// A sent message, as the page shows it.
fn said(sent: &Sent, text: String, attachments: Vec<Attachment>) -> Message {
    Message {
        id: sent.message,
        said_by: Speaker::Person,
        by: None,
        text,
        html: String::new(),
        said_at: clock::now(),
        attachments,
        answer: None,
        siblings: None,
    }
}
