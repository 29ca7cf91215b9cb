//! One message and its branch.

use super::Reply;
use crate::browser::json::Json;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::MessageId;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// An answer's Markdown, or a person's message as typed.
#[server(endpoint = "messages/source", input = GetUrl, output = Json)]
pub async fn message_source(message: MessageId) -> Reply<String> {
    Ok(context::signed_in()?.message_source(message).await?)
}

/// Shows the branch through this message.
#[server(endpoint = "messages/show")]
pub async fn show_branch(message: MessageId) -> Reply<()> {
    let conversation = context::signed_in()?.show_branch(message).await?;
    go_to_message(conversation, message);
    Ok(())
}

/// Deletes a message with everything that follows it.
#[server(endpoint = "messages/delete")]
pub async fn delete_message(message: MessageId) -> Reply<()> {
    use hearth_backend::conversations::Left;
    match context::signed_in()?.delete_message(message).await? {
        Left::Conversation(id) => flash::go_to(&format!("/c/{id}")),
        Left::Nothing => flash::go_to("/conversations"),
    }
    Ok(())
}

/// Redirects a plain form to a message on its page.
#[cfg(feature = "ssr")]
pub(super) fn go_to_message(conversation: hearth_types::ConversationId, message: MessageId) {
    flash::go_to(&format!("/c/{conversation}?at={message}#b-{message}"));
}
