//! Roles, database and extensions: what only a superuser can create, before the first migration.
//!
//! Three roles: a superuser that only the bundled server has; `hearth_owner`, which owns the tables and whose
//! policies see all rows (migrations, index builds); `hearth_app`, the role of the running server, which owns nothing
//! and cannot bypass a policy.

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// Connect options of both roles, after provisioning.
#[derive(Clone, Debug)]
pub struct Provisioned {
    pub app: PgConnectOptions,
    pub owner: PgConnectOptions,
}

/// Why a database could not be prepared. Each text is one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error("PostgreSQL does not let Hearth in with {url}: {why}")]
    Unreachable { url: &'static str, why: String },
    #[error("PostgreSQL {0} is too old; Hearth needs 15 or newer")]
    ServerTooOld(String),
    #[error("the database is encoded in {0}; Hearth needs one made with `create database … encoding 'UTF8'`")]
    NotUnicode(String),
    #[error("the database holds tables of something else; give Hearth one of its own")]
    NotOurs,
    #[error(
        "pgvector {0} is too old; Hearth needs 0.8.2 or newer: install it on the PostgreSQL server, then run there, \
         in this database and as a superuser: alter extension vector update"
    )]
    VectorTooOld(String),
    #[error("the PostgreSQL server does not have the extension {name}: install {package} there")]
    ExtensionMissing {
        name: &'static str,
        package: &'static str,
    },
    #[error(
        "the extension {name} is not in the database ({why}); a superuser can run there: create extension {name}"
    )]
    ExtensionRefused { name: &'static str, why: String },
    #[error(
        "the roles hearth_owner and hearth_app are missing ({0}); a superuser can run: \
         create role hearth_owner login; create role hearth_app login"
    )]
    RolesMissing(String),
    #[error(
        "the role {role} of {url} may not act as hearth_owner; a superuser can run: grant hearth_owner{also} to \"{role}\""
    )]
    NotOwner {
        role: String,
        url: &'static str,
        also: &'static str,
    },
    #[error(
        "hearth_owner may not create tables in this database; its owner can run: grant usage, create on schema public \
         to hearth_owner"
    )]
    SchemaClosed,
    #[error(
        "as {0}, Hearth could bypass row-level security (a superuser, or one with BYPASSRLS or CREATEROLE, or a member \
         of hearth_owner): let DATABASE_URL log in as hearth_app, and give the owner's URL in HEARTH_OWNER_DATABASE_URL"
    )]
    AppRoleTooStrong(String),
    #[error(
        "the role {0} of DATABASE_URL is not hearth_app; a superuser can run: grant hearth_app to \"{0}\""
    )]
    NotApp(String),
    #[error("DATABASE_URL and HEARTH_OWNER_DATABASE_URL lead to different databases")]
    DifferentDatabases,
    #[error(
        "{url} leads through a connection pooler such as PgBouncer, which hands connections on between transactions: let \
         HEARTH_OWNER_DATABASE_URL name the PostgreSQL server itself and log in as hearth_owner; only DATABASE_URL, as \
         hearth_app, may lead through the pooler"
    )]
    OwnerBehindPooler { url: &'static str },
    #[error(
        "DATABASE_URL leads through a connection pooler that loses prepared statements: use PgBouncer 1.21 or newer with \
         max_prepared_statements above 0, or its pool_mode session, or let DATABASE_URL name the PostgreSQL server itself"
    )]
    PoolerLosesStatements,
    #[error(
        "{url} leads through a connection pooler that does not keep a transaction together (pool_mode statement): set \
         its pool_mode to transaction or session"
    )]
    StatementPooling { url: &'static str },
    #[error(
        "pgvector is in the schema {schema}, which Hearth's roles may not use; its owner can run there: grant usage on \
         schema {schema} to hearth_owner, hearth_app"
    )]
    ExtensionClosed { schema: String },
    #[error(
        "pgvector is in the schema {schema}, where {role} does not look for it behind a pooler; run there as {role}: \
         alter role {role} set search_path = public, {schema}"
    )]
    ExtensionOffPath { role: String, schema: String },
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
}

/// Prepares a server on which we are superuser: the bundled one. Idempotent.
pub async fn provision(superuser: &PgConnectOptions, database: &str) -> Result<Provisioned, ProvisionError> {
    let mut server = superuser.clone().database("postgres").connect().await?;
    create_roles(&mut server).await?;
    create_database(&mut server, database).await?;
    server.close().await?;

    let mut inside = superuser.clone().database(database).connect().await?;
    create_extensions(&mut inside).await?;
    mark_leakproof(&mut inside).await?;
    sqlx::raw_sql("alter schema public owner to hearth_owner; revoke create on schema public from public")
        .execute(&mut inside)
        .await?;
    inside.close().await?;

    let as_role = |role: &str| superuser.clone().username(role).database(database);
    Ok(Provisioned {
        app: as_role("hearth_app"),
        owner: as_role("hearth_owner"),
    })
}

/// Whether full text can use its index under a policy (see [`mark_leakproof`]).
pub async fn is_leakproof(any_role: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let mut connection = any_role.clone().connect().await?;
    let marked = is_marked_leakproof(&mut connection).await?;
    connection.close().await?;
    Ok(marked)
}

async fn is_marked_leakproof(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select proleakproof from pg_proc where oid = 'ts_match_vq(tsvector, tsquery)'::regprocedure",
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn create_roles(server: &mut PgConnection) -> Result<(), sqlx::Error> {
    // Two servers of one cluster may start at once: a role that was created in the meantime is fine.
    sqlx::raw_sql(
        "do $$ declare name text; begin
            foreach name in array array['hearth_owner', 'hearth_app'] loop
                if not exists (select from pg_roles where rolname = name) then
                    begin
                        execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', name);
                    exception when duplicate_object or unique_violation then null;
                    end;
                end if;
            end loop;
         end $$",
    )
    .execute(server)
    .await?;
    Ok(())
}

async fn create_database(server: &mut PgConnection, database: &str) -> Result<(), sqlx::Error> {
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(database)
        .fetch_one(&mut *server)
        .await?;
    if !exists {
        // Names come from our own settings and tests: letters, digits and underscores.
        let create = format!(
            "create database \"{}\" owner hearth_owner",
            database.replace('"', "")
        );
        sqlx::raw_sql(AssertSqlSafe(create)).execute(server).await?;
    }
    Ok(())
}

pub(super) async fn create_extensions(inside: &mut PgConnection) -> Result<(), ProvisionError> {
    for (name, package, create) in [
        (
            "vector",
            "pgvector 0.8.2 or newer",
            "create extension if not exists vector",
        ),
        (
            "btree_gin",
            "PostgreSQL's contrib modules",
            "create extension if not exists btree_gin",
        ),
    ] {
        let available: bool =
            sqlx::query_scalar("select exists (select from pg_available_extensions where name = $1)")
                .bind(name)
                .fetch_one(&mut *inside)
                .await?;
        if !available {
            return Err(ProvisionError::ExtensionMissing { name, package });
        }
        if let Err(error) = sqlx::raw_sql(create).execute(&mut *inside).await {
            let why = plainly(&error);
            return Err(ProvisionError::ExtensionRefused { name, why });
        }
    }
    let version: String = sqlx::query_scalar("select extversion from pg_extension where extname = 'vector'")
        .fetch_one(inside)
        .await?;
    if version_numbers(&version) < vec![0, 8, 2] {
        return Err(ProvisionError::VectorTooOld(version));
    }
    Ok(())
}

/// Marks the full-text operator as LEAKPROOF. Under a policy, a condition with an operator that is not cannot use an
/// index: full text would read every row of the person (measured 29 ms instead of 0.4 ms over 6,000 passages). `@@`
/// compares lexemes and raises no error that shows its input.
pub(super) async fn mark_leakproof(inside: &mut PgConnection) -> Result<(), sqlx::Error> {
    if is_marked_leakproof(inside).await? {
        return Ok(());
    }
    sqlx::raw_sql("alter function ts_match_vq(tsvector, tsquery) leakproof")
        .execute(inside)
        .await?;
    Ok(())
}

/// PostgreSQL's own message, without the layers of the driver.
pub(super) fn plainly(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

fn version_numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
