//! The row of a line that gathers episodes.

use super::{gather, rows};
use crate::{
    Result,
    retrieval::embedders::EMBED_MEMORY,
    storage::UserTransaction,
    work::jobs::{self, Class},
};
use chrono::{DateTime, Utc};
use hearth_text::words;
use hearth_types::{MemoryId, Sensitive, SpaceId, UserId};
use uuid::Uuid;

/// Inserts a line, and queues its embedding.
pub(super) async fn insert(
    transaction: &mut UserTransaction,
    user: UserId,
    space: SpaceId,
    statement: &str,
    sensitive: Option<Sensitive>,
    newest: DateTime<Utc>,
) -> Result<MemoryId> {
    let id = MemoryId(Uuid::now_v7());
    sqlx::query!(
        "insert into memories (id, space_id, author_id, kind, statement, words, words_version, origin, sensitive, gathered,
                               created_at)
         values ($1, $2, $3, 'episode', $4, to_tsvector('simple', $5), $6, 'model', $7, true, $8)",
        id.0,
        space.0,
        user.0,
        statement,
        words::of_text(statement),
        words::VERSION,
        sensitive as Option<Sensitive>,
        newest
    )
    .execute(&mut **transaction)
    .await?;
    embed(transaction, user, id).await?;
    Ok(id)
}

/// Changes the statement of a line, unless it is the same; the vector is made again.
pub(super) async fn update(
    transaction: &mut UserTransaction,
    user: UserId,
    line: MemoryId,
    statement: &str,
    newest: DateTime<Utc>,
) -> Result<()> {
    let changed = sqlx::query!(
        "update memories set statement = $2, words = to_tsvector('simple', $3), words_version = $4, created_at = $5,
                             updated_at = now()
         where id = $1 and statement <> $2",
        line.0,
        statement,
        words::of_text(statement),
        words::VERSION,
        newest
    )
    .execute(&mut **transaction)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query!("delete from memory_embeddings where memory_id = $1", line.0)
        .execute(&mut **transaction)
        .await?;
    embed(transaction, user, line).await
}

async fn embed(transaction: &mut UserTransaction, user: UserId, line: MemoryId) -> Result<()> {
    jobs::enqueue_again(transaction, &EMBED_MEMORY, Class::Embedding, user, line.0).await
}

/// Deletes lines. Their members stand for themselves again.
pub(super) async fn dissolve(transaction: &mut UserTransaction, lines: &[Uuid]) -> Result<()> {
    jobs::cancel(transaction, Some(&EMBED_MEMORY), lines).await?;
    sqlx::query!("delete from memories where id = any ($1) and gathered", lines)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The memories that stand for these; to be read before these are deleted, for [`refresh`].
pub(crate) async fn heads_of(transaction: &mut UserTransaction, memories: &[Uuid]) -> Result<Vec<MemoryId>> {
    Ok(sqlx::query_scalar!(
        r#"select distinct consolidated_into as "head!: MemoryId" from memories
         where id = any ($1) and consolidated_into is not null order by 1"#,
        memories
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// Counts the episodes of these lines again. A line with too few is dissolved. Memories that are no lines are left as
/// they are.
pub(crate) async fn refresh(
    transaction: &mut UserTransaction,
    user: UserId,
    space: SpaceId,
    heads: &[MemoryId],
) -> Result<()> {
    if heads.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = heads.iter().map(|head| head.0).collect();
    let lines = sqlx::query_scalar!(
        r#"select id as "id: MemoryId" from memories where id = any ($1) and gathered order by id for update"#,
        &ids
    )
    .fetch_all(&mut **transaction)
    .await?;
    let zone = rows::time_zone(transaction, user).await?;
    for id in lines {
        let members = rows::of_line(transaction, space, id).await?;
        let told: Vec<_> = members
            .iter()
            .enumerate()
            .map(|(at, row)| row.told(at, &row.said_at))
            .collect();
        match (
            gather::line_of(&told, zone),
            members.iter().map(|row| row.created_at).max(),
        ) {
            (Some(statement), Some(newest)) => update(transaction, user, id, &statement, newest).await?,
            _ => dissolve(transaction, &[id.0]).await?,
        }
    }
    Ok(())
}
