//! PostgreSQL: the pool of the app's role, and transactions that carry the person's id for row-level security.
//!
//! Tables are of two classes. The *operational* class (accounts, sessions, queue, jobs) holds ids and states
//! and is read straight from [`Storage::pool`]. The *personal* class holds words, is under forced row-level
//! security, and shows no row outside [`Storage::begin_as`].
//!
//! **One connection at a time.** Code that has a transaction open makes all its queries through it: waiting for a
//! second connection while holding the first leads to a deadlock as soon as there are as many callers as connections.
//! The whole test suite passes with a pool of one (`HEARTH_TEST_POOL=1`), which a second connection would not.
//!
//! **Everything has a time limit.** Statements, locks and idle transactions of the app's role have [`limits`]. Work
//! that reads or writes all of a person's data (exports, imports) has a few connections of its own with longer
//! limits, so that a slow download does not block other requests. Such work may wait for a connection of the pool
//! while it holds one of its own, never the other way round. Migrations and index builds connect as the owner's role,
//! without limits.

mod adopt;
mod limits;
mod migrate;
mod pooler;
pub mod provision;
mod room;
mod tsvector;

pub use adopt::adopt;
pub use migrate::{MigrateError, apply, migrate};
pub(crate) use room::free;
pub(crate) use tsvector::TsVector;

use crate::Result;
use hearth_types::UserId;
use limits::{LONG_WORK, Limits, REQUESTS};
use sqlx::{
    AssertSqlSafe, PgConnection, PgPool, Postgres, Row, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::Duration;

/// Number of connections for exports and imports.
const LONG_WORK_AT_ONCE: u32 = 4;

/// Longest wait of an export or import for a connection.
const LONG_WORK_WAITS: Duration = Duration::from_secs(3600);

/// A transaction in which row-level security shows one person's rows.
pub(crate) type UserTransaction = Transaction<'static, Postgres>;

/// The connection pools of the app's role. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    pool: PgPool,
    long_work: PgPool,
}

/// Whether a returned connection may be used by others; if not, it is closed, which rolls back.
///
/// sqlx 0.9.0 loses track of a BEGIN whose future is dropped while it is in flight (its issue 4393, fixed after that
/// version). The connection would return to the pool with the transaction open, hold its locks, and discard what
/// others write through it. Outside a transaction, a statement in a message of its own starts together with its
/// transaction, so both times are equal.
async fn is_outside_a_transaction(connection: &mut PgConnection) -> sqlx::Result<bool> {
    sqlx::raw_sql("select now() = statement_timestamp()")
        .fetch_one(connection)
        .await?
        .try_get(0)
}

impl Storage {
    /// Opens the pool. Fails if the database cannot be reached within 10 s.
    pub async fn connect(options: PgConnectOptions, max_connections: u32) -> Result<Self> {
        let options = options.application_name("hearth");
        let pool = pool_options(REQUESTS)
            .max_connections(max_connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await?;
        let long_work = pool_options(LONG_WORK)
            .max_connections(LONG_WORK_AT_ONCE)
            .acquire_timeout(LONG_WORK_WAITS)
            .connect_lazy_with(options);
        Ok(Self { pool, long_work })
    }

    /// For tables of the operational class.
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a transaction that sees this person's spaces. One round trip; `SET LOCAL` ends with the transaction, so
    /// a pooled connection never carries a person over to the next request.
    pub(crate) async fn begin_as(&self, user: UserId) -> Result<UserTransaction> {
        begin(&self.pool, REQUESTS, "BEGIN", user).await
    }

    /// Like [`Self::begin_as`], for writes of which a crash may lose the last half second: claims, and text appended
    /// to a running answer.
    pub(crate) async fn begin_relaxed_as(&self, user: UserId) -> Result<UserTransaction> {
        begin(&self.pool, REQUESTS, RELAXED, user).await
    }

    /// Like [`Self::begin_as`], for long reads: a snapshot at one moment, on a connection for long work. The caller
    /// must hold no connection.
    pub(crate) async fn begin_snapshot_as(&self, user: UserId) -> Result<UserTransaction> {
        let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        begin(&self.long_work, LONG_WORK, snapshot, user).await
    }

    /// Like [`Self::begin_relaxed_as`], for long writes, on a connection for long work. The caller must hold no
    /// connection.
    pub(crate) async fn begin_import_as(&self, user: UserId) -> Result<UserTransaction> {
        begin(&self.long_work, LONG_WORK, RELAXED, user).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
        self.long_work.close().await;
    }
}

/// A transaction of which a crash may lose the last half second.
const RELAXED: &str = "BEGIN; SET LOCAL synchronous_commit = off";

/// A pool whose connections have these limits, also for statements outside a transaction.
fn pool_options(limits: Limits) -> PgPoolOptions {
    PgPoolOptions::new()
        // An idle server closes its connections; each is a PostgreSQL process of several MB. The pool hands out the
        // oldest first, so even a rare heartbeat would keep all of them alive for long.
        .idle_timeout(Duration::from_secs(3))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(AssertSqlSafe(limits.set("SET")))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .after_release(|connection, _| Box::pin(is_outside_a_transaction(connection)))
}

/// One round trip. The limits are set here as well: behind a pooler, the transaction may run on a server connection
/// on which another client used `SET`.
async fn begin(pool: &PgPool, limits: Limits, begin: &str, user: UserId) -> Result<UserTransaction> {
    // A uuid renders as hexadecimal digits and dashes: nothing to escape.
    let limits = limits.set("SET LOCAL");
    let begin = format!("{begin}; SET LOCAL hearth.user_id = '{user}'; {limits}");
    Ok(pool.begin_with(AssertSqlSafe(begin)).await?)
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

    /// Whether a future completes within this number of polls.
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
    async fn statements_locks_and_idle_transactions_have_limits_and_long_work_has_longer_ones() {
        let database = TestDatabase::create().await;
        let storage = Storage::connect(database.app.clone(), 1).await.unwrap();
        let limits =
            "select current_setting('statement_timeout') || ' ' || current_setting('lock_timeout') || ' '
                             || current_setting('idle_in_transaction_session_timeout')";
        let outside: String = sqlx::query_scalar(limits)
            .fetch_one(storage.pool())
            .await
            .unwrap();
        assert_eq!(outside, "1min 10s 1min");
        let person = UserId(Uuid::new_v4());
        for (transaction, expected) in [
            (storage.begin_as(person).await, "1min 10s 1min"),
            (storage.begin_snapshot_as(person).await, "10min 1min 5min"),
            (storage.begin_import_as(person).await, "10min 1min 5min"),
        ] {
            let mut transaction = transaction.unwrap();
            let inside: String = sqlx::query_scalar(limits)
                .fetch_one(&mut *transaction)
                .await
                .unwrap();
            assert_eq!(inside, expected);
        }
    }

    #[tokio::test]
    async fn a_transaction_dropped_while_it_begins_leaves_no_person_and_no_transaction_behind() {
        let database = TestDatabase::create().await;
        let storage = Storage::connect(database.app.clone(), 1).await.unwrap();
        let mut given_up = 0;
        // The future waits for the network; the number of polls depends on the server's speed.
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
