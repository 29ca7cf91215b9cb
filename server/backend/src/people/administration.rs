//! What administrators do with accounts and links. None of it reads a person's words.

use super::{
    accounts::{add_notice, end_links},
    links::{hash_of, kind_of, new_secret},
    names::Name,
    sessions::end_sessions,
};
use crate::{Backend, Error, Result, storage::Storage};
use chrono::{DateTime, TimeDelta, Utc};
use hearth_types::{
    AccountNoticeKind, ConflictReason, LinkId, LinkKind, NewLink, PendingLink, Person, Problem, Role, UserId,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// Opened per request, for a person who is an administrator at that moment.
pub struct Administration<'a> {
    backend: &'a Backend,
    administrator: UserId,
}

impl<'a> Administration<'a> {
    pub(crate) async fn open(backend: &'a Backend, user: UserId) -> Result<Self> {
        let role = sqlx::query_scalar!(
            r#"select role as "role: Role" from users where id = $1 and disabled_at is null"#,
            user as UserId
        )
        .fetch_optional(backend.inner.storage.pool())
        .await?;
        match role {
            Some(Role::Administrator) => Ok(Self {
                backend,
                administrator: user,
            }),
            _ => Err(Problem::NotAllowed.into()),
        }
    }

    pub(crate) const fn backend(&self) -> &Backend {
        self.backend
    }

    pub(crate) fn storage(&self) -> &Storage {
        &self.backend.inner.storage
    }

    /// All accounts.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let rows = sqlx::query!(
            r#"select id as "id: UserId", name, role as "role: Role", disabled_at is not null as "disabled!",
                      created_at as "created_at: DateTime<Utc>", last_seen_at as "last_seen_at: DateTime<Utc>"
               from users order by created_at, id"#
        )
        .fetch_all(self.storage().pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Person {
                id: row.id,
                name: row.name,
                role: row.role,
                disabled: row.disabled,
                created_at: row.created_at.timestamp_millis(),
                last_seen_at: row.last_seen_at.map(|at| at.timestamp_millis()),
            })
            .collect())
    }

    /// Links that can still be used.
    pub async fn pending_links(&self) -> Result<Vec<PendingLink>> {
        let rows = sqlx::query!(
            r#"select l.id as "id: LinkId", l.kind, coalesce(u.name, l.name) as "name!",
                      l.expires_at as "expires_at: DateTime<Utc>"
               from links l left join users u on u.id = l.user_id
               where l.expires_at > now() order by l.created_at, l.id"#
        )
        .fetch_all(self.storage().pool())
        .await?;
        rows.into_iter()
            .map(|row| {
                let expires_at = row.expires_at.timestamp_millis();
                Ok(PendingLink {
                    id: row.id,
                    kind: kind_of(&row.kind)?,
                    name: row.name,
                    expires_at,
                })
            })
            .collect()
    }

    /// Creates an invitation, valid for a week. The name is a suggestion and may be empty.
    pub async fn invite(&self, name: &str) -> Result<NewLink> {
        let name = if !hearth_types::has_something_to_read(name) {
            String::new()
        } else {
            Name::parse(name)?.shown
        };
        let mut transaction = self.begin_link().await?;
        let link = self
            .make_link(&mut transaction, LinkKind::Invitation, &name, None)
            .await?;
        transaction.commit().await?;
        Ok(link)
    }

    /// Creates a reset link for a person who forgot their password, valid for a day. Earlier ones stop working.
    pub async fn reset_link(&self, user: UserId) -> Result<NewLink> {
        let mut transaction = self.begin_change(user, false).await?;
        let found = sqlx::query_scalar!(
            r#"select true from users where id = $1 and disabled_at is null"#,
            user as UserId
        )
        .fetch_optional(&mut *transaction)
        .await?;
        found.ok_or(Error::NOT_FOUND)?;
        sqlx::query!("delete from links where user_id = $1", user as UserId)
            .execute(&mut *transaction)
            .await?;
        let link = self
            .make_link(&mut transaction, LinkKind::PasswordReset, "", Some(user))
            .await?;
        transaction.commit().await?;
        Ok(link)
    }

    /// Checks again that the caller is an administrator, and locks that until the link is stored: a demotion ends the
    /// links made before it, and none can be made after it.
    async fn begin_link(&self) -> Result<crate::storage::UserTransaction> {
        let mut transaction = self.storage().pool().begin().await?;
        sqlx::query_scalar!(
            "select true from users where id = $1 and role = 'administrator' and disabled_at is null for share",
            self.administrator as UserId
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Problem::NotAllowed)?;
        Ok(transaction)
    }

    async fn make_link(
        &self,
        transaction: &mut PgConnection,
        kind: LinkKind,
        name: &str,
        user: Option<UserId>,
    ) -> Result<NewLink> {
        let (kind, lives) = match kind {
            LinkKind::Invitation => ("invitation", TimeDelta::days(7)),
            LinkKind::PasswordReset => ("password_reset", TimeDelta::days(1)),
        };
        let link = NewLink {
            id: LinkId(Uuid::now_v7()),
            secret: new_secret(),
            expires_at: (Utc::now() + lives).timestamp_millis(),
        };
        sqlx::query!(
            "insert into links (id, secret_hash, kind, name, user_id, made_by, expires_at)
             values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))",
            link.id as LinkId,
            hash_of(&link.secret)?,
            kind,
            name,
            user as Option<UserId>,
            self.administrator as UserId,
            lives.num_seconds() as f64
        )
        .execute(transaction)
        .await?;
        Ok(link)
    }

    /// Deletes a link, so that it cannot be used.
    pub async fn revoke_link(&self, link: LinkId) -> Result<()> {
        let done = sqlx::query!("delete from links where id = $1", link as LinkId)
            .execute(self.storage().pool())
            .await?;
        if done.rows_affected() == 0 {
            Err(Error::NOT_FOUND)
        } else {
            Ok(())
        }
    }

    /// Disables an account: every device is signed out and every link stops working. Its data is kept.
    pub async fn disable(&self, user: UserId) -> Result<()> {
        let mut transaction = self.begin_change(user, true).await?;
        let done = sqlx::query!(
            "update users set disabled_at = now() where id = $1 and disabled_at is null",
            user as UserId
        )
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 1 {
            self.finish_change(&mut transaction, user, AccountNoticeKind::Disabled)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Enables a disabled account.
    pub async fn enable(&self, user: UserId) -> Result<()> {
        let mut transaction = self.begin_change(user, false).await?;
        let done = sqlx::query!(
            "update users set disabled_at = null where id = $1 and disabled_at is not null",
            user as UserId
        )
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 1 {
            self.finish_change(&mut transaction, user, AccountNoticeKind::Enabled)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Gives or takes the administrator role. The person has to sign in again.
    pub async fn set_role(&self, user: UserId, role: Role) -> Result<()> {
        let mut transaction = self.begin_change(user, role == Role::Member).await?;
        let done = sqlx::query!(
            "update users set role = $2 where id = $1 and role <> $2",
            user as UserId,
            role as Role
        )
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 1 {
            self.finish_change(&mut transaction, user, AccountNoticeKind::RoleChanged)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Locks all administrators' rows, so that two who demote each other are serialised, and checks again: the caller
    /// must still be an administrator, and with `loses` another one must remain.
    async fn begin_change(&self, user: UserId, loses: bool) -> Result<crate::storage::UserTransaction> {
        let mut transaction = self.storage().pool().begin().await?;
        let administrators = sqlx::query_scalar!(
            r#"select id as "id: UserId" from users where role = 'administrator' and disabled_at is null
               order by id for update"#
        )
        .fetch_all(&mut *transaction)
        .await?;
        if !administrators.contains(&self.administrator) {
            return Err(Problem::NotAllowed.into());
        }
        if loses && administrators == [user] {
            return Err(Problem::Conflict {
                reason: ConflictReason::LastAdministrator,
            }
            .into());
        }
        let found = sqlx::query_scalar!("select true from users where id = $1 for update", user as UserId)
            .fetch_optional(&mut *transaction)
            .await?;
        found.ok_or(Error::NOT_FOUND)?;
        Ok(transaction)
    }

    /// Ends the person's sessions and adds a notice with the administrator's name.
    async fn finish_change(
        &self,
        change: &mut PgConnection,
        user: UserId,
        kind: AccountNoticeKind,
    ) -> Result<()> {
        end_sessions(change, user).await?;
        end_links(change, user).await?;
        if user != self.administrator {
            let by = sqlx::query_scalar!(
                "select name from users where id = $1",
                self.administrator as UserId
            )
            .fetch_one(&mut *change)
            .await?;
            add_notice(change, user, kind, &by).await?;
        }
        Ok(())
    }
}
