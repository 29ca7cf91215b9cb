//! Invitations and password resets: single-use secrets that expire.
//!
//! A link is used by deleting its row in the transaction that acts on it: of two requests with the same secret one
//! deletes the row, and the other finds none.

use super::{
    Accounts, NewAccount,
    accounts::{add_notice, insert_user, replace_password},
    names::Password,
    sign_in::Admission,
};
use crate::{Error, Result};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use hearth_types::{AccountNoticeKind, LinkId, LinkKind, PendingLink, Problem, Role, UserId};
use sha2::{Digest, Sha256};

/// 256 bits from the system's generator.
pub(super) fn new_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The stored hash of a secret. Malformed secrets are refused before a query is made.
pub(super) fn hash_of(secret: &str) -> Result<Vec<u8>> {
    match URL_SAFE_NO_PAD.decode(secret) {
        Ok(bytes) if bytes.len() == 32 => Ok(Sha256::digest(secret).to_vec()),
        _ => Err(Problem::LinkInvalid.into()),
    }
}

impl Accounts<'_> {
    /// What the link is for; [`Problem::LinkInvalid`] if it was used, has expired, or never existed.
    pub async fn link(&self, secret: &str) -> Result<PendingLink> {
        let hash = hash_of(secret)?;
        let row = sqlx::query!(
            r#"select l.id as "id: LinkId", l.kind, coalesce(u.name, l.name) as "name!",
                      l.expires_at as "expires_at: DateTime<Utc>"
               from links l left join users u on u.id = l.user_id
               where l.secret_hash = $1 and l.expires_at > now() and u.disabled_at is null"#,
            hash
        )
        .fetch_optional(self.storage().pool())
        .await?
        .ok_or(Problem::LinkInvalid)?;
        Ok(PendingLink {
            id: row.id,
            kind: kind_of(&row.kind)?,
            name: row.name,
            expires_at: row.expires_at.timestamp_millis(),
        })
    }

    /// Creates the account that the invitation is for.
    pub async fn accept_invitation(&self, secret: &str, account: NewAccount) -> Result<Admission> {
        let link_hash = hash_of(secret)?;
        let (name, password) = account.check()?;
        self.expect_link(secret, LinkKind::Invitation).await?;
        let password_hash = self
            .backend
            .inner
            .passwords
            .permit()
            .await?
            .hash(password)
            .await?;
        let mut transaction = self.storage().pool().begin().await?;
        sqlx::query!(
            "delete from links where secret_hash = $1 and kind = 'invitation' and expires_at > now() returning id",
            link_hash
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Problem::LinkInvalid)?;
        // A taken name rolls back, so that the link can be used again with another name.
        let joined = insert_user(&mut transaction, &name, &password_hash, Role::Member, &account).await?;
        transaction.commit().await?;
        Ok(joined)
    }

    /// Sets a new password by a reset link, signs out every device, and adds a notice naming who made the link.
    pub async fn reset_password(&self, secret: &str, password: &str) -> Result<Admission> {
        let link_hash = hash_of(secret)?;
        let password = Password::new(password)?;
        self.expect_link(secret, LinkKind::PasswordReset).await?;
        let password_hash = self
            .backend
            .inner
            .passwords
            .permit()
            .await?
            .hash(password)
            .await?;
        let mut transaction = self.storage().pool().begin().await?;
        // Locks the account before its link, in the same order as all other code that ends an account's links, so
        // that no deadlock occurs.
        let user = sqlx::query_scalar!(
            r#"select id as "id: UserId" from users
               where id = (select user_id from links where secret_hash = $1) and disabled_at is null for update"#,
            link_hash
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Problem::LinkInvalid)?;
        let by = sqlx::query_scalar!(
            r#"with used as (
                   delete from links where secret_hash = $1 and kind = 'password_reset' and expires_at > now()
                   returning made_by
               )
               select coalesce(m.name, '') as "by!" from used left join users m on m.id = used.made_by"#,
            link_hash
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Problem::LinkInvalid)?;
        let admission = replace_password(&mut transaction, user, &password_hash).await?;
        add_notice(&mut transaction, user, AccountNoticeKind::PasswordReset, &by).await?;
        transaction.commit().await?;
        Ok(admission)
    }

    /// The cheap check before a password is hashed.
    async fn expect_link(&self, secret: &str, kind: LinkKind) -> Result<()> {
        let link = self.link(secret).await?;
        if link.kind == kind {
            Ok(())
        } else {
            Err(Problem::LinkInvalid.into())
        }
    }
}

pub(super) fn kind_of(stored: &str) -> Result<LinkKind> {
    match stored {
        "invitation" => Ok(LinkKind::Invitation),
        "password_reset" => Ok(LinkKind::PasswordReset),
        other => Err(Error::Internal(format!("unknown kind of link: {other}"))),
    }
}
