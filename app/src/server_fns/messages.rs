//! One message and the branches it stands in.

use super::Reply;
use crate::json::Json;
use hearth_types::MessageId;
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// An answer's Markdown, or a person's words as they typed them.
#[server(endpoint = "messages/source", input = GetUrl, output = Json)]
pub async fn message_source(message: MessageId) -> Reply<String> {
    Ok(crate::context::signed_in()?.message_source(message).await?)
}

/// Shows the branch through this message.
#[server(endpoint = "messages/show")]
pub async fn show_branch(message: MessageId) -> Reply<()> {
    let conversation = crate::context::signed_in()?.show_branch(message).await?;
    go_to_message(conversation, message);
    Ok(())
}

/// Deletes a message with everything that follows it.
#[server(endpoint = "messages/delete")]
pub async fn delete_message(message: MessageId) -> Reply<()> {
    use hearth_backend::conversations::Left;
    match crate::context::signed_in()?.delete_message(message).await? {
        Left::Conversation(id) => crate::failure::flash::go_to(&format!("/c/{id}")),
        Left::Nothing => crate::failure::flash::go_to("/conversations"),
    }
    Ok(())
}

/// Sends a plain form to a message on its page.
#[cfg(feature = "ssr")]
pub(super) fn go_to_message(conversation: hearth_types::ConversationId, message: MessageId) {
    crate::failure::flash::go_to(&format!("/c/{conversation}?at={message}#b-{message}"));
}
