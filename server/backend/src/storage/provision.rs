//! Roles, database and extensions: what only a superuser can make, before the first migration.
//!
//! Three roles: a superuser that only the bundled server has; `hearth_owner`, who owns the tables and whose
//! policies see everything (migrations, index builds); `hearth_app`, as whom the server runs, who owns
//! nothing and cannot bypass a policy.

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

/// As whom to connect, after provisioning.
#[derive(Clone, Debug)]
pub struct Provisioned {
    pub app: PgConnectOptions,
    pub owner: PgConnectOptions,
}

/// Why a database could not be prepared.
#[derive(Debug, thiserror::Error)]
pub enum ProvisionError {
    #[error("PostgreSQL {0} is too old; Hearth needs 15 or newer")]
    ServerTooOld(String),
    #[error("pgvector {0} is too old; Hearth needs 0.8.2 or newer")]
    VectorTooOld(String),
    #[error("the extension {0} is not installed on this PostgreSQL server, and could not be created: {1}")]
    ExtensionMissing(&'static str, String),
    #[error("the roles hearth_owner and hearth_app are missing, and could not be created: {0}")]
    RolesMissing(String),
    #[error(
        "the role of DATABASE_URL could bypass row-level security (superuser, BYPASSRLS, or owner of the tables); \
             use hearth_app there and the owner's URL in HEARTH_OWNER_DATABASE_URL"
    )]
    AppRoleTooStrong,
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

/// Prepares somebody's own server as far as its URLs allow: with an owner's URL both roles are expected, with
/// one URL only, both are taken on through `role` after connecting.
pub async fn adopt(
    app: &PgConnectOptions,
    owner: Option<&PgConnectOptions>,
) -> Result<Provisioned, ProvisionError> {
    let strong = owner.unwrap_or(app);
    let mut server = strong.clone().connect().await?;
    check_server(&mut server).await?;
    create_roles(&mut server)
        .await
        .map_err(|e| ProvisionError::RolesMissing(e.to_string()))?;
    create_extensions(&mut server).await?;
    // Only a superuser may; without it search is merely slower, and `hearth doctor` says so.
    mark_leakproof(&mut server).await.ok();
    if owner.is_none() {
        sqlx::raw_sql("grant hearth_owner, hearth_app to current_user; grant create, usage on schema public to hearth_owner")
            .execute(&mut server)
            .await
            .map_err(|e| ProvisionError::RolesMissing(e.to_string()))?;
    }
    server.close().await?;
    let provisioned = match owner {
        Some(owner) => Provisioned {
            app: app.clone(),
            owner: owner.clone(),
        },
        None => Provisioned {
            app: app.clone().options([("role", "hearth_app")]),
            owner: app.clone().options([("role", "hearth_owner")]),
        },
    };
    refuse_strong_app_role(&provisioned.app).await?;
    Ok(provisioned)
}

/// Whether full text can use its index under a policy (`setup`: `ALTER FUNCTION … LEAKPROOF`).
pub async fn is_leakproof(any_role: &PgConnectOptions) -> Result<bool, sqlx::Error> {
    let mut connection = any_role.clone().connect().await?;
    let marked = sqlx::query_scalar(
        "select proleakproof from pg_proc where oid = 'ts_match_vq(tsvector, tsquery)'::regprocedure",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(marked)
}

async fn create_roles(server: &mut PgConnection) -> Result<(), sqlx::Error> {
    // Two servers of one cluster may start at once: a role that appeared meanwhile is fine.
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

async fn create_extensions(inside: &mut PgConnection) -> Result<(), ProvisionError> {
    for (name, create) in [
        ("vector", "create extension if not exists vector"),
        ("btree_gin", "create extension if not exists btree_gin"),
    ] {
        sqlx::raw_sql(create)
            .execute(&mut *inside)
            .await
            .map_err(|e| ProvisionError::ExtensionMissing(name, e.to_string()))?;
    }
    let version: String = sqlx::query_scalar("select extversion from pg_extension where extname = 'vector'")
        .fetch_one(inside)
        .await?;
    if version_numbers(&version) < vec![0, 8, 2] {
        return Err(ProvisionError::VectorTooOld(version));
    }
    Ok(())
}

/// A condition whose operator is not LEAKPROOF cannot use an index under a policy: full text would read every
/// row of the person (measured 29 ms instead of 0.4 ms over 6,000 passages). `@@` compares lexemes and raises
/// no error that shows its input.
async fn mark_leakproof(inside: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::raw_sql("alter function ts_match_vq(tsvector, tsquery) leakproof")
        .execute(inside)
        .await?;
    Ok(())
}

async fn check_server(server: &mut PgConnection) -> Result<(), ProvisionError> {
    let (number, text): (i32, String) = sqlx::query_as(
        "select current_setting('server_version_num')::int, current_setting('server_version')",
    )
    .fetch_one(server)
    .await?;
    if number < 150_000 {
        Err(ProvisionError::ServerTooOld(text))
    } else {
        Ok(())
    }
}

async fn refuse_strong_app_role(app: &PgConnectOptions) -> Result<(), ProvisionError> {
    let mut connection = app.clone().connect().await?;
    let strong: bool = sqlx::query_scalar(
        "select rolsuper or rolbypassrls or pg_has_role(current_user, 'hearth_owner', 'usage')
         from pg_roles where rolname = current_user",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    if strong {
        Err(ProvisionError::AppRoleTooStrong)
    } else {
        Ok(())
    }
}

fn version_numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
