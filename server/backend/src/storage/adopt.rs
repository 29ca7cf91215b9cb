//! Somebody's own PostgreSQL, prepared as far as its URLs allow.
//!
//! With two URLs the server logs in as `hearth_app`, which owns nothing and can become nobody else; the owner's URL
//! serves migrations only. With one URL it logs in as a stronger role and takes on `hearth_app` while connecting
//! (`-c role=…`): policies hold for every statement that Hearth sends, but not against whoever got hold of the
//! connection or the URL. Either way, what is missing is told in one sentence before anything else happens.
//!
//! The app's URL may lead through a pooler (see [`pooler`]), the owner's not. pgvector may be in a schema of its own,
//! as hosted PostgreSQL often has it (`extensions`): then our connections look for it there.

use super::{
    pooler::{self, Between},
    provision::{ProvisionError, Provisioned, create_extensions, create_roles, mark_leakproof, plainly},
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};

const APP_URL: &str = "DATABASE_URL";
const OWNER_URL: &str = "HEARTH_OWNER_DATABASE_URL";

/// Held while a database is prepared, so that two Hearths do it one after the other.
const LOCK: i64 = 0x4865_6172_7468;

/// Prepares the database of these URLs: roles, extensions, the right to make tables. Idempotent.
pub async fn adopt(
    app: &PgConnectOptions,
    owner: Option<&PgConnectOptions>,
) -> Result<Provisioned, ProvisionError> {
    // Not every pooler lets it pass, and PostgreSQL writes numbers in full without it.
    let app = &app.clone().extra_float_digits(None);
    let owner = owner.map(|owner| owner.clone().extra_float_digits(None));
    let owner = owner.as_ref();
    let (strong, url) = owner.map_or((app, APP_URL), |owner| (owner, OWNER_URL));
    let mut server = connect(strong, url).await?;
    if pooler::look(strong, url).await? == Between::Pooler {
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
    // Only a superuser may; without it search is merely slower, and `hearth doctor` says so.
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
        look_in(&mut owner_role, &schema, Between::Nothing).await?;
        look_in(&mut app_role, &schema, between).await?;
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

/// How to work as `hearth_owner` with the stronger URL: tables must be that role's, whoever logs in. A role that
/// made the two roles joins them by itself; `both` when it is to act as `hearth_app` too.
async fn act_as_owner(
    server: &mut PgConnection,
    strong: &PgConnectOptions,
    both: bool,
) -> Result<PgConnectOptions, ProvisionError> {
    let role: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut *server)
        .await?;
    // Since 16, whoever makes a role is its member only to administer it, and may not yet act as it.
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

/// `hearth_owner` makes its tables in `public`, which belongs to the owner of the database.
async fn open_schema(server: &mut PgConnection) -> Result<(), ProvisionError> {
    let is_open = "select has_schema_privilege('hearth_owner', 'public', 'create')
                      and has_schema_privilege('hearth_owner', 'public', 'usage')";
    if sqlx::query_scalar(is_open).fetch_one(&mut *server).await? {
        return Ok(());
    }
    // A role that may not grant gets a warning or an error; what counts is the result.
    sqlx::raw_sql("grant usage, create on schema public to hearth_owner")
        .execute(&mut *server)
        .await
        .ok();
    match sqlx::query_scalar(is_open).fetch_one(server).await? {
        true => Ok(()),
        false => Err(ProvisionError::SchemaClosed),
    }
}

/// The server's own role, looked at as the server will use it, and what its URL leads to. The caller holds [`LOCK`].
async fn check_app_role(app: &PgConnectOptions, by_itself: bool) -> Result<Between, ProvisionError> {
    let mut connection = connect(app, APP_URL).await?;
    let between = if by_itself {
        pooler::look(app, APP_URL).await?
    } else {
        // The same address as the owner's.
        Between::Nothing
    };
    if between == Between::Pooler && !pooler::keeps_prepared_statements(app).await? {
        return Err(ProvisionError::PoolerLosesStatements);
    }
    // A lock of the transaction's: one of the session's would stay with the pooler's connection.
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
        // Nobody holds the lock there, so it is not the database that the owner prepares.
        (.., true) => Err(ProvisionError::DifferentDatabases),
        _ => Ok(between),
    }
}

/// The schema that pgvector is in, quoted, where it is not the usual one.
async fn schema_of_vector(server: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
         where e.extname = 'vector' and n.nspname <> 'public'",
    )
    .fetch_optional(server)
    .await
}

/// Lets both roles use what is in the schema, if they may not yet.
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
    // A role that may not grant gets a warning or an error; what counts is the result.
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

/// Has connections of this role look for types and operators in the schema, too, unless they do already. A pooler takes
/// no such wish from a connection; there the role must have been told.
async fn look_in(role: &mut PgConnectOptions, schema: &str, between: Between) -> Result<(), ProvisionError> {
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
