//! Uses of memories.

use crate::{Result, storage::UserTransaction};
use hearth_types::MemoryId;
use uuid::Uuid;

/// Counts one use of these memories and of those that they stand for. A memory that another transaction is changing
/// is left out: a count that is one too low does no harm, and an answer never waits for it.
pub(crate) async fn count_use(transaction: &mut UserTransaction, used: &[MemoryId]) -> Result<()> {
    if used.is_empty() {
        return Ok(());
    }
    let used: Vec<Uuid> = used.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update memories set uses = uses + 1, last_used_at = now()
         where id in (select id from memories where coalesce(consolidated_into, id) = any ($1)
                      for no key update skip locked)",
        &used
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
