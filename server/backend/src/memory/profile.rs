//! The profile: a few lines about the person that lead every context, in their own words.
//!
//! Oldest first and pinned ones before the others, so that a new memory is added at the end: the model's prefix
//! cache keeps what stands before. What ended leaves.

use crate::{Result, spaces::Scope, storage::UserTransaction};
use chrono::{DateTime, Utc};
use hearth_types::MemoryId;

/// Lines that are read; the context takes as many as its budget has room for.
const MOST: i64 = 40;

/// Something that the person told about themselves.
pub(crate) struct ProfileLine {
    pub memory: MemoryId,
    pub statement: String,
    pub told_at: DateTime<Utc>,
}

/// Pinned statements, who the person is and what they like, as it holds now; none where the scope has no profile.
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
