//! What Hearth keeps about a person. Forms of the memory page say `page`, and go back to it with a word; those
//! in a conversation go back to where they were.

use super::Reply;
use hearth_types::{AnswerId, MemoryId, MemoryKind, PassageId};
use leptos::prelude::*;

/// Keeps something that the person wrote down by hand.
#[server(endpoint = "memories/add")]
pub async fn add_memory(statement: String, #[server(default)] kind: Option<MemoryKind>) -> Reply<()> {
    crate::context::signed_in()?.add_memory(&statement, kind).await?;
    crate::failure::flash::go_to("/memory?done=kept");
    Ok(())
}

/// Changes what a memory says.
#[server(endpoint = "memories/edit")]
pub async fn edit_memory(id: MemoryId, statement: String, kind: MemoryKind) -> Reply<()> {
    crate::context::signed_in()?
        .edit_memory(id, &statement, kind)
        .await?;
    crate::failure::flash::go_to("/memory?done=saved");
    Ok(())
}

/// "This changed": another statement holds from now on.
#[server(endpoint = "memories/changed")]
pub async fn change_memory(id: MemoryId, statement: String) -> Reply<()> {
    crate::context::signed_in()?.change_memory(id, &statement).await?;
    crate::failure::flash::go_to("/memory?done=saved");
    Ok(())
}

/// Puts a memory before the model always, or no longer.
#[server(endpoint = "memories/pin")]
pub async fn pin_memory(id: MemoryId, #[server(default)] pinned: bool) -> Reply<()> {
    Ok(crate::context::signed_in()?.pin_memory(id, pinned).await?)
}

/// Forgets a memory for good.
#[server(endpoint = "memories/forget")]
pub async fn forget_memory(id: MemoryId, #[server(default)] page: bool) -> Reply<()> {
    crate::context::signed_in()?.forget_memory(id).await?;
    if page {
        crate::failure::flash::go_to("/memory?done=forgotten");
    }
    Ok(())
}

/// Forgets what was said in one place, and what was drawn from it alone.
#[server(endpoint = "memories/forget_passage")]
pub async fn forget_passage(passage: PassageId) -> Reply<()> {
    Ok(crate::context::signed_in()?.forget_passage(passage).await?)
}

/// Forgets every memory.
#[server(endpoint = "memories/forget_all")]
pub async fn forget_all_memories() -> Reply<()> {
    crate::context::signed_in()?.forget_all_memories().await?;
    crate::failure::flash::go_to("/memory?done=forgotten");
    Ok(())
}

/// The person's yes or no to a memory that waits for it.
#[server(endpoint = "memories/answer")]
pub async fn answer_memory(id: MemoryId, #[server(default)] yes: bool) -> Reply<()> {
    let person = crate::context::signed_in()?;
    if yes {
        person.accept_memory(id).await?;
    } else {
        person.decline_memory(id).await?;
    }
    Ok(())
}

/// Takes back what was noted; what was said stays where it was said.
#[server(endpoint = "memories/undo")]
pub async fn undo_memory(id: MemoryId) -> Reply<()> {
    Ok(crate::context::signed_in()?.decline_memory(id).await?)
}

/// What was used for an answer had nothing to do with its question.
#[server(endpoint = "memories/not_relevant")]
pub async fn not_relevant(
    answer: AnswerId,
    #[server(default)] memory: Option<MemoryId>,
    #[server(default)] passage: Option<PassageId>,
) -> Reply<()> {
    Ok(crate::context::signed_in()?
        .not_relevant(answer, memory, passage)
        .await?)
}
