//! Signing in: the same answer, in the same time, whether the name exists or not.

use super::{
    Accounts,
    names::{Name, Password},
    throttle::Attempt,
};
use crate::Result;
use hearth_types::{Problem, UserId};
use std::net::IpAddr;

impl Accounts<'_> {
    /// Who has this name and password. Known and unknown names go the same way: the attempt is written down,
    /// one row is looked for, one hash is computed.
    pub async fn sign_in(&self, name: &str, password: &str, address: IpAddr) -> Result<UserId> {
        let (Ok(name), Some(password)) = (Name::parse(name), Password::attempt(password)) else {
            return Err(Problem::WrongCredentials.into()); // nobody can have these
        };
        let turn = self.backend.inner.passwords.turn().await?;
        let attempt = Attempt::sign_in(&name.folded, address);
        let reservation = attempt.reserve(self.storage(), &name.folded).await?;
        let person = sqlx::query!(
            r#"select id as "id: UserId", password_hash from users where name_folded = $1 and disabled_at is null"#,
            name.folded
        )
        .fetch_optional(self.storage().pool())
        .await?;
        let (user, stored) = person.map_or((None, None), |row| (Some(row.id), Some(row.password_hash)));
        let right = turn.verify(password, stored).await?;
        let user = user.filter(|_| right).ok_or(Problem::WrongCredentials)?;
        reservation.take_back(self.storage()).await?;
        self.remember_address(user, attempt.address()).await?;
        Ok(user)
    }

    async fn remember_address(&self, user: UserId, address: &str) -> Result<()> {
        sqlx::query!(
            "with seen as (update users set last_seen_at = now() where id = $1)
             insert into sign_in_addresses (user_id, address) values ($1, $2)
             on conflict (user_id, address) do update set last_at = now()",
            user as UserId,
            address
        )
        .execute(self.storage().pool())
        .await?;
        Ok(())
    }
}
