//! Compares a new statement with the existing memories: it is a duplicate, it ends some, or it is added beside them.
//!
//! Words decide and not a model: a small model guesses when asked whether two sentences contradict each other, and a
//! wrong guess would remove a true statement. A contradiction that is not recognised here leaves both statements, and
//! the person can choose "this changed" on the memory page.

use super::{NewMemory, store, supersede};
use crate::{
    Result,
    memory::{
        change::{self, Statement},
        layers,
        statement::checked,
    },
    storage::UserTransaction,
    text,
    work::jobs::Class,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_text::{dates, times};
use hearth_types::{MemoryId, MemoryKind, MemoryState, SpaceId, UserId};
use uuid::Uuid;

/// Maximum memories that a new statement is compared with, newest first.
const MOST: i64 = 2000;

/// The outcome for a new statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    New(MemoryId),
    /// A duplicate: its sources were added to this memory.
    Known(MemoryId),
}

struct Held {
    id: MemoryId,
    kind: MemoryKind,
    state: MemoryState,
    statement: String,
}

/// Stores a statement made at `said_at` in a space of the person, in the caller's transaction.
pub(crate) async fn keep(
    transaction: &mut UserTransaction,
    user: UserId,
    space: SpaceId,
    memory: &NewMemory,
    said_at: DateTime<Utc>,
) -> Result<Outcome> {
    let mut memory = memory.clone();
    memory.statement = dated(transaction, user, &memory.statement, said_at).await?;
    let met = meet(held(transaction, space).await?, user, memory.statement.clone()).await?;
    if let Some(same) = met.same {
        add_sources(transaction, user, space, &same, &memory).await?;
        return Ok(Outcome::Known(same.id));
    }
    let ends = times::date_of_change(&memory.statement, said_at);
    if change::is_about_the_past(&memory.statement) {
        memory.valid_to = memory.valid_to.or(Some(ends.unwrap_or(said_at)));
    } else if change::tells_of_a_change(&memory.statement) {
        memory.valid_from = memory.valid_from.or(Some(ends.unwrap_or(said_at)));
    }
    let id = store(transaction, user, space, &memory, Class::Embedding).await?;
    if memory.state == MemoryState::Kept {
        end(transaction, &met.ended, id, ends.unwrap_or(said_at)).await?;
    }
    Ok(Outcome::New(id))
}

/// The statement with the dates of the days that it counts from today, in the person's time zone.
async fn dated(
    transaction: &mut UserTransaction,
    user: UserId,
    statement: &str,
    said_at: DateTime<Utc>,
) -> Result<String> {
    let zone = sqlx::query_scalar!("select time_zone from users where id = $1", user.0)
        .fetch_one(&mut **transaction)
        .await?;
    let dated = dates::with_dates(statement, said_at, zone.parse().unwrap_or(Tz::UTC));
    // Without them rather than not at all, where the statement has its greatest length.
    Ok(checked(&dated).unwrap_or_else(|_| statement.to_owned()))
}

/// After the person's consent, the statement ends the memories that it contradicts.
pub(super) async fn settle_accepted(
    transaction: &mut UserTransaction,
    user: UserId,
    space: SpaceId,
    id: MemoryId,
) -> Result<()> {
    let row = sqlx::query!("select statement, created_at from memories where id = $1", id.0)
        .fetch_one(&mut **transaction)
        .await?;
    let held = held(transaction, space).await?;
    let at = times::date_of_change(&row.statement, row.created_at).unwrap_or(row.created_at);
    let met = meet(held, user, row.statement).await?;
    end(transaction, &met.ended, id, at).await
}

/// The memories that are true now or wait for consent.
async fn held(transaction: &mut UserTransaction, space: SpaceId) -> Result<Vec<Held>> {
    Ok(sqlx::query_as!(
        Held,
        r#"select id as "id: MemoryId", kind as "kind: MemoryKind", state as "state: MemoryState", statement
         from memories where space_id = $1 and valid_to is null and not gathered order by created_at desc limit $2"#,
        space.0,
        MOST
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// The existing memories that a new statement affects.
struct Met {
    /// The newest memory that says the same.
    same: Option<Held>,
    /// The memories that it ends.
    ended: Vec<MemoryId>,
}

/// Compares a statement with all existing memories, which may be a megabyte of text.
async fn meet(held: Vec<Held>, user: UserId, statement: String) -> Result<Met> {
    let bytes = held.iter().map(|held| held.statement.len()).sum();
    text::apart(user, bytes, move || {
        let new = Statement::read(&statement);
        let mut met = Met {
            same: None,
            ended: Vec::new(),
        };
        for held in held {
            let old = Statement::read(&held.statement);
            if held.state == MemoryState::Kept && can_end(&held, &old) && change::ends(&new, &old) {
                met.ended.push(held.id);
            }
            if met.same.is_none() && change::says_the_same(&old, &new) {
                met.same = Some(held);
            }
        }
        met
    })
    .await
}

/// Whether a memory can end; an event cannot, unless the statement changes an attribute with a single value.
fn can_end(held: &Held, statement: &Statement<'_>) -> bool {
    held.kind != MemoryKind::Episode || statement.has_slot()
}

async fn end(
    transaction: &mut UserTransaction,
    ended: &[MemoryId],
    new: MemoryId,
    at: DateTime<Utc>,
) -> Result<()> {
    for old in ended.iter().filter(|old| **old != new) {
        supersede(transaction, *old, Some(new), at).await?;
    }
    Ok(())
}

/// Adds the sources to an existing memory; a waiting memory is accepted when the person asked to remember it.
async fn add_sources(
    transaction: &mut UserTransaction,
    user: UserId,
    space: SpaceId,
    same: &Held,
    memory: &NewMemory,
) -> Result<()> {
    let sources: Vec<Uuid> = memory.sources.iter().map(|source| source.0).collect();
    sqlx::query!(
        "insert into memory_sources (memory_id, space_id, message_id, message_space_id)
         select $1, $2, m.id, m.space_id from messages m where m.id = any ($3) and m.author_id = $4
         on conflict do nothing",
        same.id.0,
        space.0,
        &sources,
        user.0
    )
    .execute(&mut **transaction)
    .await?;
    if same.state == MemoryState::Asked && memory.state == MemoryState::Kept {
        sqlx::query!(
            "update memories set state = 'kept', updated_at = now() where id = $1",
            same.id.0
        )
        .execute(&mut **transaction)
        .await?;
    }
    layers::enqueue(transaction, user).await
}
