//! The profile: a few lines about the person, in their own words, at the top of every prompt.
//!
//! Pinned lines come first, then oldest first, so that a new memory is added at the end and the model's prefix cache
//! keeps the part before it. Statements that are no longer true are left out.

use crate::{Result, spaces::Scope, storage::UserTransaction};
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
            -- Of too many the newest hold what is true today.
            select statement, valid_from, created_at, pinned, id from memories
            where space_id = $2 and state = 'kept' and valid_to is null and (pinned or kind in ('profile', 'preference'))
            order by pinned desc, created_at desc, id desc limit $1) newest
         order by pinned desc, created_at, id"#,
        MOST,
        space.0
    )
    .fetch_all(&mut **transaction)
    .await?)
}
