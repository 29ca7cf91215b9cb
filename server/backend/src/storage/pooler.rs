//! Detects a connection pooler between Hearth and PostgreSQL that switches connections between transactions.
//!
//! Behind PgBouncer's `pool_mode = transaction`, a client connection may use another server connection in every
//! transaction. State of a transaction works there (`SET LOCAL`, `pg_advisory_xact_lock`). State of a session does
//! not: locks of a session, `SET`, `LISTEN`. So migrations, index builds and the lock around them connect to the
//! server itself, which `HEARTH_OWNER_DATABASE_URL` must name. Prepared statements belong to a session too, and the
//! driver uses them for every checked query; PgBouncer keeps them for each client since 1.21, if
//! `max_prepared_statements` is not 0.
//!
//! A pooler does not identify itself, so this module tests its behaviour. It prepares no statement before that is
//! known to be safe.

use super::provision::ProvisionError;
use sqlx::{ConnectOptions, Connection, PgConnection, Row, postgres::PgConnectOptions};
use std::time::Duration;

/// Longest wait for a transaction to begin; a server without a pooler begins it at once.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether two transactions of one connection may use two server connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    Nothing,
    Pooler,
}

/// Two connections to the same address, and the server process that each used last.
struct Pair {
    connections: [PgConnection; 2],
    served_by: [i32; 2],
}

/// Tests what an address leads to.
///
/// # Errors
/// [`ProvisionError::StatementPooling`] for a pooler that does not even keep a transaction together.
pub(super) async fn probe(options: &PgConnectOptions, url: &'static str) -> Result<Between, ProvisionError> {
    let mut pair = Pair::connect(options).await?;
    let moves = pair.moves().await.map_err(|error| match error {
        sqlx::Error::Database(error) if error.message().contains("statement pooling") => {
            ProvisionError::StatementPooling { url }
        }
        other => other.into(),
    })?;
    let found = if moves { Between::Pooler } else { Between::Nothing };
    pair.close().await;
    Ok(found)
}

/// Whether each connection to this address finds its own prepared statements, whichever server connection it uses.
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

    /// Begins a transaction on both, so that each has a server connection of its own, and ends them in either order.
    /// A pooler then gives one of them the other's server connection, whether it reuses the last or the first one
    /// returned.
    async fn moves(&mut self) -> Result<bool, sqlx::Error> {
        for first in [0, 1] {
            for at in [0, 1] {
                let Ok(process) = tokio::time::timeout(PATIENCE, self.begin(at)).await else {
                    return Ok(true);
                };
                self.served_by[at] = process?;
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

    /// Prepares statements of the same name on both connections, and runs each again after the other's.
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
