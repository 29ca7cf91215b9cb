//! What goes with the next message: chosen, dropped, pasted or photographed, uploaded at once, and kept by the
//! server with the conversation until it is sent.

mod upload;

use super::composer::Desk;
use crate::{
    components::icons::{self, Icon},
    islands::browser,
    server_fns::attachments::remove_attachment,
    strings::{attachments, t},
};
use hearth_types::{Attachment, AttachmentId, AttachmentKind, ConversationId};
use leptos::{either::Either, ev, prelude::*, task::spawn_local, web_sys};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;

/// What a composer is given for pictures, files and speech.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Tools {
    /// Uploaded here before and not sent.
    pub attachments: Vec<Attachment>,
    /// The model that answers when nobody picks another.
    pub answers_with: String,
    /// Models that can see pictures.
    pub seeing: Vec<String>,
    /// What to fetch when none can.
    pub fetch: String,
    /// Whether this house has a speech server.
    pub speech: bool,
}

/// One thing that goes with the next message.
#[derive(Clone)]
pub struct Item {
    key: u32,
    name: String,
    /// What the server made of it; none while it is on its way.
    done: RwSignal<Option<Attachment>>,
    percent: RwSignal<u32>,
    problem: RwSignal<String>,
    /// Whether trying again could help: the file itself was not what was wrong.
    again: RwSignal<bool>,
}

/// Everything that goes with the next message.
#[derive(Clone, Copy)]
pub struct Files {
    conversation: Option<ConversationId>,
    items: RwSignal<Vec<Item>>,
    tools: StoredValue<Tools>,
    /// The model picked for this message, in the list or here.
    pub model: RwSignal<Option<String>>,
    dragging: RwSignal<bool>,
}

impl Files {
    pub fn new(desk: &Desk) -> Self {
        let items = desk
            .tools
            .attachments
            .iter()
            .cloned()
            .enumerate()
            .map(|(key, attachment)| Item {
                key: u32::try_from(key).unwrap_or_default(),
                name: attachment.name.clone(),
                done: RwSignal::new(Some(attachment)),
                percent: RwSignal::new(100),
                problem: RwSignal::new(String::new()),
                again: RwSignal::new(false),
            });
        Self {
            conversation: desk.conversation,
            items: RwSignal::new(items.collect()),
            tools: StoredValue::new(desk.tools.clone()),
            model: RwSignal::new(None),
            dragging: RwSignal::new(false),
        }
    }

    /// Whether nothing goes with the message. Tracked.
    pub fn none(self) -> bool {
        self.items.with(Vec::is_empty)
    }

    /// What to send; or why it cannot be sent yet.
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

    /// These were sent; as the message shows them.
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

    /// Takes in what was chosen, pasted or dropped; whether there was anything.
    fn take(self, files: Option<web_sys::FileList>) -> bool {
        let Some(files) = files else { return false };
        let new: Vec<_> = (0..files.length()).filter_map(|at| files.get(at)).collect();
        let any = !new.is_empty();
        for file in new {
            let key = self
                .items
                .with_untracked(|items| items.iter().map(|item| item.key + 1).max().unwrap_or(0));
            let item = Item {
                key,
                name: file.name(),
                done: RwSignal::new(None),
                percent: RwSignal::new(0),
                problem: RwSignal::new(String::new()),
                again: RwSignal::new(false),
            };
            self.items.update(|items| items.push(item.clone()));
            upload::keep(key, file);
            upload::start(self.conversation, item);
        }
        any
    }

    /// A picture in the clipboard is attached; text is pasted as ever.
    pub fn paste(self, event: &ev::ClipboardEvent) {
        if let Some(data) = event.clipboard_data()
            && !has(&data, "text/plain")
            && self.take(data.files())
        {
            event.prevent_default();
        }
    }

    pub fn drag(self, event: &ev::DragEvent) {
        if carries_files(event) {
            event.prevent_default();
            self.dragging.set(true);
        }
    }

    pub fn leave(self) {
        self.dragging.set(false);
    }

    pub fn drop(self, event: &ev::DragEvent) {
        self.dragging.set(false);
        if carries_files(event) {
            event.prevent_default();
            self.take(event.data_transfer().and_then(|data| data.files()));
        }
    }

    fn chosen(self, event: &ev::Event) {
        let input = event
            .target()
            .and_then(|input| input.dyn_into::<web_sys::HtmlInputElement>().ok());
        if let Some(input) = input {
            self.take(input.files());
            // The same file again is a change, too.
            input.set_value("");
        }
    }

    fn remove(self, item: &Item) {
        upload::cancel(item.key);
        let key = item.key;
        let done = item.done.get_untracked();
        self.items.update(|items| items.retain(|item| item.key != key));
        if let Some(done) = done {
            // What the server keeps all the same is gone after a day.
            spawn_local(async move { drop(remove_attachment(done.id).await) });
        }
        if let Some(area) = browser::document().get_element_by_id("composer-text")
            && let Ok(area) = area.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = area.focus();
        }
    }
}

fn carries_files(event: &ev::DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| has(&data, "Files"))
}

fn has(data: &web_sys::DataTransfer, kind: &str) -> bool {
    data.types()
        .iter()
        .any(|has| has.as_string().as_deref() == Some(kind))
}

/// The list above the words, and what is to be said about it.
pub fn list(files: Files) -> impl IntoView {
    view! {
        <ul class="attaching" aria-label=t(attachments::ATTACHED) hidden=move || files.none()>
            <For each=move || files.items.get() key=|item| item.key let:item>
                {row(files, item)}
            </For>
        </ul>
        {move || eyes(files)}
        <p class="drop-here" hidden=move || !files.dragging.get()>{t(attachments::DROP_HERE)}</p>
    }
}

fn row(files: Files, item: Item) -> impl IntoView {
    let (again, gone) = (item.clone(), item.clone());
    let (done, percent, problem, can_again) = (item.done, item.percent, item.problem, item.again);
    let failed = move || !problem.with(String::is_empty);
    view! {
        <li class="attaching-item">
            {move || done.get().map(|done| view! {
                <input type="hidden" name=format!("attachments[{}]", item.key) value=done.id.to_string() />
                {(done.kind == AttachmentKind::Picture).then(|| view! {
                    <img src=format!("/attachments/{}/preview", done.id) alt="" width="40" height="40" />
                })}
            })}
            <span class="attaching-words">
                <bdi class="attached-name">{item.name.clone()}</bdi>
                <span class="attaching-state" class:wrong=failed role="status">
                    {move || match (done.get(), failed()) {
                        (_, true) => problem.get(),
                        (Some(done), _) if done.kind != AttachmentKind::Picture => {
                            attachments::length(done.kind, done.length)
                        }
                        (Some(_), _) => String::new(),
                        (None, _) => attachments::progress(percent.get()),
                    }}
                </span>
                <progress
                    max="100"
                    value=move || percent.get().to_string()
                    aria-label=item.name.clone()
                    hidden=move || failed() || done.with(Option::is_some)
                ></progress>
            </span>
            <button
                type="button"
                class="button quiet"
                hidden=move || !(failed() && can_again.get())
                on:click=move |_| upload::start(files.conversation, again.clone())
            >
                {t(attachments::UPLOAD_AGAIN)}
            </button>
            <button
                type="button"
                class="icon-button"
                aria-label=attachments::remove(&item.name)
                on:click=move |_| files.remove(&gone)
            >
                <Icon of=icons::CLOSE />
            </button>
        </li>
    }
}

/// Whether whoever answers can see what is attached; and who could.
fn eyes(files: Files) -> impl IntoView {
    let pictures = files.items.with(|items| {
        let picture = |item: &Item| {
            item.done.with(|done| {
                done.as_ref()
                    .is_some_and(|done| done.kind == AttachmentKind::Picture)
            })
        };
        items.iter().any(picture)
    });
    let tools = files.tools.get_value();
    let picked = files.model.get();
    let answers = picked.clone().unwrap_or_else(|| tools.answers_with.clone());
    if !pictures || answers.is_empty() {
        return Either::Left(());
    }
    let sees = tools.seeing.contains(&answers);
    Either::Right(view! {
        <p class="eyes" role="status">
            {if sees {
                Either::Left(picked.map(|model| attachments::will_answer(&model)))
            } else {
                Either::Right(blind(files, &tools, &answers))
            }}
        </p>
    })
}

fn blind(files: Files, tools: &Tools, answers: &str) -> impl IntoView + use<> {
    match tools.seeing.first().cloned() {
        Some(other) => {
            let words = attachments::ask_instead(&other);
            Either::Left(view! {
                {attachments::cannot_see(answers)} " "
                <button
                    type="button"
                    class="button"
                    on:click=move |_| {
                        browser::each("#composer-model", |select| {
                            if let Ok(select) = select.dyn_into::<web_sys::HtmlSelectElement>() {
                                select.set_value(&other);
                            }
                        });
                        files.model.set(Some(other.clone()));
                    }
                >
                    {words}
                </button>
            })
        }
        None => Either::Right(format!(
            "{} {} {}",
            t(attachments::NO_EYES),
            attachments::fetch_one(&tools.fetch),
            t(attachments::SENT_ANYWAY)
        )),
    }
}

/// The buttons: any file, and on a phone the camera.
pub fn buttons(files: Files) -> impl IntoView {
    view! {
        <label class="icon-button file-button">
            <span class="visually-hidden">{t(attachments::ATTACH)}</span>
            <Icon of=icons::ATTACH />
            <input type="file" multiple class="visually-hidden" on:change=move |event| files.chosen(&event) />
        </label>
        <label class="icon-button file-button camera">
            <span class="visually-hidden">{t(attachments::CAMERA)}</span>
            <Icon of=icons::CAMERA />
            <input
                type="file"
                accept="image/*"
                capture="environment"
                class="visually-hidden"
                on:change=move |event| files.chosen(&event)
            />
        </label>
    }
}
