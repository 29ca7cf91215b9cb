//! Creates accounts, and lets people change their own.

use super::{
    Accounts,
    names::{Name, Password},
    preferences::check_time_zone,
    sessions::{end_other_sessions, end_sessions},
    sign_in::Admission,
    throttle::{Attempt, forget_attempts},
};
use crate::{Error, Result};
use chrono::{DateTime, Utc};
use hearth_types::{
    AccountNotice, AccountNoticeKind, Eagerness, Field, InvalidReason, Language, Me, MemoryChoice,
    Preferences, Problem, ReadingFont, Role, SessionId, Theme, UserId,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// The form for a new account. Has no `Debug`: it holds a password.
#[derive(Clone)]
pub struct NewAccount {
    pub name: String,
    pub password: String,
    pub language: Language,
    /// IANA name, as the browser reports it.
    pub time_zone: String,
}

impl Accounts<'_> {
    /// Whether the installation has had its first administrator.
    pub async fn is_set_up(&self) -> Result<bool> {
        let row = sqlx::query_scalar!("select true from installation")
            .fetch_optional(self.storage().pool())
            .await?;
        Ok(row.is_some())
    }

    /// Sets the installation up. Of several calls at once exactly one succeeds: each inserts the single row of
    /// `installation` first, and the later ones wait for it and then find it taken.
    pub async fn create_first_administrator(&self, account: NewAccount) -> Result<Admission> {
        let (name, password) = account.check()?;
        let permit = self.backend.inner.passwords.permit().await?;
        if self.is_set_up().await? {
            return Err(Problem::AlreadySetUp.into());
        }
        let mut transaction = self.storage().pool().begin().await?;
        if !claim_installation(&mut transaction, &account.time_zone).await? {
            return Err(Problem::AlreadySetUp.into());
        }
        let hash = permit.hash(password).await?;
        let first = insert_user(&mut transaction, &name, &hash, Role::Administrator, &account).await?;
        transaction.commit().await?;
        Ok(first)
    }

    /// Creates an account from the server's command line. An administrator created there sets the installation up.
    pub async fn add_user(&self, name: &str, password: &str, role: Role) -> Result<UserId> {
        let account = NewAccount {
            name: name.into(),
            password: password.into(),
            language: Language::default(),
            time_zone: self.installation_time_zone().await?,
        };
        let (name, password) = account.check()?;
        let hash = self
            .backend
            .inner
            .passwords
            .permit()
            .await?
            .hash(password)
            .await?;
        let mut transaction = self.storage().pool().begin().await?;
        if role == Role::Administrator {
            claim_installation(&mut transaction, &account.time_zone).await?;
        }
        let added = insert_user(&mut transaction, &name, &hash, role, &account).await?;
        transaction.commit().await?;
        Ok(added.user)
    }

    /// Removes a person with all their data, from the server's command line.
    pub async fn remove_user(&self, user: UserId) -> Result<()> {
        let mut transaction = self.storage().pool().begin().await?;
        // Years of messages take longer than a request may.
        sqlx::raw_sql("set local statement_timeout = 0")
            .execute(&mut *transaction)
            .await?;
        sqlx::query!(
            "delete from spaces where id = $1",
            crate::spaces::private_space(user).0
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!("delete from users where id = $1", user.0)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Sets a password from the server's command line; the person sees a notice, and every device is signed out.
    pub async fn reset_password_by_hand(&self, name: &str, password: &str) -> Result<()> {
        let name = Name::parse(name)?;
        let password = Password::new(password)?;
        let hash = self
            .backend
            .inner
            .passwords
            .permit()
            .await?
            .hash(password)
            .await?;
        let mut transaction = self.storage().pool().begin().await?;
        let user = sqlx::query_scalar!(
            r#"select id as "id: UserId" from users where name_folded = $1"#,
            name.folded
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        replace_password(&mut transaction, user, &hash).await?;
        add_notice(&mut transaction, user, AccountNoticeKind::PasswordReset, "").await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The signed-in person, with the notices about their account that they have not dismissed.
    pub async fn me(&self, user: UserId) -> Result<Me> {
        let row = sqlx::query!(
            r#"select name, role as "role: Role", language as "language: Language", theme as "theme: Theme",
                      reading_font as "reading_font: ReadingFont", time_zone, memory as "memory: MemoryChoice",
                      recall as "recall: Eagerness"
               from users where id = $1 and disabled_at is null"#,
            user as UserId
        )
        .fetch_optional(self.storage().pool())
        .await?
        .ok_or(Problem::NotSignedIn)?;
        Ok(Me {
            id: user,
            name: row.name,
            role: row.role,
            preferences: Preferences {
                language: row.language,
                theme: row.theme,
                reading_font: row.reading_font,
                time_zone: row.time_zone,
                memory: row.memory,
                recall: row.recall,
            },
            notices: self.notices(user).await?,
        })
    }

    async fn notices(&self, user: UserId) -> Result<Vec<AccountNotice>> {
        let rows = sqlx::query!(
            r#"select kind as "kind: AccountNoticeKind", by_name, created_at as "at: DateTime<Utc>"
               from account_notices where user_id = $1 and seen_at is null order by id"#,
            user as UserId
        )
        .fetch_all(self.storage().pool())
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| AccountNotice {
                kind: row.kind,
                by: row.by_name,
                at: row.at.timestamp_millis(),
            })
            .collect())
    }

    /// Marks the notices as read.
    pub async fn dismiss_notices(&self, user: UserId) -> Result<()> {
        sqlx::query!(
            "update account_notices set seen_at = now() where user_id = $1 and seen_at is null",
            user as UserId
        )
        .execute(self.storage().pool())
        .await?;
        Ok(())
    }

    /// Changes the person's password and signs out every other device.
    pub async fn change_password(
        &self,
        user: UserId,
        current: &str,
        new: &str,
        keep: SessionId,
    ) -> Result<()> {
        let new = Password::new(new)?;
        let wrong = || Error::invalid(Field::CurrentPassword, InvalidReason::Wrong);
        let current = Password::attempt(current).ok_or_else(wrong)?;
        let permit = self.backend.inner.passwords.permit().await?;
        let reservation = Attempt::inside(user).reserve(self.storage(), "").await?;
        let stored = sqlx::query!(
            "select password_hash, generation from users where id = $1 and disabled_at is null",
            user as UserId
        )
        .fetch_optional(self.storage().pool())
        .await?
        .ok_or(Problem::NotSignedIn)?;
        if !permit.verify(current, Some(stored.password_hash)).await? {
            return Err(wrong());
        }
        reservation.take_back(self.storage()).await?;
        let hash = self.backend.inner.passwords.permit().await?.hash(new).await?;
        let mut transaction = self.storage().pool().begin().await?;
        // Only if nothing changed the account in between, such as an administrator's reset.
        let changed = sqlx::query!(
            "update users set password_hash = $2 where id = $1 and generation = $3",
            user as UserId,
            hash,
            stored.generation
        )
        .execute(&mut *transaction)
        .await?;
        if changed.rows_affected() == 0 {
            return Err(wrong());
        }
        sqlx::query!("delete from links where user_id = $1", user as UserId)
            .execute(&mut *transaction)
            .await?;
        end_other_sessions(&mut transaction, user, keep).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Amount of password hashing since the start.
    pub fn password_work(&self) -> super::PasswordWork {
        self.backend.inner.passwords.work()
    }

    pub(super) async fn installation_time_zone(&self) -> Result<String> {
        let zone = sqlx::query_scalar!("select time_zone from installation")
            .fetch_optional(self.storage().pool())
            .await?;
        Ok(zone.unwrap_or_else(|| "UTC".into()))
    }
}

impl NewAccount {
    pub(super) fn check(&self) -> Result<(Name, Password)> {
        let name = Name::parse(&self.name)?;
        let password = Password::new(&self.password)?;
        check_time_zone(&self.time_zone)?;
        Ok((name, password))
    }
}

/// Inserts the single row of `installation`; false if it exists. Waits for a concurrent insert.
async fn claim_installation(transaction: &mut PgConnection, time_zone: &str) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into installation (time_zone) values ($1) on conflict do nothing",
        time_zone
    )
    .execute(transaction)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Stores a person, their private space (with the person's own id), and their membership in it.
pub(super) async fn insert_user(
    transaction: &mut PgConnection,
    name: &Name,
    password_hash: &str,
    role: Role,
    account: &NewAccount,
) -> Result<Admission> {
    let user = UserId(Uuid::now_v7());
    let generation = sqlx::query_scalar!(
        "insert into users (id, name, name_folded, password_hash, role, language, time_zone)
         values ($1, $2, $3, $4, $5, $6, $7) returning generation",
        user as UserId,
        name.shown,
        name.folded,
        password_hash,
        role as Role,
        account.language as Language,
        account.time_zone
    )
    .fetch_one(&mut *transaction)
    .await
    .map_err(name_taken)?;
    crate::spaces::create_private(&mut *transaction, user).await?;
    Ok(Admission { user, generation })
}

fn name_taken(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|e| e.constraint()) {
        Some("users_name_taken") => Error::invalid(Field::Name, InvalidReason::Taken),
        _ => error.into(),
    }
}

/// Sets a new password for a person who did not know the old one. Everyone else who knew it is locked out: every
/// session, every sign-in in progress, and every link for or by this account ends. The throttle is reset.
pub(super) async fn replace_password(
    transaction: &mut PgConnection,
    user: UserId,
    hash: &str,
) -> Result<Admission> {
    let name_folded = sqlx::query_scalar!(
        "update users set password_hash = $2 where id = $1 returning name_folded",
        user as UserId,
        hash
    )
    .fetch_one(&mut *transaction)
    .await?;
    end_links(transaction, user).await?;
    forget_attempts(transaction, user, &name_folded).await?;
    let generation = end_sessions(transaction, user).await?;
    Ok(Admission { user, generation })
}

/// Deletes the links for this account and those that it created for others.
pub(super) async fn end_links(transaction: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "delete from links where user_id = $1 or made_by = $1",
        user as UserId
    )
    .execute(transaction)
    .await?;
    Ok(())
}

pub(super) async fn add_notice(
    transaction: &mut PgConnection,
    user: UserId,
    kind: AccountNoticeKind,
    by_name: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into account_notices (user_id, kind, by_name) values ($1, $2, $3)",
        user as UserId,
        kind as AccountNoticeKind,
        by_name
    )
    .execute(transaction)
    .await?;
    Ok(())
}
