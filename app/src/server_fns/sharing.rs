//! Sharing conversations.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::{ConversationId, SpaceRole, UserId};
use leptos::prelude::*;

/// Shares a conversation with another person, to read or to write.
#[server(endpoint = "conversations/share")]
pub async fn share_conversation(id: ConversationId, person: UserId, role: SpaceRole) -> Reply<()> {
    Ok(context::signed_in()?.share_conversation(id, person, role).await?)
}

/// Ends the sharing of a conversation with a person.
#[server(endpoint = "conversations/unshare")]
pub async fn unshare_conversation(id: ConversationId, person: UserId) -> Reply<()> {
    Ok(context::signed_in()?.unshare_conversation(id, person).await?)
}

/// Leaves a conversation that another person shared.
#[server(endpoint = "conversations/leave")]
pub async fn leave_conversation(id: ConversationId) -> Reply<()> {
    context::signed_in()?.leave_conversation(id).await?;
    flash::go_to("/conversations");
    Ok(())
}
