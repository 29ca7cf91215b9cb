//! The embedded schema; brought up to date as the owner's role at every start.

use sqlx::{
    ConnectOptions, Connection,
    migrate::{MigrateError as SqlxError, Migrator},
    postgres::PgConnectOptions,
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// An older version must not touch data of a newer one.
    #[error(
        "this database was written by a newer Hearth (schema {0}); start that version, or restore a backup"
    )]
    Newer(i64),
    #[error("the database could not be brought up to date: {0}")]
    Failed(String),
}

/// Brings the schema up to date. Run as the owner's role.
pub async fn migrate(owner: &PgConnectOptions) -> Result<(), MigrateError> {
    apply(&MIGRATIONS, owner).await
}

/// Applies the missing migrations, each in one transaction together with the record that it was applied, and under a
/// lock of the database: of two processes that start at once, one waits and then finds nothing to do.
pub async fn apply(migrations: &Migrator, owner: &PgConnectOptions) -> Result<(), MigrateError> {
    let failed = |error: &dyn std::fmt::Display| MigrateError::Failed(error.to_string());
    let mut connection = owner.clone().connect().await.map_err(|e| failed(&e))?;
    let result = migrations.run_direct(None, &mut connection, false).await;
    connection.close().await.ok();
    result.map_err(|error| match error {
        SqlxError::VersionMissing(version) => MigrateError::Newer(version),
        other => failed(&other),
    })
}
