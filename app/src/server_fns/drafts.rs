//! What was written and not sent.

use super::Reply;
use crate::json::Json;
use hearth_types::{ConversationId, Draft};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// The draft of a conversation, or of the one that has not begun.
#[server(endpoint = "drafts", input = GetUrl, output = Json)]
pub async fn read_draft(#[server(default)] conversation: Option<ConversationId>) -> Reply<Option<Draft>> {
    Ok(crate::context::signed_in()?.draft(conversation).await?)
}

/// Keeps a draft unless a newer one is known.
#[server(endpoint = "drafts/save")]
pub async fn save_draft(
    #[server(default)] conversation: Option<ConversationId>,
    #[server(default)] text: String,
    age_ms: i64,
) -> Reply<()> {
    Ok(crate::context::signed_in()?
        .save_draft(conversation, &text, age_ms)
        .await?)
}
