//! A person's conversations.

use super::Reply;
use crate::browser::json::Json;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::{
    AttachmentId, Conversation, ConversationCursor, ConversationId, ConversationPage, IdempotencyKey,
    MemoryUse, MessageId, Sent,
};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Rows of one page of the list.
pub const PAGE_ROWS: u32 = 50;

/// The query that asks for the rows after these; [`list_conversations`] and the list's page read it.
pub fn query_after(last: ConversationCursor) -> String {
    format!(
        "before_pinned={}&before_us={}&before_id={}",
        last.pinned, last.updated_at_us, last.id
    )
}

/// The list or the archive, after the cursor `before_*`.
#[server(endpoint = "conversations", input = GetUrl, output = Json)]
pub async fn list_conversations(
    #[server(default)] archived: bool,
    #[server(default)] before_pinned: bool,
    #[server(default)] before_us: Option<i64>,
    #[server(default)] before_id: Option<ConversationId>,
) -> Reply<ConversationPage> {
    let cursor = before_us
        .zip(before_id)
        .map(|(updated_at_us, id)| ConversationCursor {
            pinned: before_pinned,
            updated_at_us,
            id,
        });
    let person = context::signed_in()?;
    Ok(if archived {
        person.list_archive(cursor, PAGE_ROWS).await?
    } else {
        person.list_conversations(cursor, PAGE_ROWS).await?
    })
}

/// One conversation: its newest part, what came before one of its messages, or all from one on.
#[server(endpoint = "conversations/open", input = GetUrl, output = Json)]
pub async fn open_conversation(
    id: ConversationId,
    #[server(default)] before: Option<MessageId>,
    #[server(default)] from: Option<MessageId>,
) -> Reply<Conversation> {
    let part = match (before, from) {
        (Some(message), _) => hearth_types::Part::Before(message),
        (None, Some(message)) => hearth_types::Part::From(message),
        (None, None) => hearth_types::Part::Newest,
    };
    Ok(context::signed_in()?.open_conversation(id, part).await?)
}

/// Stores a message and queues its answer; repeats of the same key store one message.
#[server(endpoint = "conversations/send", output = Json)]
pub async fn send_message(
    #[server(default)] conversation: Option<ConversationId>,
    text: String,
    idempotency_key: IdempotencyKey,
    #[server(default)] model: Option<String>,
    #[server(default)] memory: Option<MemoryUse>,
    #[server(default)] attachments: Vec<AttachmentId>,
    #[server(default)] edits: Option<MessageId>,
) -> Reply<Sent> {
    let model = model.filter(|model| !model.is_empty());
    let message = hearth_types::SendMessage {
        conversation,
        text,
        idempotency_key,
        model,
        memory,
        attachments,
        edits,
    };
    let sent = context::signed_in()?.send(message).await?;
    flash::go_to(&format!("/c/{}", sent.conversation));
    Ok(sent)
}

/// Sets a conversation's title.
#[server(endpoint = "conversations/rename")]
pub async fn rename_conversation(id: ConversationId, title: String) -> Reply<()> {
    Ok(context::signed_in()?.rename_conversation(id, &title).await?)
}

/// Pins or unpins a conversation.
#[server(endpoint = "conversations/pin")]
pub async fn pin_conversation(id: ConversationId, #[server(default)] pinned: bool) -> Reply<()> {
    Ok(context::signed_in()?.set_pinned(id, pinned).await?)
}

/// Archives or unarchives a conversation.
#[server(endpoint = "conversations/archive")]
pub async fn archive_conversation(id: ConversationId, #[server(default)] archived: bool) -> Reply<()> {
    Ok(context::signed_in()?.set_archived(id, archived).await?)
}

/// Deletes a conversation and what was remembered from it.
#[server(endpoint = "conversations/delete")]
pub async fn delete_conversation(id: ConversationId, #[server(default)] temporary: bool) -> Reply<()> {
    context::signed_in()?.delete_conversation(id).await?;
    // A temporary conversation is in no list; its end leads to a new one.
    flash::go_to(if temporary { "/" } else { "/conversations" });
    Ok(())
}

/// Turns recall on or off in one conversation.
#[server(endpoint = "conversations/memory")]
pub async fn set_memory(id: ConversationId, #[server(default)] memory: bool) -> Reply<()> {
    Ok(context::signed_in()?.set_memory(id, memory).await?)
}

/// Sets the model of one conversation; an empty name means the default.
#[server(endpoint = "conversations/model")]
pub async fn set_model(id: ConversationId, #[server(default)] model: String) -> Reply<()> {
    Ok(context::signed_in()?
        .set_model(id, Some(model).filter(|model| !model.is_empty()))
        .await?)
}
