//! Limits password guessing, per name and per address.
//!
//! Every attempt is recorded *before* its password is checked, and removed if it was right, so a hundred guesses at
//! once count as a hundred. Within ten minutes these are allowed:
//!
//! - 6 attempts for one name from one address: a person who mistypes, or one machine that guesses;
//! - 20 for one name from anywhere, and 20 from one address for any names: many machines, or many names;
//! - 30 instead of 20 for a name from an address where its owner has signed in before. So strangers cannot use up all
//!   attempts of a name: its owner can still sign in from a device at home, and from a new address as soon as the
//!   strangers' attempts are ten minutes old.
//!
//! So at most 30 guesses at one name, or from one address, are checked in ten minutes, whether the name exists or
//! not.

use crate::{Result, storage::Storage};
use hearth_types::{Problem, UserId};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use std::net::{IpAddr, Ipv6Addr};

/// Limit for one name from one address.
const TOGETHER: i64 = 6;
/// Limit for one name, or for one address.
const STRANGERS: i64 = 20;
/// Limit for one name from an address where the person has signed in before.
const FAMILIAR: i64 = 30;

/// Whose password is tried, and from where. A password that was typed into the name field is kept as a hash only.
pub(super) struct Attempt {
    name_hash: Vec<u8>,
    address: String,
}

/// A recorded attempt.
#[must_use]
pub(super) struct Reservation(i64);

impl Attempt {
    /// A sign-in as `name_folded`.
    pub fn sign_in(name_folded: &str, address: IpAddr) -> Self {
        Self {
            name_hash: Sha256::digest(name_folded).to_vec(),
            address: network(address),
        }
    }

    /// A check of the current password while signed in: counted separately, so that strangers' guesses at sign-in do
    /// not keep a signed-in person from changing the password.
    pub fn inside(user: UserId) -> Self {
        let place = format!("account {user}");
        Self {
            name_hash: Sha256::digest(&place).to_vec(),
            address: place,
        }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Records the attempt, or refuses it with the seconds until the next one is allowed.
    pub async fn reserve(&self, storage: &Storage, name_folded: &str) -> Result<Reservation> {
        let mut transaction = storage.pool().begin().await?;
        self.lock(&mut transaction).await?;
        let seconds = sqlx::query_scalar!(
            r#"with recent as (
                   select name_hash, address, failed_at from sign_in_failures
                   where failed_at > now() - interval '10 minutes' and (name_hash = $1 or address = $2)
               ), room as (
                   select case when exists (
                       select from sign_in_addresses a join users u on u.id = a.user_id
                       where u.name_folded = $3 and a.address = $2
                   ) then $6::bigint else $5::bigint end as each
               ), full_until as (
                   (select failed_at from recent where name_hash = $1 and address = $2
                    order by failed_at desc offset $4::bigint - 1 limit 1)
                   union all
                   (select failed_at from recent where name_hash = $1
                    order by failed_at desc offset (select each from room) - 1 limit 1)
                   union all
                   (select failed_at from recent where address = $2
                    order by failed_at desc offset (select each from room) - 1 limit 1)
               )
               select ceil(extract(epoch from max(failed_at) + interval '10 minutes' - now()))::int from full_until"#,
            self.name_hash,
            self.address,
            name_folded,
            TOGETHER,
            STRANGERS,
            FAMILIAR,
        )
        .fetch_one(&mut *transaction)
        .await?;
        if let Some(seconds) = seconds {
            return Err(Problem::TooManyAttempts {
                seconds: seconds.max(1).unsigned_abs(),
            }
            .into());
        }
        let id = sqlx::query_scalar!(
            "insert into sign_in_failures (name_hash, address) values ($1, $2) returning id",
            self.name_hash,
            self.address,
        )
        .fetch_one(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Reservation(id))
    }

    /// Serialises attempts at the same name or from the same address. The locks are taken in the order of their
    /// numbers, so that no deadlock occurs.
    async fn lock(&self, transaction: &mut PgConnection) -> Result<()> {
        let mut keys = [
            lock_key(&self.name_hash),
            lock_key(&Sha256::digest(&self.address)),
        ];
        keys.sort_unstable();
        for key in keys {
            sqlx::query!("select pg_advisory_xact_lock($1)", key)
                .execute(&mut *transaction)
                .await?;
        }
        Ok(())
    }
}

impl Reservation {
    /// Removes the attempt: the password was right.
    pub async fn take_back(self, storage: &Storage) -> Result<()> {
        sqlx::query!("delete from sign_in_failures where id = $1", self.0)
            .execute(storage.pool())
            .await?;
        Ok(())
    }
}

/// Removes every attempt at this account. They were guesses at a password that no longer exists; the owner, who may
/// have used up the attempts before asking for a reset, can sign in with the new one at once.
pub(super) async fn forget_attempts(
    transaction: &mut PgConnection,
    user: UserId,
    name_folded: &str,
) -> Result<()> {
    let names = [
        Sha256::digest(name_folded).to_vec(),
        Attempt::inside(user).name_hash,
    ];
    sqlx::query!(
        "delete from sign_in_failures where name_hash = any($1)",
        &names[..]
    )
    .execute(transaction)
    .await?;
    Ok(())
}

fn lock_key(hash: &[u8]) -> i64 {
    i64::from_be_bytes(hash[..8].try_into().expect("SHA-256 has more than 8 bytes"))
}

/// The network that counts as one address: an IPv6 customer has a whole /64 to guess from.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_counts_as_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }
}
