//! A person's conversations.

use super::Reply;
use hearth_types::{
    AttachmentId, Conversation, ConversationId, ConversationPage, IdempotencyKey, MessageId, Sent,
};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// Rows of one page of the list.
pub const PAGE_ROWS: u32 = 50;

/// The list, newest first, from where the last page ended.
#[server(endpoint = "conversations", input = GetUrl)]
pub async fn list_conversations(
    #[server(default)] before_us: Option<i64>,
    #[server(default)] before_id: Option<ConversationId>,
) -> Reply<ConversationPage> {
    let cursor = before_us
        .zip(before_id)
        .map(|(updated_at_us, id)| hearth_types::ConversationCursor { updated_at_us, id });
    Ok(crate::context::signed_in()?
        .list_conversations(cursor, PAGE_ROWS)
        .await?)
}

/// One conversation, or what came before one of its messages.
#[server(endpoint = "conversations/open", input = GetUrl)]
pub async fn open_conversation(
    id: ConversationId,
    #[server(default)] before: Option<MessageId>,
) -> Reply<Conversation> {
    Ok(crate::context::signed_in()?.open_conversation(id, before).await?)
}

/// Stores a message and its place in the queue; the same key stores one message, however often it arrives.
#[server(endpoint = "conversations/send")]
pub async fn send_message(
    #[server(default)] conversation: Option<ConversationId>,
    text: String,
    idempotency_key: IdempotencyKey,
    #[server(default)] model: Option<String>,
    #[server(default)] memory: Option<bool>,
    #[server(default)] attachments: Vec<AttachmentId>,
) -> Reply<Sent> {
    let model = model.filter(|model| !model.is_empty());
    let message = hearth_types::SendMessage {
        conversation,
        text,
        idempotency_key,
        model,
        memory,
        attachments,
    };
    let sent = crate::context::signed_in()?.send(message).await?;
    crate::failure::flash::go_to(&format!("/c/{}", sent.conversation));
    Ok(sent)
}

/// Gives a conversation a title by hand.
#[server(endpoint = "conversations/rename")]
pub async fn rename_conversation(id: ConversationId, title: String) -> Reply<()> {
    Ok(crate::context::signed_in()?
        .rename_conversation(id, &title)
        .await?)
}

/// Deletes a conversation, what was remembered from it included.
#[server(endpoint = "conversations/delete")]
pub async fn delete_conversation(id: ConversationId) -> Reply<()> {
    crate::context::signed_in()?.delete_conversation(id).await?;
    crate::failure::flash::go_to("/conversations");
    Ok(())
}

/// Turns recall on or off in one conversation.
#[server(endpoint = "conversations/memory")]
pub async fn set_memory(id: ConversationId, #[server(default)] memory: bool) -> Reply<()> {
    Ok(crate::context::signed_in()?.set_memory(id, memory).await?)
}

/// Picks a model for one conversation; an empty name means the house's default.
#[server(endpoint = "conversations/model")]
pub async fn set_model(id: ConversationId, #[server(default)] model: String) -> Reply<()> {
    Ok(crate::context::signed_in()?
        .set_model(id, Some(model).filter(|model| !model.is_empty()))
        .await?)
}
