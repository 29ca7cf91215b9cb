//! What opens below a message: the editor of a person's message, and rarer actions.
//!
//! `?edit=` and `?more=` name the message whose tool is open when the page loads; for scripts the page also has each
//! tool once as a template, which the island `MessageTools` clones.

use super::composer::new_idempotency_key;
use crate::{
    components::forms::{ConfirmDelete, hidden},
    context, flash,
    server_fns::{answers::AnswerAgain, conversations::SendMessage, messages::DeleteMessage},
    strings::{chat, common, conversations, problems, t},
};
use hearth_types::{ConversationId, Message, MessageId, SpaceRole, Speaker};
use leptos::prelude::*;
use server_fn::ServerFn;

/// A tool that is open when the page loads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum OpenTool {
    Editor(MessageId),
    More(MessageId),
}

impl OpenTool {
    /// The tool that the address asks for.
    pub fn requested() -> Option<Self> {
        flash::parsed("edit")
            .map(Self::Editor)
            .or_else(|| flash::parsed("more").map(Self::More))
    }

    /// The message it belongs to.
    pub const fn message(self) -> MessageId {
        match self {
            Self::Editor(id) | Self::More(id) => id,
        }
    }
}

/// The tools of a conversation's messages.
#[derive(Clone)]
pub struct ToolSet {
    conversation: ConversationId,
    models: Vec<String>,
    role: SpaceRole,
    open: Option<OpenTool>,
}

impl ToolSet {
    /// With the models that can answer.
    pub async fn new(conversation: ConversationId, role: SpaceRole, open: Option<OpenTool>) -> Self {
        let models = context::chat_models().await.into_iter();
        Self {
            conversation,
            models: models.map(|model| model.name).collect(),
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
            (OpenTool::Editor(id), Speaker::Person) => Some(self.editor(id, message.text.clone()).into_any()),
            (OpenTool::Editor(_), Speaker::Model) => None,
            (OpenTool::More(id), Speaker::Person) => Some(self.more_of_said(id).into_any()),
            (OpenTool::More(id), Speaker::Model) => Some(self.more_of_answer(id).into_any()),
        }
    }

    /// Every tool once, for scripts.
    pub fn templates(&self) -> impl IntoView + use<> {
        let nil = MessageId(uuid::Uuid::nil());
        view! {
            <template id="tool-edit">{self.editor(nil, String::new())}</template>
            <template id="tool-said">{self.more_of_said(nil)}</template>
            <template id="tool-answer">{self.more_of_answer(nil)}</template>
        }
    }

    fn editor(&self, message: MessageId, text: String) -> impl IntoView + use<> {
        let rows = text.split('\n').count().clamp(2, 12);
        let problem = flash::problem::<SendMessage>().as_ref().map(problems::sentence);
        view! {
            <form class="tool edit editor" method="post" action=SendMessage::url()>
                {hidden(vec![
                    ("conversation", self.conversation.to_string()),
                    ("edits", message.to_string()),
                    ("idempotency_key", new_idempotency_key().to_string()),
                ])}
                <p class="composer-problem" role="alert">{problem}</p>
                <label>
                    <span class="visually-hidden">{t(chat::EDIT_MESSAGE)}</span>
                    <textarea name="text" rows=rows dir="auto">{text}</textarea>
                </label>
                <div class="actions">
                    <button class="button primary">{t(chat::SEND)}</button>
                    {cancel(self.conversation, message)}
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
                    {hidden(vec![("message", message.to_string())])}
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

    /// Only for the conversation's owner.
    fn delete(&self, message: MessageId) -> Option<impl IntoView + use<>> {
        (self.role == SpaceRole::Owner).then(|| {
            view! {
                <ConfirmDelete
                    summary=t(chat::DELETE_FROM_HERE)
                    action=DeleteMessage::url()
                    fields=vec![("message", message.to_string())]
                    warning=chat::DELETE_FROM_HERE_SURE
                    confirm=conversations::DELETE_FOR_GOOD
                />
            }
        })
    }
}

fn cancel(conversation: ConversationId, message: MessageId) -> impl IntoView {
    let page = format!("/c/{conversation}?at={message}#b-{message}");
    view! { <a class="button quiet" data-cancel href=page>{t(common::CANCEL)}</a> }
}
