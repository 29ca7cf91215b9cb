//! Signed-in devices: rows keyed by the hash of the cookie's session id.
//!
//! A session is created once and afterwards only changed or ended. Saving an ended session does not restore it, and
//! saving never changes its person or generation.

use super::Accounts;
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use hearth_types::{Device, Problem, SessionId, UserId};
use sqlx::PgConnection;

/// A session as stored; its key is the SHA-256 of the cookie's id.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    /// None before sign-in.
    pub user_id: Option<UserId>,
    /// The generation of the account for which it was created; see [`super::Admission`]. 0 before sign-in.
    pub generation: i64,
    /// The id that its owner and the pages use.
    pub public_id: SessionId,
    /// For example "Firefox on Linux".
    pub label: String,
    pub data: serde_json::Value,
    pub expires_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

impl Accounts<'_> {
    /// Stores a new session; false if the id is taken.
    ///
    /// # Errors
    /// [`Problem::WrongCredentials`] if the account has changed since the person was admitted: it is disabled, or has
    /// a later generation. The account's row stays locked until the session is stored, so a concurrent change either
    /// deletes this session or prevents it.
    pub async fn create_session(&self, id_hash: &[u8; 32], row: &SessionRow) -> Result<bool> {
        let mut transaction = self.storage().pool().begin().await?;
        if let Some(user) = row.user_id {
            sqlx::query_scalar!(
                "select true from users where id = $1 and generation = $2 and disabled_at is null for share",
                user as UserId,
                row.generation
            )
            .fetch_optional(&mut *transaction)
            .await?
            .ok_or(Problem::WrongCredentials)?;
        }
        let done = sqlx::query!(
            "insert into sessions (id_hash, public_id, user_id, generation, label, data, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            &id_hash[..],
            row.public_id as SessionId,
            row.user_id as Option<UserId>,
            row.generation,
            row.label,
            row.data,
            row.expires_at
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() == 1)
    }

    /// Saves a session; false if it has ended.
    pub async fn save_session(&self, id_hash: &[u8; 32], row: &SessionRow) -> Result<bool> {
        let done = sqlx::query!(
            "update sessions set label = $2, data = $3, expires_at = $4
             where id_hash = $1 and expires_at > now()",
            &id_hash[..],
            row.label,
            row.data,
            row.expires_at
        )
        .execute(self.storage().pool())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Loads a session that has not ended, whose person is not disabled and whose generation is the account's current
    /// one. A session that fails this is deleted at once, so that a clock set back does not revive it.
    pub async fn load_session(&self, id_hash: &[u8; 32]) -> Result<Option<SessionRow>> {
        let row = sqlx::query!(
            r#"select s.user_id as "user_id: UserId", s.generation, s.public_id as "public_id: SessionId", s.label,
                      s.data, s.expires_at as "expires_at: DateTime<Utc>",
                      s.last_used_at as "last_used_at: DateTime<Utc>",
                      s.expires_at <= now() or u.disabled_at is not null
                          or s.generation is distinct from coalesce(u.generation, 0) as "dead!"
               from sessions s left join users u on u.id = s.user_id
               where s.id_hash = $1"#,
            &id_hash[..]
        )
        .fetch_optional(self.storage().pool())
        .await?;
        let Some(row) = row else { return Ok(None) };
        if row.dead {
            self.delete_session(id_hash).await?;
            return Ok(None);
        }
        Ok(Some(SessionRow {
            user_id: row.user_id,
            generation: row.generation,
            public_id: row.public_id,
            label: row.label,
            data: row.data,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
        }))
    }

    /// Ends a session.
    pub async fn delete_session(&self, id_hash: &[u8; 32]) -> Result<()> {
        sqlx::query!("delete from sessions where id_hash = $1", &id_hash[..])
            .execute(self.storage().pool())
            .await?;
        Ok(())
    }

    /// Records, at most once a minute, that the device and its person were active.
    pub async fn touch_session(&self, id_hash: &[u8; 32]) -> Result<()> {
        sqlx::query!(
            "with used as (
                 update sessions set last_used_at = now()
                 where id_hash = $1 and last_used_at < now() - interval '1 minute' returning user_id
             )
             update users set last_seen_at = now() from used where users.id = used.user_id",
            &id_hash[..]
        )
        .execute(self.storage().pool())
        .await?;
        Ok(())
    }

    /// Removes expired sessions and returns their number.
    pub async fn delete_expired_sessions(&self) -> Result<u64> {
        let done = sqlx::query!("delete from sessions where expires_at <= now()")
            .execute(self.storage().pool())
            .await?;
        Ok(done.rows_affected())
    }

    /// The person's signed-in devices, most recently used first.
    pub async fn devices(&self, user: UserId, current: SessionId) -> Result<Vec<Device>> {
        let rows = sqlx::query!(
            r#"select public_id as "id: SessionId", label, created_at as "created_at: DateTime<Utc>",
                      last_used_at as "last_used_at: DateTime<Utc>"
               from sessions
               where user_id = $1 and expires_at > now()
                   and generation = (select generation from users where id = $1)
               order by last_used_at desc, public_id"#,
            user as UserId
        )
        .fetch_all(self.storage().pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Device {
                id: row.id,
                label: row.label,
                created_at: row.created_at.timestamp_millis(),
                last_used_at: row.last_used_at.timestamp_millis(),
                current: row.id == current,
            })
            .collect())
    }

    /// Signs out one of the person's devices.
    pub async fn end_device(&self, user: UserId, device: SessionId) -> Result<()> {
        let done = sqlx::query!(
            "delete from sessions where user_id = $1 and public_id = $2",
            user as UserId,
            device as SessionId
        )
        .execute(self.storage().pool())
        .await?;
        if done.rows_affected() == 0 {
            Err(Error::NOT_FOUND)
        } else {
            Ok(())
        }
    }

    /// Signs out all of the person's devices except this one.
    pub async fn end_other_devices(&self, user: UserId, current: SessionId) -> Result<()> {
        sqlx::query!(
            "delete from sessions where user_id = $1 and public_id <> $2",
            user as UserId,
            current as SessionId
        )
        .execute(self.storage().pool())
        .await?;
        Ok(())
    }
}

/// Starts the account's next generation: once committed, every session and every sign-in in progress is invalid.
/// Locks the account's row, so callers take this lock before those of rows that belong to the account.
pub(super) async fn end_sessions(transaction: &mut PgConnection, user: UserId) -> Result<i64> {
    let generation = sqlx::query_scalar!(
        "update users set generation = generation + 1 where id = $1 returning generation",
        user as UserId
    )
    .fetch_one(&mut *transaction)
    .await?;
    sqlx::query!("delete from sessions where user_id = $1", user as UserId)
        .execute(transaction)
        .await?;
    Ok(generation)
}

/// Like [`end_sessions`], but moves one device into the next generation.
pub(super) async fn end_other_sessions(
    transaction: &mut PgConnection,
    user: UserId,
    keep: SessionId,
) -> Result<()> {
    sqlx::query!(
        "delete from sessions where user_id = $1 and (public_id <> $2
             or generation <> (select generation from users where id = $1))",
        user as UserId,
        keep as SessionId
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "with next as (update users set generation = generation + 1 where id = $1 returning generation)
         update sessions set generation = next.generation from next where user_id = $1",
        user as UserId
    )
    .execute(transaction)
    .await?;
    Ok(())
}
