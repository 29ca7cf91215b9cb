//! The profile: a few lines about the person, in their own words, at the top of every prompt.
//!
//! Pinned lines come first, then oldest first, so that a new memory is added at the end and the model's prefix cache
//! keeps the part before it; faded ones come last, so that the budget leaves them out first. Statements that are no
//! longer true are left out.

use crate::{Result, memory::layers, spaces::Scope, storage::UserTransaction};
use chrono::{DateTime, Utc};
use hearth_types::MemoryId;

/// Maximum lines that are read; the prompt takes as many as its budget allows.
const MOST: i64 = 40;

/// A statement of the person about themselves.
pub(crate) struct ProfileLine {
    pub memory: MemoryId,
    pub statement: String,
    pub told_at: DateTime<Utc>,
}

/// Pinned statements, profile and preferences that are true now; empty when the scope has no profile.
pub(crate) async fn load(transaction: &mut UserTransaction, scope: &Scope) -> Result<Vec<ProfileLine>> {
    let Some(space) = scope.keeps.filter(|_| scope.profile) else {
        return Ok(Vec::new());
    };
    Ok(sqlx::query_as!(
        ProfileLine,
        r#"select id as "memory: MemoryId", statement, coalesce(valid_from, created_at) as "told_at!" from (
            -- Of too many, those that are not faded, and of these the newest: they hold what is true today.
            select m.statement, m.valid_from, m.created_at, m.pinned, m.id, g.retention < $3 as faded
            from memories m join memory_groups g on g.id = m.id
            where m.space_id = $2 and m.state = 'kept' and m.valid_to is null
              and (m.pinned or m.kind in ('profile', 'preference'))
            order by m.pinned desc, faded, m.created_at desc, m.id desc limit $1) newest
         order by pinned desc, faded, created_at, id"#,
        MOST,
        space.0,
        layers::FADED
    )
    .fetch_all(&mut **transaction)
    .await?)
}
