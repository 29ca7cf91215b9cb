//! What Hearth keeps about a person. Forms of the memory page send `page` and lead back to it with a notice; those in a
//! conversation lead back to the conversation.

use super::Reply;
#[cfg(feature = "ssr")]
use crate::{context, flash};
use hearth_types::{AnswerId, MemoryId, MemoryKind, PassageId};
use leptos::prelude::*;

/// Keeps a statement that the person wrote by hand.
#[server(endpoint = "memories/add")]
pub async fn add_memory(statement: String, #[server(default)] kind: Option<MemoryKind>) -> Reply<()> {
    context::signed_in()?.add_memory(&statement, kind).await?;
    flash::go_to("/memory?done=kept");
    Ok(())
}

/// Changes what a memory says.
#[server(endpoint = "memories/edit")]
pub async fn edit_memory(id: MemoryId, statement: String, kind: MemoryKind) -> Reply<()> {
    context::signed_in()?.edit_memory(id, &statement, kind).await?;
    flash::go_to("/memory?done=saved");
    Ok(())
}

/// "This changed": another statement holds from now on.
#[server(endpoint = "memories/changed")]
pub async fn change_memory(id: MemoryId, statement: String) -> Reply<()> {
    context::signed_in()?.change_memory(id, &statement).await?;
    flash::go_to("/memory?done=saved");
    Ok(())
}

/// Pins a memory, so that every prompt includes it, or unpins it.
#[server(endpoint = "memories/pin")]
pub async fn pin_memory(id: MemoryId, #[server(default)] pinned: bool) -> Reply<()> {
    Ok(context::signed_in()?.pin_memory(id, pinned).await?)
}

/// Forgets a memory for good.
#[server(endpoint = "memories/forget")]
pub async fn forget_memory(id: MemoryId, #[server(default)] page: bool) -> Reply<()> {
    context::signed_in()?.forget_memory(id).await?;
    if page {
        flash::go_to("/memory?done=forgotten");
    }
    Ok(())
}

/// Forgets a passage, and the memories whose only source it is.
#[server(endpoint = "memories/forget_passage")]
pub async fn forget_passage(passage: PassageId) -> Reply<()> {
    Ok(context::signed_in()?.forget_passage(passage).await?)
}

/// Forgets every memory.
#[server(endpoint = "memories/forget_all")]
pub async fn forget_all_memories() -> Reply<()> {
    context::signed_in()?.forget_all_memories().await?;
    flash::go_to("/memory?done=forgotten");
    Ok(())
}

/// Accepts or declines a memory that waits for consent.
#[server(endpoint = "memories/answer")]
pub async fn answer_memory(id: MemoryId, #[server(default)] yes: bool) -> Reply<()> {
    let person = context::signed_in()?;
    if yes {
        person.accept_memory(id).await?;
    } else {
        person.decline_memory(id).await?;
    }
    Ok(())
}

/// Undoes a memory; the message it came from stays.
#[server(endpoint = "memories/undo")]
pub async fn undo_memory(id: MemoryId) -> Reply<()> {
    Ok(context::signed_in()?.decline_memory(id).await?)
}

/// "Separate again": the memories that this one stands for stand for themselves again.
#[server(endpoint = "memories/separate")]
pub async fn separate_memory(id: MemoryId) -> Reply<()> {
    context::signed_in()?.separate_memory(id).await?;
    flash::go_to("/memory?done=separated");
    Ok(())
}

/// Marks something that an answer used as not relevant to its question.
#[server(endpoint = "memories/not_relevant")]
pub async fn not_relevant(
    answer: AnswerId,
    #[server(default)] memory: Option<MemoryId>,
    #[server(default)] passage: Option<PassageId>,
) -> Reply<()> {
    Ok(context::signed_in()?
        .not_relevant(answer, memory, passage)
        .await?)
}
