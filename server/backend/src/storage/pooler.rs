//! What stands between Hearth and PostgreSQL: nothing, or a pooler that hands connections on between transactions.
//!
//! Behind PgBouncer's `pool_mode = transaction` a connection of ours is another connection to the server in every
//! transaction. What Hearth does within one works there (`SET LOCAL`, `pg_advisory_xact_lock`). What belongs to a
//! session does not: locks of a session, `SET`, `LISTEN`. So migrations, index builds and the lock around them go to
//! the server itself, which is what `HEARTH_OWNER_DATABASE_URL` must name. Prepared statements belong to a session
//! too, and the driver uses them for every checked query; PgBouncer keeps them apart from 1.21 on, where
//! `max_prepared_statements` is not 0.
//!
//! A pooler does not say that it is one, so this looks at what it does. Nothing here is prepared before it is known
//! that that is safe.

use super::provision::ProvisionError;
use sqlx::{ConnectOptions, Connection, PgConnection, Row, postgres::PgConnectOptions};
use std::time::Duration;

/// A server without a pooler begins a transaction at once.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether two transactions of one connection may be on two connections to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    Nothing,
    Pooler,
}

/// Two connections by the same address, and the process of the server's that each had last.
struct Pair {
    connections: [PgConnection; 2],
    served_by: [i32; 2],
}

/// Looks at what an address leads to.
///
/// # Errors
/// A pooler that does not even keep a transaction together.
pub(super) async fn look(options: &PgConnectOptions, url: &'static str) -> Result<Between, ProvisionError> {
    let mut pair = Pair::connect(options).await?;
    let moves = pair.moves().await.map_err(|error| match error {
        sqlx::Error::Database(told) if told.message().contains("statement pooling") => {
            ProvisionError::StatementPooling { url }
        }
        other => other.into(),
    })?;
    let found = if moves { Between::Pooler } else { Between::Nothing };
    pair.close().await;
    Ok(found)
}

/// Whether each connection by this address finds its own prepared statements, wherever its transactions go.
pub(super) async fn keeps_prepared_statements(options: &PgConnectOptions) -> Result<bool, ProvisionError> {
    let mut pair = Pair::connect(options).await?;
    let keeps = pair.finds_its_statements().await;
    pair.close().await;
    Ok(keeps)
}

impl Pair {
    async fn connect(options: &PgConnectOptions) -> Result<Self, sqlx::Error> {
        let connections = [options.clone().connect().await?, options.clone().connect().await?];
        Ok(Self {
            connections,
            served_by: [0; 2],
        })
    }

    /// Both have a transaction at once, so each its own connection to the server; they are given back in either order.
    /// A pooler then gives one of them the other's, be it the one that was given back last or first.
    async fn moves(&mut self) -> Result<bool, sqlx::Error> {
        for first in [0, 1] {
            for at in [0, 1] {
                let Ok(begun) = tokio::time::timeout(PATIENCE, self.begin(at)).await else {
                    return Ok(true);
                };
                self.served_by[at] = begun?;
            }
            for at in [first, 1 - first] {
                self.commit(at).await?;
            }
            for at in [0, 1] {
                let now = self.begin(at).await?;
                self.commit(at).await?;
                if now != self.served_by[at] {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Statements of the same name in both connections, each asked for again behind the other's.
    async fn finds_its_statements(&mut self) -> bool {
        for _ in 0..3 {
            for at in [0, 1, 1, 0] {
                let [one, other] = &mut self.connections;
                let found = if at == 0 {
                    let asked = sqlx::query_scalar::<_, i32>("select $1::int4 + 1").bind(1);
                    asked.fetch_one(one).await.map(|sum| sum == 2)
                } else {
                    let asked = sqlx::query_scalar::<_, String>("select $1::text || 'b'").bind("a");
                    asked.fetch_one(other).await.map(|text| text == "ab")
                };
                if !found.unwrap_or(false) {
                    return false;
                }
            }
        }
        true
    }

    async fn begin(&mut self, at: usize) -> Result<i32, sqlx::Error> {
        let connection = &mut self.connections[at];
        sqlx::raw_sql("begin").execute(&mut *connection).await?;
        sqlx::raw_sql("select pg_backend_pid()")
            .fetch_one(connection)
            .await?
            .try_get(0)
    }

    async fn commit(&mut self, at: usize) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("commit").execute(&mut self.connections[at]).await?;
        Ok(())
    }

    async fn close(self) {
        for connection in self.connections {
            connection.close().await.ok();
        }
    }
}
