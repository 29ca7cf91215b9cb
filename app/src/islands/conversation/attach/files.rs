//! The pictures and files that go with the next message.

use super::{item::AttachedFile, upload};
use crate::{
    browser::dom,
    islands::conversation::setup::{AttachmentSetup, ComposerSetup},
    server_fns::attachments::remove_attachment,
    strings::{attachments, t},
};
use hearth_types::{Attachment, AttachmentId, AttachmentKind, ConversationId};
use leptos::{ev, prelude::*, task::spawn_local, web_sys};
use wasm_bindgen::JsCast;

/// Everything that goes with the next message.
#[derive(Clone, Copy)]
pub struct AttachedFiles {
    pub conversation: Option<ConversationId>,
    pub items: RwSignal<Vec<AttachedFile>>,
    pub setup: StoredValue<AttachmentSetup>,
    /// The model picked for this message.
    pub model: RwSignal<Option<String>>,
    pub dragging: RwSignal<bool>,
}

impl AttachedFiles {
    pub fn new(setup: &ComposerSetup) -> Self {
        let unsent = setup.attachments.unsent.iter().cloned();
        let items = (0..)
            .zip(unsent)
            .map(|(key, attachment)| AttachedFile::new(key, attachment.name.clone(), Some(attachment)));
        Self {
            conversation: setup.conversation,
            items: RwSignal::new(items.collect()),
            setup: StoredValue::new(setup.attachments.clone()),
            model: RwSignal::new(None),
            dragging: RwSignal::new(false),
        }
    }

    /// Whether there are none. Tracked.
    pub fn none(self) -> bool {
        self.items.with(Vec::is_empty)
    }

    /// Whether there is an uploaded picture. Tracked.
    pub fn has_picture(self) -> bool {
        let is_picture = |done: &Option<Attachment>| {
            done.as_ref()
                .is_some_and(|done| done.kind == AttachmentKind::Picture)
        };
        self.items
            .with(|items| items.iter().any(|item| item.done.with(is_picture)))
    }

    /// What to send, or why it cannot be sent yet.
    pub fn ready(self) -> Result<Vec<AttachmentId>, &'static str> {
        let items = self.items.get_untracked();
        if items
            .iter()
            .any(|item| !item.problem.with_untracked(String::is_empty))
        {
            return Err(t(attachments::REMOVE_FAILED));
        }
        let ids = items.iter().map(|item| Some(item.done.get_untracked()?.id));
        ids.collect::<Option<_>>().ok_or(t(attachments::WAIT_FOR_UPLOADS))
    }

    /// Takes out what was sent.
    pub fn sent(self, ids: &[AttachmentId]) -> Vec<Attachment> {
        let mut sent = Vec::new();
        self.items.update(|items| {
            items.retain(|item| match item.done.get_untracked() {
                Some(done) if ids.contains(&done.id) => {
                    sent.push(done);
                    false
                }
                _ => true,
            });
        });
        sent
    }

    /// Uploads what was chosen, pasted or dropped; whether there was anything.
    fn add(self, files: Option<web_sys::FileList>) -> bool {
        let Some(files) = files else { return false };
        for file in (0..files.length()).filter_map(|at| files.get(at)) {
            let key = self.items.with_untracked(|items| unused_key(items));
            let item = AttachedFile::new(key, file.name(), None);
            self.items.update(|items| items.push(item.clone()));
            upload::keep(key, file);
            self.upload(item);
        }
        files.length() > 0
    }

    /// Sends the file of an item.
    pub(super) fn upload(self, item: AttachedFile) {
        let stored = move |item: &AttachedFile, taken| self.stored(item, taken);
        upload::start(self.conversation, item, Box::new(stored));
    }

    /// The server stored an upload; of a very long picture it made several.
    fn stored(self, item: &AttachedFile, mut taken: Vec<Attachment>) {
        if taken.len() == 1 {
            return item.done.set(taken.pop());
        }
        self.items.update(|items| {
            let Some(at) = items.iter().position(|other| other.key == item.key) else {
                return;
            };
            let parts = (unused_key(items)..).zip(taken);
            let parts: Vec<_> = parts
                .map(|(key, part)| AttachedFile::new(key, part.name.clone(), Some(part)))
                .collect();
            items.splice(at..=at, parts);
        });
    }

    /// Attaches a picture of the clipboard; text is pasted as usual.
    pub fn paste(self, event: &ev::ClipboardEvent) {
        if let Some(data) = event.clipboard_data()
            && !has_type(&data, "text/plain")
            && self.add(data.files())
        {
            event.prevent_default();
        }
    }

    pub fn drag_over(self, event: &ev::DragEvent) {
        if carries_files(event) {
            event.prevent_default();
            self.dragging.set(true);
        }
    }

    pub fn drag_leave(self) {
        self.dragging.set(false);
    }

    pub fn drop(self, event: &ev::DragEvent) {
        self.dragging.set(false);
        if carries_files(event) {
            event.prevent_default();
            self.add(event.data_transfer().and_then(|data| data.files()));
        }
    }

    pub fn chosen(self, event: &ev::Event) {
        let input = dom::target(event).and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            self.add(input.files());
            // Otherwise choosing the same file again would be no change.
            input.set_value("");
        }
    }

    pub fn remove(self, item: &AttachedFile) {
        upload::cancel(item.key);
        let key = item.key;
        let done = item.done.get_untracked();
        self.items.update(|items| items.retain(|item| item.key != key));
        if let Some(done) = done {
            // A failure is ignored: the server deletes unsent attachments after a day.
            spawn_local(async move { drop(remove_attachment(done.id).await) });
        }
        if let Some(area) = dom::by_id("composer-text") {
            dom::focus(&area);
        }
    }
}

fn unused_key(items: &[AttachedFile]) -> u32 {
    items.iter().map(|item| item.key + 1).max().unwrap_or(0)
}

fn carries_files(event: &ev::DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| has_type(&data, "Files"))
}

fn has_type(data: &web_sys::DataTransfer, kind: &str) -> bool {
    let kind = Some(kind.to_owned());
    data.types().iter().any(|has| has.as_string() == kind)
}
