//! Prepares a PostgreSQL server of the customer's own, as far as its URLs allow.
//!
//! With two URLs the server logs in as `hearth_app`, which owns nothing and can take no other role; the owner's URL
//! serves migrations only. With one URL it logs in as a stronger role and takes on `hearth_app` while connecting (`-c
//! role=…`): policies hold for every statement that Hearth sends, but not against an attacker who has the connection
//! or the URL. Either way, a missing prerequisite is reported in one sentence before anything else happens.
//!
//! The app's URL may lead through a pooler (see [`pooler`]), the owner's may not. pgvector may be in a schema of its
//! own, as in hosted PostgreSQL (`extensions`): then connections get it in their search path.

use super::{
    pooler::{self, Between},
    provision::{ProvisionError, Provisioned, create_extensions, create_roles, mark_leakproof, plainly},
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

const APP_URL: &str = "DATABASE_URL";
const OWNER_URL: &str = "HEARTH_OWNER_DATABASE_URL";

/// Advisory lock held while a database is prepared, so that two processes do not do it at once.
const LOCK: i64 = 0x4865_6172_7468;

/// Prepares the database of these URLs: roles, extensions, the right to create tables. Idempotent.
pub async fn adopt(
    app: &PgConnectOptions,
    owner: Option<&PgConnectOptions>,
) -> Result<Provisioned, ProvisionError> {
    // Not every pooler accepts this parameter, and PostgreSQL writes numbers in full without it.
    let app = &app.clone().extra_float_digits(None);
    let owner = owner.map(|owner| owner.clone().extra_float_digits(None));
    let owner = owner.as_ref();
    let (strong, url) = owner.map_or((app, APP_URL), |owner| (owner, OWNER_URL));
    let mut server = connect(strong, url).await?;
    if pooler::probe(strong, url).await? == Between::Pooler {
        return Err(ProvisionError::OwnerBehindPooler { url });
    }
    sqlx::query("select pg_advisory_lock($1)")
        .bind(LOCK)
        .execute(&mut server)
        .await?;
    check_server(&mut server).await?;
    create_roles(&mut server)
        .await
        .map_err(|e| ProvisionError::RolesMissing(plainly(&e)))?;
    create_extensions(&mut server).await?;
    // Only a superuser may. Without it search is only slower, and `hearth doctor` reports that.
    mark_leakproof(&mut server).await.ok();
    let mut owner_role = act_as_owner(&mut server, strong, owner.is_none()).await?;
    open_schema(&mut server).await?;
    let mut app_role = match owner {
        Some(_) => app.clone(),
        None => app.clone().options([("role", "hearth_app")]),
    };
    let between = check_app_role(&app_role, owner.is_some()).await?;
    if let Some(schema) = schema_of_vector(&mut server).await? {
        open_to_roles(&mut server, &schema).await?;
        extend_search_path(&mut owner_role, &schema, Between::Nothing).await?;
        extend_search_path(&mut app_role, &schema, between).await?;
    }
    server.close().await?;
    Ok(Provisioned {
        app: app_role,
        owner: owner_role,
    })
}

async fn connect(options: &PgConnectOptions, url: &'static str) -> Result<PgConnection, ProvisionError> {
    options.clone().connect().await.map_err(|error| {
        let why = plainly(&error);
        ProvisionError::Unreachable { url, why }
    })
}

async fn check_server(server: &mut PgConnection) -> Result<(), ProvisionError> {
    let (number, version, encoding, foreign): (i32, String, String, bool) = sqlx::query_as(
        "select current_setting('server_version_num')::int, current_setting('server_version'),
                current_setting('server_encoding'),
                to_regclass('public._sqlx_migrations') is null
                and exists (select from pg_tables where schemaname = 'public')",
    )
    .fetch_one(server)
    .await?;
    if number < 150_000 {
        return Err(ProvisionError::ServerTooOld(version));
    }
    if encoding != "UTF8" {
        return Err(ProvisionError::NotUnicode(encoding));
    }
    if foreign {
        return Err(ProvisionError::NotOurs);
    }
    Ok(())
}

/// Connect options that act as `hearth_owner` with the stronger URL: tables must belong to that role in every case. A
/// role that created the two roles joins them by itself. `both`: it must act as `hearth_app`, too.
async fn act_as_owner(
    server: &mut PgConnection,
    strong: &PgConnectOptions,
    both: bool,
) -> Result<PgConnectOptions, ProvisionError> {
    let role: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut *server)
        .await?;
    // Since PostgreSQL 16, the creator of a role is its member only to administer it, and may not act as it yet.
    let missing: Vec<String> = sqlx::query_scalar(
        "select name from unnest(array['hearth_owner', 'hearth_app']) name
         where not pg_has_role(current_user, name, case
                 when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end)
             and (name = 'hearth_owner' or $1)",
    )
    .bind(both)
    .fetch_all(&mut *server)
    .await?;
    let also = if both { ", hearth_app" } else { "" };
    let url = if both { APP_URL } else { OWNER_URL };
    for name in missing {
        let grant = AssertSqlSafe(format!("grant {name} to current_user"));
        if sqlx::raw_sql(grant).execute(&mut *server).await.is_err() {
            return Err(ProvisionError::NotOwner { role, url, also });
        }
    }
    if role == "hearth_owner" {
        return Ok(strong.clone());
    }
    let owner = strong.clone().options([("role", "hearth_owner")]);
    match owner.clone().connect().await {
        Ok(connection) => connection.close().await?,
        Err(sqlx::Error::Database(_)) => return Err(ProvisionError::NotOwner { role, url, also }),
        Err(other) => return Err(other.into()),
    }
    Ok(owner)
}

/// `hearth_owner` creates its tables in `public`, which belongs to the owner of the database.
async fn open_schema(server: &mut PgConnection) -> Result<(), ProvisionError> {
    let is_open = "select has_schema_privilege('hearth_owner', 'public', 'create')
                      and has_schema_privilege('hearth_owner', 'public', 'usage')";
    if sqlx::query_scalar(is_open).fetch_one(&mut *server).await? {
        return Ok(());
    }
    // A role that may not grant gets a warning or an error; only the result counts.
    sqlx::raw_sql("grant usage, create on schema public to hearth_owner")
        .execute(&mut *server)
        .await
        .ok();
    match sqlx::query_scalar(is_open).fetch_one(server).await? {
        true => Ok(()),
        false => Err(ProvisionError::SchemaClosed),
    }
}

/// Checks the app's role through a connection as the server will make it, and what its URL leads to. The caller holds
/// [`LOCK`].
async fn check_app_role(app: &PgConnectOptions, by_itself: bool) -> Result<Between, ProvisionError> {
    let mut connection = connect(app, APP_URL).await?;
    let between = if by_itself {
        pooler::probe(app, APP_URL).await?
    } else {
        // The same address as the owner's, which was checked before.
        Between::Nothing
    };
    if between == Between::Pooler && !pooler::keeps_prepared_statements(app).await? {
        return Err(ProvisionError::PoolerLosesStatements);
    }
    // A lock of the transaction: a session's lock would stay with the pooler's connection.
    let (role, strong, is_app, elsewhere): (String, bool, bool, bool) = sqlx::query_as(
        "select rolname::text,
                rolsuper or rolbypassrls or rolcreaterole or pg_has_role(current_user, 'hearth_owner', 'member'),
                pg_has_role(current_user, 'hearth_app', 'usage'),
                pg_try_advisory_xact_lock($1)
         from pg_roles where rolname = current_user",
    )
    .bind(LOCK)
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    match (strong, is_app, elsewhere) {
        (true, ..) => Err(ProvisionError::AppRoleTooStrong(role)),
        (_, false, _) => Err(ProvisionError::NotApp(role)),
        // The lock is free there, so it is not the database that the owner prepares.
        (.., true) => Err(ProvisionError::DifferentDatabases),
        _ => Ok(between),
    }
}

/// The schema of pgvector, quoted, if it is not `public`.
async fn schema_of_vector(server: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
         where e.extname = 'vector' and n.nspname <> 'public'",
    )
    .fetch_optional(server)
    .await
}

/// Lets both roles use the schema, if they may not yet.
async fn open_to_roles(server: &mut PgConnection, schema: &str) -> Result<(), ProvisionError> {
    let is_open = "select bool_and(has_schema_privilege(name, n.oid, 'usage'))
                   from pg_namespace n, unnest(array['hearth_owner', 'hearth_app']) name
                   where quote_ident(n.nspname) = $1";
    if sqlx::query_scalar(is_open)
        .bind(schema)
        .fetch_one(&mut *server)
        .await?
    {
        return Ok(());
    }
    let grant = format!("grant usage on schema {schema} to hearth_owner, hearth_app");
    // A role that may not grant gets a warning or an error; only the result counts.
    sqlx::raw_sql(AssertSqlSafe(grant))
        .execute(&mut *server)
        .await
        .ok();
    match sqlx::query_scalar(is_open).bind(schema).fetch_one(server).await? {
        true => Ok(()),
        false => Err(ProvisionError::ExtensionClosed {
            schema: schema.to_owned(),
        }),
    }
}

/// Adds the schema to the search path of this role's connections, unless its types are found already. A pooler drops
/// such a parameter of a connection; there the role itself must have the setting.
async fn extend_search_path(
    role: &mut PgConnectOptions,
    schema: &str,
    between: Between,
) -> Result<(), ProvisionError> {
    let mut connection = role.clone().connect().await?;
    let found: bool = sqlx::query_scalar("select to_regtype('halfvec') is not null")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    if found {
        return Ok(());
    }
    if between == Between::Pooler {
        return Err(ProvisionError::ExtensionOffPath {
            role: role.get_username().to_owned(),
            schema: schema.to_owned(),
        });
    }
    *role = role
        .clone()
        .options([("search_path", format!("public,{schema}"))]);
    Ok(())
}
