//! Unsent texts.

use super::Reply;
use crate::browser::json::Json;
#[cfg(feature = "ssr")]
use crate::context;
use hearth_types::{ConversationId, Draft};
use leptos::prelude::*;
use server_fn::codec::GetUrl;

/// The draft of a conversation; none stands for the conversation that has not begun.
#[server(endpoint = "drafts", input = GetUrl, output = Json)]
pub async fn read_draft(#[server(default)] conversation: Option<ConversationId>) -> Reply<Option<Draft>> {
    Ok(context::signed_in()?.draft(conversation).await?)
}

/// Stores a draft unless a newer one is stored.
#[server(endpoint = "drafts/save")]
pub async fn save_draft(
    #[server(default)] conversation: Option<ConversationId>,
    #[server(default)] text: String,
    age_ms: i64,
) -> Reply<()> {
    Ok(context::signed_in()?
        .save_draft(conversation, &text, age_ms)
        .await?)
}
