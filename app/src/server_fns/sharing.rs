//! Who else has a conversation.

use super::Reply;
use hearth_types::{ConversationId, SpaceRole, UserId};
use leptos::prelude::*;

/// Lets somebody of the house read a conversation, or join it.
#[server(endpoint = "conversations/share")]
pub async fn share_conversation(id: ConversationId, person: UserId, role: SpaceRole) -> Reply<()> {
    Ok(crate::context::signed_in()?
        .share_conversation(id, person, role)
        .await?)
}

/// Takes a conversation back from somebody.
#[server(endpoint = "conversations/unshare")]
pub async fn unshare_conversation(id: ConversationId, person: UserId) -> Reply<()> {
    Ok(crate::context::signed_in()?
        .unshare_conversation(id, person)
        .await?)
}

/// Gives back a conversation that somebody shared.
#[server(endpoint = "conversations/leave")]
pub async fn leave_conversation(id: ConversationId) -> Reply<()> {
    crate::context::signed_in()?.leave_conversation(id).await?;
    crate::failure::flash::go_to("/conversations");
    Ok(())
}
