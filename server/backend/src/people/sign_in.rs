//! Sign-in: the same answer in the same time whether the name exists or not.

use super::{
    Accounts,
    names::{Name, Password},
    throttle::Attempt,
};
use crate::Result;
use hearth_types::{Problem, UserId};
use std::net::IpAddr;

/// An admitted person and the account's generation at that moment; sessions are created from it. The generation
/// changes with the password, with the role, and when the account is disabled or enabled. A session of another
/// generation cannot be created, and an existing one is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    pub user: UserId,
    pub generation: i64,
}

impl Accounts<'_> {
    /// Checks a name and a password. Known and unknown names take the same path: the attempt is recorded, one row is
    /// looked up, one hash is computed.
    pub async fn sign_in(&self, name: &str, password: &str, address: IpAddr) -> Result<Admission> {
        let (Ok(name), Some(password)) = (Name::parse(name), Password::attempt(password)) else {
            return Err(Problem::WrongCredentials.into()); // no account can have these
        };
        let permit = self.backend.inner.passwords.permit().await?;
        let attempt = Attempt::sign_in(&name.folded, address);
        let reservation = attempt.reserve(self.storage(), &name.folded).await?;
        let person = sqlx::query!(
            r#"select id as "user: UserId", generation, password_hash from users
               where name_folded = $1 and disabled_at is null"#,
            name.folded
        )
        .fetch_optional(self.storage().pool())
        .await?;
        let (admission, stored) = person.map_or((None, None), |row| {
            let (user, generation) = (row.user, row.generation);
            (Some(Admission { user, generation }), Some(row.password_hash))
        });
        let right = permit.verify(password, stored).await?;
        let admission = admission.filter(|_| right).ok_or(Problem::WrongCredentials)?;
        reservation.take_back(self.storage()).await?;
        self.record_sign_in(admission, attempt.address()).await?;
        Ok(admission)
    }

    /// Whether the account has not changed since the admission.
    pub async fn is_admitted(&self, admission: Admission) -> Result<bool> {
        let found = sqlx::query_scalar!(
            "select true from users where id = $1 and generation = $2 and disabled_at is null",
            admission.user as UserId,
            admission.generation
        )
        .fetch_optional(self.storage().pool())
        .await?;
        Ok(found.is_some())
    }

    /// Records time and address of a sign-in; refused if the password was changed in the meantime.
    async fn record_sign_in(&self, admission: Admission, address: &str) -> Result<()> {
        let noted = sqlx::query!(
            "with seen as (
                 update users set last_seen_at = now()
                 where id = $1 and generation = $2 and disabled_at is null returning id
             )
             insert into sign_in_addresses (user_id, address) select id, $3 from seen
             on conflict (user_id, address) do update set last_at = now()",
            admission.user as UserId,
            admission.generation,
            address
        )
        .execute(self.storage().pool())
        .await?;
        match noted.rows_affected() {
            0 => Err(Problem::WrongCredentials.into()),
            _ => Ok(()),
        }
    }
}
