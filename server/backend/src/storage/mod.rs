//! PostgreSQL: the pool of the app's role, and transactions in which the database knows who asks.
//!
//! Tables are of two classes. The *operational* class (accounts, sessions, queue, jobs) holds ids and states
//! and is read straight from [`Storage::pool`]. The *personal* class holds words, is under forced row-level
//! security, and shows no row outside [`Storage::begin_as`].
//!
//! **One connection at a time.** Who has a transaction open asks everything through it: a second connection would be
//! waited for while the first is held, and as many callers as there are connections wait for each other. The whole
//! suite passes with a pool of one (`HEARTH_TEST_POOL=1`), which a second connection would not.
//!
//! **Nothing takes for ever.** Statements, locks and idle transactions of the app's role have [`limits`]. What reads or
//! writes all of somebody's words (exports, imports) has a few connections of its own with longer limits, so that who
//! takes a download slowly keeps nobody from the rest. It may wait for a connection of the pool while it holds one of
//! its own, never the other way round. Migrations and index builds connect as the owner's role, without limits.

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

/// Connections for exports and imports.
const LONG_WORK_AT_ONCE: u32 = 4;

/// How long an export or import waits for one of them.
const LONG_WORK_WAITS: Duration = Duration::from_secs(3600);

/// A transaction in which PostgreSQL shows one person's rows.
pub(crate) type UserTransaction = Transaction<'static, Postgres>;

/// The connections of the app's role. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    pool: PgPool,
    long_work: PgPool,
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

    /// Begins a transaction that sees this person's spaces. One round trip; `SET LOCAL` ends with the
    /// transaction, so a pooled connection never carries a person over to the next request.
    pub(crate) async fn begin_as(&self, user: UserId) -> Result<UserTransaction> {
        begin(&self.pool, REQUESTS, "BEGIN", user).await
    }

    /// Like [`Self::begin_as`] for writes that a crash may lose the last half second of: claims, and text
    /// appended to an answer that is still running.
    pub(crate) async fn begin_relaxed_as(&self, user: UserId) -> Result<UserTransaction> {
        begin(&self.pool, REQUESTS, RELAXED, user).await
    }

    /// Like [`Self::begin_as`] for reading much: everything is seen as it was at one moment. Long work; the caller
    /// holds no connection.
    pub(crate) async fn begin_snapshot_as(&self, user: UserId) -> Result<UserTransaction> {
        let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        begin(&self.long_work, LONG_WORK, snapshot, user).await
    }

    /// Like [`Self::begin_relaxed_as`] for writing much. Long work; the caller holds no connection.
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

/// What a crash may lose half a second of.
const RELAXED: &str = "BEGIN; SET LOCAL synchronous_commit = off";

/// A pool whose connections have these limits, also for statements outside a transaction.
fn pool_options(limits: Limits) -> PgPoolOptions {
    PgPoolOptions::new()
        // An idle house gives its connections back; each is a process of PostgreSQL's of several MB. The
        // pool hands out the oldest first, so even a rare heartbeat would keep all of them alive for long.
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

/// One round trip. The limits are set here as well: behind a pooler a transaction may be on a connection to the server
/// that somebody else's `SET` has met.
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
    async fn statements_locks_and_idle_transactions_have_an_end_and_long_work_a_later_one() {
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
        let somebody = UserId(Uuid::new_v4());
        for (transaction, expected) in [
            (storage.begin_as(somebody).await, "1min 10s 1min"),
            (storage.begin_snapshot_as(somebody).await, "10min 1min 5min"),
            (storage.begin_import_as(somebody).await, "10min 1min 5min"),
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
