//! PostgreSQL: the pool of the app's role, and transactions in which the database knows who asks.
//!
//! Tables are of two classes. The *operational* class (accounts, sessions, queue, jobs) holds ids and states
//! and is read straight from [`Storage::pool`]. The *personal* class holds words, is under forced row-level
//! security, and shows no row outside [`Storage::begin_as`].

mod adopt;
mod migrate;
pub mod provision;
mod room;
mod tsvector;

pub use adopt::adopt;
pub use migrate::{MigrateError, apply, migrate};
pub(crate) use room::free;
pub(crate) use tsvector::TsVector;

use crate::Result;
use hearth_types::UserId;
use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, Row, Transaction, postgres::PgConnectOptions,
    postgres::PgPoolOptions,
};
use std::time::Duration;

/// A transaction in which PostgreSQL shows one person's rows.
pub(crate) type UserTransaction = Transaction<'static, Postgres>;

/// The pool of the app's role. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    pool: PgPool,
}

/// Whether a connection that is given back may be used by others; it is closed if not, which rolls back.
///
/// sqlx 0.9.0 loses track of a BEGIN whose future is dropped while it is on its way: the connection would go back
/// with the transaction open (its issue 4393, mended after that version), hold its locks, and swallow whatever others
/// write through it. Only in a message of its own is a statement as old as the transaction around it, so this is one.
async fn is_outside_a_transaction(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::raw_sql("select now() = statement_timestamp()")
        .fetch_one(connection)
        .await?
        .try_get(0)
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
            .after_release(|connection, _| Box::pin(is_outside_a_transaction(connection)))
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

#[cfg(all(test, feature = "testing"))]
mod tests {
    use super::Storage;
    use crate::testing::TestDatabase;
    use futures::FutureExt;
    use hearth_types::UserId;
    use sqlx::Row;
    use std::{future::poll_fn, task::Poll};
    use uuid::Uuid;

    /// Whether a future ends before it had to wait so many times.
    async fn is_ready_after(future: &mut (impl Future + Unpin), polls: usize) -> bool {
        let mut waited = 0;
        poll_fn(|context| {
            if future.poll_unpin(context).is_ready() {
                return Poll::Ready(true);
            }
            waited += 1;
            if waited == polls {
                Poll::Ready(false)
            } else {
                Poll::Pending
            }
        })
        .await
    }

    #[tokio::test]
    async fn a_transaction_that_is_given_up_while_it_begins_leaves_no_person_and_no_transaction_behind() {
        let database = TestDatabase::create().await;
        let storage = Storage::connect(database.app.clone(), 1).await.unwrap();
        let mut given_up = 0;
        // It waits for the network; how often depends on how soon the server answers.
        for round in 0..300 {
            let polls = 1 + round % 3;
            let mut begins = Box::pin(storage.begin_as(UserId(Uuid::new_v4())));
            given_up += u32::from(!is_ready_after(&mut begins, polls).await);
            drop(begins);
            let next = sqlx::raw_sql(
                "select now() = statement_timestamp(), current_setting('hearth.user_id', true)",
            )
            .fetch_one(storage.pool())
            .await
            .unwrap();
            assert!(next.get::<bool, _>(0), "given up after {polls} polls");
            let person: Option<String> = next.get(1);
            assert_eq!(person.unwrap_or_default(), "", "given up after {polls} polls");
        }
        assert!(given_up > 30, "{given_up} of 300");
    }
}
