//! What opens below a message: an editor for what a person wrote, and the rarer things to do.
//!
//! `?edit=` and `?more=` name the message whose tool the page comes with; for browsers that run scripts the page
//! also has each tool once as a template, which the island `MessageTools` puts in its place.

use super::fresh_key;
use crate::{
    context,
    failure::flash,
    server_fns::{answers::AnswerAgain, conversations::SendMessage, messages::DeleteMessage},
    strings::{chat, common, conversations, problems, t},
};
use hearth_types::{ConversationId, Message, MessageId, SpaceRole, Speaker};
use leptos::prelude::*;
use server_fn::ServerFn;

/// A tool that the page comes with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Open {
    Editor(MessageId),
    More(MessageId),
}

impl Open {
    /// The one that the address asks for.
    pub fn asked() -> Option<Self> {
        let message = |key| flash::query(key).and_then(|id| id.parse().ok());
        message("edit")
            .map(Self::Editor)
            .or_else(|| message("more").map(Self::More))
    }

    /// The message it belongs to.
    pub const fn message(self) -> MessageId {
        match self {
            Self::Editor(id) | Self::More(id) => id,
        }
    }
}

/// What the tools need to know.
#[derive(Clone)]
pub struct Bench {
    conversation: ConversationId,
    models: Vec<String>,
    role: SpaceRole,
    open: Option<Open>,
}

impl Bench {
    /// With the models that can answer; while the model server is away there may be none to pick from.
    pub async fn new(conversation: ConversationId, role: SpaceRole, open: Option<Open>) -> Self {
        let models = match context::backend() {
            Ok(backend) => backend.models().chat_models().await.unwrap_or_default(),
            Err(_) => Vec::new(),
        };
        Self {
            conversation,
            models: models.into_iter().map(|model| model.name).collect(),
            role,
            open,
        }
    }

    /// The open tool, if it is this message's.
    pub fn below(&self, message: &Message) -> Option<AnyView> {
        let open = self
            .open
            .filter(|open| open.message() == message.id && self.role.may_write())?;
        match (open, message.said_by) {
            (Open::Editor(id), Speaker::Person) => Some(self.editor(id, message.text.clone()).into_any()),
            (Open::Editor(_), Speaker::Model) => None,
            (Open::More(id), Speaker::Person) => Some(self.more_of_said(id).into_any()),
            (Open::More(id), Speaker::Model) => Some(self.more_of_answer(id).into_any()),
        }
    }

    /// Every tool once, for scripts.
    pub fn templates(&self) -> impl IntoView + use<> {
        let nobody = MessageId(uuid::Uuid::nil());
        view! {
            <template id="tool-edit">{self.editor(nobody, String::new())}</template>
            <template id="tool-said">{self.more_of_said(nobody)}</template>
            <template id="tool-answer">{self.more_of_answer(nobody)}</template>
        }
    }

    fn editor(&self, message: MessageId, text: String) -> impl IntoView + use<> {
        let rows = text.split('\n').count().clamp(2, 12);
        let problem = flash::problem::<SendMessage>().as_ref().map(problems::sentence);
        view! {
            <form class="tool edit editor" method="post" action=SendMessage::url()>
                <input type="hidden" name="conversation" value=self.conversation.to_string()/>
                <input type="hidden" name="edits" value=message.to_string()/>
                <input type="hidden" name="idempotency_key" value=fresh_key().to_string()/>
                <p class="composer-problem" role="alert">{problem}</p>
                <label>
                    <span class="visually-hidden">{t(chat::EDIT_MESSAGE)}</span>
                    <textarea name="text" rows=rows dir="auto">{text}</textarea>
                </label>
                <div class="actions">
                    <button class="button primary">{t(chat::SEND)}</button>
                    {give_up(self.conversation, message)}
                </div>
            </form>
        }
    }

    fn more_of_answer(&self, message: MessageId) -> impl IntoView + use<> {
        let options = self
            .models
            .iter()
            .map(|model| view! { <option>{model.clone()}</option> });
        let options = options.collect_view();
        view! {
            <div class="tool answer">
                <button type="button" class="button quiet" data-copy="markdown">{t(chat::COPY_MARKDOWN)}</button>
                <form method="post" action=AnswerAgain::url() class="inline-form">
                    <input type="hidden" name="message" value=message.to_string()/>
                    <label>{t(chat::ANSWER_WITH)} " " <select name="model">{options}</select></label>
                    <button class="button">{t(chat::ANSWER_AGAIN)}</button>
                </form>
                {self.delete(message)}
            </div>
        }
    }

    fn more_of_said(&self, message: MessageId) -> impl IntoView + use<> {
        view! { <div class="tool said">{self.delete(message)}</div> }
    }

    /// For whose conversation it is.
    fn delete(&self, message: MessageId) -> Option<impl IntoView + use<>> {
        (self.role == SpaceRole::Owner).then(|| delete(message))
    }
}

fn give_up(conversation: ConversationId, message: MessageId) -> impl IntoView {
    let page = format!("/c/{conversation}?at={message}#b-{message}");
    view! { <a class="button quiet" data-give-up href=page>{t(common::CANCEL)}</a> }
}

/// Two steps, because it is for good.
fn delete(message: MessageId) -> impl IntoView {
    view! {
        <details class="delete">
            <summary>{t(chat::DELETE_FROM_HERE)}</summary>
            <form method="post" action=DeleteMessage::url()>
                <input type="hidden" name="message" value=message.to_string()/>
                <p>{t(chat::DELETE_FROM_HERE_SURE)}</p>
                <button class="button danger">{t(conversations::DELETE_FOR_GOOD)}</button>
            </form>
        </details>
    }
}
