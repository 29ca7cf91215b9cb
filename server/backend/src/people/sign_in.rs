//! Signing in: the same answer, in the same time, whether the name exists or not.

use super::{
    Accounts,
    names::{Name, Password},
    throttle::Attempt,
};
use crate::Result;
use hearth_types::{Problem, UserId};
use std::net::IpAddr;

/// Who was let in, and the generation of the account at that moment: what a session is made from. An account's
/// generation changes with its password, its role, and when it is disabled or enabled; a session of another
/// generation cannot be made, and one that was made is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admission {
    pub user: UserId,
    pub generation: i64,
}

impl Accounts<'_> {
    /// Who has this name and password. Known and unknown names go the same way: the attempt is written down,
    /// one row is looked for, one hash is computed.
    pub async fn sign_in(&self, name: &str, password: &str, address: IpAddr) -> Result<Admission> {
        let (Ok(name), Some(password)) = (Name::parse(name), Password::attempt(password)) else {
            return Err(Problem::WrongCredentials.into()); // nobody can have these
        };
        let turn = self.backend.inner.passwords.turn().await?;
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
        let right = turn.verify(password, stored).await?;
        let admission = admission.filter(|_| right).ok_or(Problem::WrongCredentials)?;
        reservation.take_back(self.storage()).await?;
        self.note_arrival(admission, attempt.address()).await?;
        Ok(admission)
    }

    /// Whether the account is still as it was when its person was let in.
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

    /// Notes when and from where the person came; refused when the password that was right is so no more.
    async fn note_arrival(&self, admission: Admission, address: &str) -> Result<()> {
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
