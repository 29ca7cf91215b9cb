//! PostgreSQL: the pool of the app's role, and transactions in which the database knows who asks.
//!
//! Tables are of two classes. The *operational* class (accounts, sessions, queue, jobs) holds ids and states
//! and is read straight from [`Storage::pool`]. The *personal* class holds words, is under forced row-level
//! security, and shows no row outside [`Storage::begin_as`].

mod adopt;
mod migrate;
pub mod provision;
mod room;

pub use adopt::adopt;
pub use migrate::{MigrateError, apply, migrate};
pub(crate) use room::free;

use crate::Result;
use hearth_types::UserId;
use sqlx::{
    AssertSqlSafe, PgPool, Postgres, Transaction, postgres::PgConnectOptions, postgres::PgPoolOptions,
};
use std::time::Duration;

/// A transaction in which PostgreSQL shows one person's rows.
pub(crate) type UserTransaction = Transaction<'static, Postgres>;

/// The pool of the app's role. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    pool: PgPool,
}

impl Storage {
    /// Opens the pool. Fails when the database cannot be reached within 10 s.
    pub async fn connect(options: PgConnectOptions, max_connections: u32) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            // An idle house gives its connections back; each is a process of PostgreSQL's of several MB. The
            // pool hands out the oldest first, so even a rare heartbeat would keep all of them alive for long.
            .idle_timeout(Duration::from_secs(3))
            .connect_with(options.application_name("hearth"))
            .await?;
        Ok(Self { pool })
    }

    /// For tables of the operational class.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction that sees this person's spaces. One round trip; `SET LOCAL` ends with the
    /// transaction, so a pooled connection never carries a person over to the next request.
    pub(crate) async fn begin_as(&self, user: UserId) -> Result<UserTransaction> {
        // A uuid renders as hexadecimal digits and dashes: nothing to escape.
        let begin = AssertSqlSafe(format!("BEGIN; SET LOCAL hearth.user_id = '{user}'"));
        Ok(self.pool.begin_with(begin).await?)
    }

    /// Like [`Self::begin_as`] for writes that a crash may lose the last half second of: claims, and text
    /// appended to an answer that is still running.
    pub(crate) async fn begin_relaxed_as(&self, user: UserId) -> Result<UserTransaction> {
        let begin = format!("BEGIN; SET LOCAL hearth.user_id = '{user}'; SET LOCAL synchronous_commit = off");
        Ok(self.pool.begin_with(AssertSqlSafe(begin)).await?)
    }

    /// Like [`Self::begin_as`] for reading much: everything is seen as it was at one moment.
    pub(crate) async fn begin_snapshot_as(&self, user: UserId) -> Result<UserTransaction> {
        let begin =
            format!("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SET LOCAL hearth.user_id = '{user}'");
        Ok(self.pool.begin_with(AssertSqlSafe(begin)).await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}
