//! Memories as layers read them.

use super::gather::Told;
use crate::{Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hearth_types::{MemoryId, MemoryKind, MemoryOrigin, Sensitive, SpaceId, UserId};
use uuid::Uuid;

/// Maximum memories that are compared, newest first.
const MOST: i64 = 5_000;

/// A kept memory that is true now and that the person did not separate.
pub(super) struct Row {
    pub id: MemoryId,
    pub kind: MemoryKind,
    pub origin: MemoryOrigin,
    pub sensitive: Option<Sensitive>,
    pub statement: String,
    pub pinned: bool,
    pub gathered: bool,
    /// The memory that stands for it.
    pub head: Option<MemoryId>,
    /// Whether that one is a line.
    pub in_line: bool,
    pub valid_from: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// When it was said, as far as that may be used.
    pub said_at: Vec<DateTime<Utc>>,
}

impl Row {
    /// What near-duplicates have in common beside their words.
    pub fn apart(&self) -> String {
        format!(
            "{:?} {:?}",
            self.sensitive,
            self.valid_from.map(|from| from.date_naive())
        )
    }

    /// As an episode; `said_at` includes the times of its near-duplicates.
    pub fn told<'a>(&'a self, at: usize, said_at: &'a [DateTime<Utc>]) -> Told<'a> {
        Told {
            at,
            statement: &self.statement,
            is_event: self.kind == MemoryKind::Episode,
            since: self.valid_from,
            said_at,
            apart: format!("{:?}", self.sensitive),
        }
    }
}

/// The memories of a space, oldest first.
pub(super) async fn all(transaction: &mut UserTransaction, space: SpaceId) -> Result<Vec<Row>> {
    load(transaction, space, None).await
}

/// The members of a line, oldest first.
pub(super) async fn of_line(
    transaction: &mut UserTransaction,
    space: SpaceId,
    line: MemoryId,
) -> Result<Vec<Row>> {
    load(transaction, space, Some(line)).await
}

async fn load(transaction: &mut UserTransaction, space: SpaceId, line: Option<MemoryId>) -> Result<Vec<Row>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: MemoryId", m.kind as "kind: MemoryKind", m.origin as "origin: MemoryOrigin",
                  m.sensitive as "sensitive: Sensitive", m.statement, m.pinned, m.gathered,
                  m.consolidated_into as "head: MemoryId", coalesce(h.gathered, false) as "in_line!", m.valid_from,
                  m.created_at,
                  array(select q.created_at from memory_sources s join messages q on q.id = s.message_id
                        join conversations c on c.id = q.conversation_id
                        where s.memory_id = m.id and c.memory and q.forgotten_at is null order by q.created_at)
                      as "said_at!"
         from memories m left join memories h on h.id = m.consolidated_into
         where m.space_id = $1 and m.state = 'kept'
           and case when $2::uuid is null then m.valid_to is null and not m.kept_apart else m.consolidated_into = $2 end
         order by m.created_at desc, m.id desc limit $3"#,
        space.0,
        line.map(|line| line.0),
        MOST
    )
    .fetch_all(&mut **transaction)
    .await?;
    let rows = rows.into_iter().rev().map(|row| Row {
        said_at: if row.said_at.is_empty() {
            vec![row.created_at]
        } else {
            row.said_at
        },
        id: row.id,
        kind: row.kind,
        origin: row.origin,
        sensitive: row.sensitive,
        statement: row.statement,
        pinned: row.pinned,
        gathered: row.gathered,
        head: row.head,
        in_line: row.in_line,
        valid_from: row.valid_from,
        created_at: row.created_at,
    });
    Ok(rows.collect())
}

/// Locks these memories, in the order of their ids. False when one of them is not as it was read: another run or the
/// person changed it.
pub(super) async fn are_as_read(transaction: &mut UserTransaction, rows: &[&Row]) -> Result<bool> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
    let now = sqlx::query!(
        r#"select id as "id: MemoryId", statement, pinned, consolidated_into as "head: MemoryId",
                  state = 'kept' and valid_to is null and not kept_apart as "eligible!"
         from memories where id = any ($1) order by id for update"#,
        &ids
    )
    .fetch_all(&mut **transaction)
    .await?;
    let same = |row: &&Row| {
        let mut now = now.iter();
        now.any(|now| {
            now.id == row.id
                && now.eligible
                && now.statement == row.statement
                && now.pinned == row.pinned
                && now.head == row.head
        })
    };
    Ok(rows.iter().all(same))
}

/// The person's time zone, in which days are counted.
pub(super) async fn time_zone(transaction: &mut UserTransaction, user: UserId) -> Result<Tz> {
    let zone = sqlx::query_scalar!("select time_zone from users where id = $1", user.0)
        .fetch_one(&mut **transaction)
        .await?;
    Ok(zone.parse().unwrap_or(Tz::UTC))
}
