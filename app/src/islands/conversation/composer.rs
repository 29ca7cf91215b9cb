//! Where a message is written and sent.
//!
//! It is a plain form that works without scripts. Awake, it sends without leaving the page, keeps what was
//! typed until it is stored, and repeats the same idempotency key for the same text, so that pressing "Send"
//! again after a lost reply stores one message. What is half written goes with the person (`draft`).

use super::{
    attach::{self, Files, Tools},
    draft::DraftKeeper,
    live::Live,
    live_answer::Phase,
    scroll,
};
use crate::{
    failure::Failure,
    islands::{browser, voice::dictation},
    server_fns::{
        answers::stop_answer,
        conversations::{SendMessage, send_message},
    },
    strings::{chat, problems, t},
};
use hearth_types::{
    Attachment, AttachmentId, ChatModelChoice, ConflictReason, ConversationId, Draft, IdempotencyKey,
    MemoryUse, Message, Problem, Sent, SpaceRole, Speaker, UserId, has_something_to_read,
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

const MOST_ROWS: usize = 8;

/// What the composer is given by the page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Desk {
    pub person: UserId,
    pub conversation: Option<ConversationId>,
    /// What the person is in the conversation.
    pub role: SpaceRole,
    /// For the plain form; an awake composer draws its own.
    pub key: IdempotencyKey,
    /// Offered for a new conversation; an old one has its own choice.
    pub models: Vec<ChatModelChoice>,
    /// Whether a new conversation would use memory.
    pub memory: bool,
    /// Text to begin with, one of the suggestions.
    pub suggestion: Option<u8>,
    /// For pictures, files and speech.
    pub tools: Tools,
    /// What was written here before and not sent, on whatever device.
    pub draft: Option<Draft>,
    /// Why the plain form came back.
    pub problem: Option<Problem>,
}

#[derive(Clone, Copy)]
struct Pen {
    live: Live,
    draft: DraftKeeper,
    textarea: NodeRef<html::Textarea>,
    model: NodeRef<html::Select>,
    memory: NodeRef<html::Select>,
    files: Files,
    empty: RwSignal<bool>,
    sending: RwSignal<bool>,
    problem: RwSignal<String>,
    /// What a key was drawn for.
    press: StoredValue<Option<(Words, IdempotencyKey)>>,
}

/// A message, as far as it is the same when it is sent again: its text and what goes with it.
type Words = (String, Vec<AttachmentId>);

/// The composer at the foot of a conversation.
#[component]
pub fn Composer(desk: Desk, live: Live) -> impl IntoView {
    let textarea = NodeRef::new();
    let pen = Pen {
        live,
        draft: DraftKeeper::new(desk.person, desk.conversation, textarea),
        textarea,
        model: NodeRef::new(),
        memory: NodeRef::new(),
        files: Files::new(&desk),
        empty: RwSignal::new(false),
        sending: RwSignal::new(false),
        problem: RwSignal::new(desk.problem.as_ref().map(problems::sentence).unwrap_or_default()),
        press: StoredValue::new(None),
    };
    let draft = desk.draft.clone();
    Effect::new(move |_| pen.take_up(draft.clone()));
    let begins_with = begins_with(&desk);
    let is_new = desk.conversation.is_none();
    view! {
        <form
            class="composer"
            on:paste=move |event| pen.files.paste(&event)
            on:dragover=move |event| pen.files.drag(&event)
            on:dragleave=move |_| pen.files.leave()
            on:drop=move |event| pen.files.drop(&event)
            method="post"
            action="/api/conversations/send"
            on:submit=move |event: ev::SubmitEvent| {
                event.prevent_default();
                pen.send();
            }
        >
            {desk.conversation.map(|id| view! { <input type="hidden" name="conversation" value=id.to_string() /> })}
            <input type="hidden" name="idempotency_key" value=desk.key.to_string() />
            <label class="visually-hidden" for="composer-text">{t(chat::MESSAGE)}</label>
            <p class="composer-problem" role="alert">{move || pen.problem.get()}</p>
            <super::new_below::NewBelow />
            {attach::list(pen.files)}
            <div class="composer-row">
                <textarea
                    id="composer-text"
                    dir="auto"
                    name="text"
                    rows="1"
                    autofocus=is_new
                    required=move || pen.files.none()
                    placeholder=t(chat::WRITE_HERE)
                    enterkeyhint="send"
                    inner_html=begins_with
                    node_ref=pen.textarea
                    on:input=move |_| pen.typed()
                    on:keydown=move |event| pen.key(&event)
                ></textarea>
                {buttons(pen)}
            </div>
            <div class="composer-tools">
                {attach::buttons(pen.files)}
                {dictation::button(desk.tools.speech, pen.problem, move |words| pen.insert(&words))}
                {is_new.then(|| choices(pen, &desk))}
            </div>
        </form>
    }
}

/// A suggestion that was asked for, else what was written before; as the text of an element.
fn begins_with(desk: &Desk) -> String {
    let draft = desk
        .draft
        .as_ref()
        .map(|draft| draft.text.as_str())
        .unwrap_or_default();
    match desk.suggestion {
        Some(_) => suggestion(desk.suggestion).to_owned(),
        None => draft.replace('&', "&amp;").replace('<', "&lt;"),
    }
}

/// One of three things a person could really ask here.
pub fn suggestion(number: Option<u8>) -> &'static str {
    match number {
        Some(1) => t(chat::IDEA_DINNER),
        Some(2) => t(chat::IDEA_LETTER),
        Some(3) => t(chat::IDEA_REMEMBER),
        _ => "",
    }
}

fn buttons(pen: Pen) -> impl IntoView {
    let running = Memo::new(move |_| pen.live.running().map(|answer| answer.id));
    view! {
        <button
            type="submit"
            class="button primary send"
            hidden=move || running.get().is_some()
            prop:disabled=move || (pen.empty.get() && pen.files.none()) || pen.sending.get()
        >
            {t(chat::SEND)}
        </button>
        <button
            type="submit"
            class="button stop"
            formaction="/api/answers/stop"
            formnovalidate
            name="answer"
            value=move || running.get().map(|id| id.to_string()).unwrap_or_default()
            hidden=move || running.get().is_none()
            on:click=move |event| {
                event.prevent_default();
                pen.stop();
            }
        >
            {t(chat::STOP)}
        </button>
    }
}

/// The model and the memory of a conversation that is about to begin.
fn choices(pen: Pen, desk: &Desk) -> impl IntoView + use<> {
    let options: Vec<_> = desk
        .models
        .iter()
        .map(|model| view! { <option value=model.name.clone()>{model.name.clone()}</option> })
        .collect();
    let memory = desk.memory;
    view! {
        <div class="composer-choices">
            <label class="visually-hidden" for="composer-model">{t(chat::MODEL)}</label>
            <select id="composer-model" name="model" node_ref=pen.model on:change=move |_| pen.picked_model()>
                <option value="">{t(chat::HOUSE_DEFAULT)}</option>
                {options}
            </select>
            <label class="visually-hidden" for="composer-memory">{t(chat::MEMORY)}</label>
            <select id="composer-memory" name="memory" node_ref=pen.memory>
                <option value="true" selected=memory>{t(chat::MEMORY_ON)}</option>
                <option value="false" selected=!memory>{t(chat::MEMORY_OFF)}</option>
                <option value="temporary">{t(chat::TEMPORARY)}</option>
            </select>
        </div>
    }
}

impl Pen {
    /// Wakes up: what was typed before the page was awake stays, else what was half written comes back.
    fn take_up(self, draft: Option<Draft>) {
        self.draft.take_up(draft, move || self.changed());
        self.changed();
    }

    fn text(self) -> String {
        self.textarea
            .get_untracked()
            .map(|area| area.value())
            .unwrap_or_default()
    }

    fn typed(self) {
        self.draft.typed();
        self.changed();
    }

    /// The text is another one now, by whatever came.
    fn changed(self) {
        let text = self.text();
        self.empty.set(!has_something_to_read(&text));
        if let Some(area) = self.textarea.get_untracked() {
            let lines = text.split('\n').count().min(MOST_ROWS);
            area.set_rows(u32::try_from(lines).unwrap_or(1));
        }
    }

    fn key(self, event: &ev::KeyboardEvent) {
        if browser::sends(event) {
            event.prevent_default();
            self.send();
        }
    }

    fn send(self) {
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
            return self
                .problem
                .set(problems::sentence(&Problem::Conflict { reason }));
        }
        self.sending.set(true);
        self.problem.set(String::new());
        let SendMessage {
            conversation,
            text: words,
            idempotency_key,
            model,
            memory,
            attachments,
            edits,
        } = self.message(&text, &attached);
        spawn_local(async move {
            match send_message(
                conversation,
                words,
                idempotency_key,
                model,
                memory,
                attachments,
                edits,
            )
            .await
            {
                Ok(sent) => self.sent(sent, text, &attached),
                Err(failure) => self.failed(&failure),
            }
            self.sending.set(false);
        });
    }

    fn message(self, text: &str, attached: &[AttachmentId]) -> SendMessage {
        let words = (text.to_owned(), attached.to_vec());
        let kept = self.press.get_value().filter(|(pressed, _)| *pressed == words);
        let (_, key) = kept.unwrap_or_else(|| (words.clone(), browser::new_key()));
        self.press.set_value(Some((words, key)));
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

    /// Puts dictated words where the cursor is.
    fn insert(self, words: &str) {
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

    /// Picked in the list: whether it sees what is attached is another question now.
    fn picked_model(self) {
        let model = self.model.get_untracked().map(|select| select.value());
        self.files.model.set(model.filter(|model| !model.is_empty()));
    }

    /// Stored: the text leaves the composer, unless more was typed meanwhile.
    fn sent(self, sent: Sent, text: String, attached: &[AttachmentId]) {
        self.press.set_value(None);
        let attachments = self.files.sent(attached);
        if let Some(area) = self.textarea.get_untracked()
            && area.value() == text
        {
            area.set_value("");
            self.draft.sent();
        }
        self.changed();
        if self.live.conversation.is_none() {
            return browser::go(&format!("/c/{}", sent.conversation));
        }
        self.live.add_turn(said(&sent, text, attachments), sent.answer);
        request_animation_frame(scroll::to_end);
    }

    fn failed(self, failure: &Failure) {
        if *failure == Failure::Problem(Problem::NotSignedIn) {
            return browser::go_to_sign_in();
        }
        self.problem.set(match failure {
            Failure::Unreachable => t(chat::NOT_SENT).to_owned(),
            Failure::Problem(problem) => problems::sentence(problem),
        });
    }

    fn stop(self) {
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

/// What was sent, as it stands on the page.
fn said(sent: &Sent, text: String, attachments: Vec<Attachment>) -> Message {
    Message {
        id: sent.message,
        said_by: Speaker::Person,
        by: None,
        text,
        html: String::new(),
        said_at: browser::now(),
        attachments,
        answer: None,
        siblings: None,
    }
}
