//! The schema, embedded; brought up to date as the owner's role at every start.

use sqlx::{
    ConnectOptions, Connection,
    migrate::{MigrateError as SqlxError, Migrator},
    postgres::PgConnectOptions,
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// An older Hearth must not touch what a newer one wrote.
    #[error(
        "this database was written by a newer Hearth (schema {0}); start that version, or restore a backup"
    )]
    Newer(i64),
    #[error("the database could not be brought up to date: {0}")]
    Failed(String),
}

/// Applies what is missing, each migration in its own transaction and under a lock. Run as the owner's role.
pub async fn migrate(owner: &PgConnectOptions) -> Result<(), MigrateError> {
    let failed = |error: &dyn std::fmt::Display| MigrateError::Failed(error.to_string());
    let mut connection = owner.clone().connect().await.map_err(|e| failed(&e))?;
    let result = MIGRATIONS.run_direct(None, &mut connection, false).await;
    connection.close().await.ok();
    result.map_err(|error| match error {
        SqlxError::VersionMissing(version) => MigrateError::Newer(version),
        other => failed(&other),
    })
}
