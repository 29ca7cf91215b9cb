//! A PostgreSQL server of the customer, over TCP with passwords: the same isolation, or one sentence about what is
//! missing.

use hearth_backend::{
    Backend, Config,
    storage::{self, provision::ProvisionError, provision::Provisioned},
    testing::OwnServer,
};
use hearth_inference::{ServerKind, fake::FakeModelServer};
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};

/// The statements that README.md asks a superuser to run beforehand, for two URLs.
pub(crate) const TWO_ROLES: &str = "create role hearth_owner login PASSWORD;
    create role hearth_app login PASSWORD;
    create database hearth owner hearth_owner encoding 'UTF8' template template0";
pub(crate) const EXTENSIONS: &str = "create extension vector; create extension btree_gin;
    alter function ts_match_vq(tsvector, tsquery) leakproof";

pub(crate) async fn with_two_roles() -> OwnServer {
    let server = OwnServer::start().await;
    server.run("postgres", TWO_ROLES).await;
    server.run("hearth", EXTENSIONS).await;
    server
}

pub(crate) async fn adopt_two(
    server: &OwnServer,
    app: &str,
    owner: &str,
) -> Result<Provisioned, ProvisionError> {
    let owner = server.options(owner, "hearth");
    storage::adopt(&server.options(app, "hearth"), Some(&owner)).await
}

pub(crate) async fn adopt_one(server: &OwnServer, role: &str) -> Result<Provisioned, ProvisionError> {
    storage::adopt(&server.options(role, "hearth"), None).await
}

/// Migrates, lets two people send messages, and checks in the database what the app's role can see and do.
pub(crate) async fn keeps_people_apart(made: &Provisioned) {
    storage::migrate(&made.owner).await.unwrap();
    let fake = FakeModelServer::start().await;
    let model_server = hearth_inference::connect(&fake.url(), ServerKind::Ollama);
    let backend = Backend::connect(Config::new(made.app.clone(), model_server))
        .await
        .unwrap();
    let accounts = backend.accounts();
    let member = hearth_types::Role::Member;
    let anna = accounts
        .add_user("Anna", "correct horse battery", member)
        .await
        .unwrap();
    let bob = accounts
        .add_user("Bob", "correct horse battery", member)
        .await
        .unwrap();
    let mut app = made.app.clone().connect().await.unwrap();
    let mut asks = async |who: &str, sql: &'static str| -> Result<i64, sqlx::Error> {
        let mut as_somebody = app.begin().await?;
        sqlx::query("select set_config('hearth.user_id', $1, true)")
            .bind(who)
            .execute(&mut *as_somebody)
            .await?;
        let answer = sqlx::query_scalar(sql).fetch_one(&mut *as_somebody).await?;
        as_somebody.commit().await?;
        Ok(answer)
    };
    let adds = "with made as (insert into conversations (id, space_id, author_id, memory)
                select gen_random_uuid(), s[1], current_setting('hearth.user_id')::uuid, true from my_spaces() s
                returning 1) select count(*) from made";
    let counts = "select count(*) from conversations";
    assert_eq!(asks(&anna.to_string(), adds).await.unwrap(), 1);
    assert_eq!(asks(&anna.to_string(), counts).await.unwrap(), 1);
    assert_eq!(asks(&bob.to_string(), counts).await.unwrap(), 0);
    assert_eq!(asks("", counts).await.unwrap(), 0);
    let (role, owned, weakened): (String, i64, i64) = sqlx::query_as(
        "select current_user::text,
                (select count(*) from pg_class where relnamespace = 'public'::regnamespace
                 and pg_has_role(current_user, relowner, 'member')),
                (select count(*) from pg_class where relrowsecurity and not relforcerowsecurity
                 and relnamespace = 'public'::regnamespace)",
    )
    .fetch_one(&mut app)
    .await
    .unwrap();
    assert_eq!((role.as_str(), owned, weakened), ("hearth_app", 0, 0));
    let switched_off = sqlx::query("alter table conversations disable row level security")
        .execute(&mut app)
        .await;
    assert!(switched_off.is_err());
    app.close().await.unwrap();
    backend.shut_down().await;
}

#[tokio::test]
async fn two_roles_created_beforehand_keep_people_apart() {
    let server = with_two_roles().await;
    let made = adopt_two(&server, "hearth_app", "hearth_owner").await.unwrap();
    assert!(storage::provision::is_leakproof(&made.app).await.unwrap());
    keeps_people_apart(&made).await;
    let mut app = made.app.connect().await.unwrap();
    for way_out in ["set role hearth_owner", "set session authorization postgres"] {
        assert!(
            sqlx::raw_sql(way_out).execute(&mut app).await.is_err(),
            "{way_out}"
        );
    }
}

#[tokio::test]
async fn one_url_of_a_superuser_creates_the_roles_and_uses_the_weak_one() {
    let server = OwnServer::start().await;
    server
        .run(
            "postgres",
            "create role boss superuser login PASSWORD; create database hearth",
        )
        .await;
    let made = adopt_one(&server, "boss").await.unwrap();
    keeps_people_apart(&made).await;
    let mut app = made.app.connect().await.unwrap();
    // After a reset a connection has the weak role, not the one that logged in.
    sqlx::raw_sql("reset role").execute(&mut app).await.unwrap();
    let role: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut app)
        .await
        .unwrap();
    assert_eq!(role, "hearth_app");
}

#[tokio::test]
async fn one_url_of_a_role_that_may_create_roles_is_enough_if_the_extension_is_installed() {
    let server = OwnServer::start().await;
    server
        .run(
            "postgres",
            "create role house createrole login PASSWORD; create database hearth owner house",
        )
        .await;
    let refused = adopt_one(&server, "house").await.unwrap_err().to_string();
    assert!(refused.contains("create extension vector"), "{refused}");
    server.run("hearth", "create extension vector").await;
    let made = adopt_one(&server, "house").await.unwrap();
    assert!(!storage::provision::is_leakproof(&made.app).await.unwrap());
    keeps_people_apart(&made).await;
}

#[tokio::test]
async fn one_url_of_a_plain_role_reports_what_a_superuser_has_to_run() {
    let server = OwnServer::start().await;
    server
        .run(
            "postgres",
            "create role house login PASSWORD; create database hearth owner house",
        )
        .await;
    server.run("hearth", EXTENSIONS).await;
    let refused = adopt_one(&server, "house").await.unwrap_err().to_string();
    assert!(refused.contains("create role hearth_owner"), "{refused}");
    server
        .run(
            "postgres",
            "create role hearth_owner login; create role hearth_app login",
        )
        .await;
    let refused = adopt_one(&server, "house").await.unwrap_err().to_string();
    assert!(
        refused.contains("grant hearth_owner, hearth_app to \"house\""),
        "{refused}"
    );
    server
        .run("postgres", "grant hearth_owner, hearth_app to house")
        .await;
    keeps_people_apart(&adopt_one(&server, "house").await.unwrap()).await;
}

#[tokio::test]
async fn an_app_role_that_could_bypass_the_policies_is_refused() {
    let server = with_two_roles().await;
    server
        .run(
            "postgres",
            "create role boss superuser login PASSWORD;
             create role bypasser bypassrls login PASSWORD in role hearth_app;
             create role maker createrole login PASSWORD in role hearth_app;
             create role member noinherit login PASSWORD in role hearth_app, hearth_owner",
        )
        .await;
    for strong in ["boss", "bypasser", "maker", "member", "hearth_owner"] {
        let refused = adopt_two(&server, strong, "hearth_owner").await.unwrap_err();
        assert!(
            matches!(&refused, ProvisionError::AppRoleTooStrong(role) if role == strong),
            "{strong}: {refused}"
        );
    }
    server.run("postgres", "alter role hearth_app bypassrls").await;
    let refused = adopt_one(&server, "boss").await.unwrap_err();
    assert!(
        matches!(&refused, ProvisionError::AppRoleTooStrong(role) if role == "hearth_app"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_superuser_as_owner_leaves_the_tables_to_the_owners_role() {
    let server = with_two_roles().await;
    server
        .run("postgres", "create role boss superuser login PASSWORD")
        .await;
    let made = adopt_two(&server, "hearth_app", "boss").await.unwrap();
    keeps_people_apart(&made).await;
    let mut owner = server.superuser("hearth").await.unwrap();
    let owners: Vec<String> =
        sqlx::query_scalar("select distinct tableowner::text from pg_tables where schemaname = 'public'")
            .fetch_all(&mut owner)
            .await
            .unwrap();
    assert_eq!(owners, ["hearth_owner"]);
}

#[tokio::test]
async fn urls_that_do_not_fit_each_other_are_refused() {
    let server = with_two_roles().await;
    server
        .run(
            "postgres",
            "create database other owner hearth_owner; create role stranger login PASSWORD",
        )
        .await;
    let refused = adopt_two(&server, "stranger", "hearth_owner").await.unwrap_err();
    assert!(matches!(refused, ProvisionError::NotApp(_)), "{refused}");
    let refused = adopt_two(&server, "hearth_app", "stranger").await.unwrap_err();
    assert!(matches!(refused, ProvisionError::NotOwner { .. }), "{refused}");
    let elsewhere = server.options("hearth_app", "other");
    let owner = server.options("hearth_owner", "hearth");
    let refused = storage::adopt(&elsewhere, Some(&owner)).await.unwrap_err();
    assert!(matches!(refused, ProvisionError::DifferentDatabases), "{refused}");
}

#[tokio::test]
async fn a_wrong_password_or_address_is_reported_without_the_password() {
    let server = with_two_roles().await;
    let owner = server.options("hearth_owner", "hearth");
    let guessed: PgConnectOptions = owner.clone().password("canary-of-a-guess");
    let refused = storage::adopt(&guessed, None).await.unwrap_err().to_string();
    assert!(
        refused.contains("DATABASE_URL") && refused.contains("password authentication"),
        "{refused}"
    );
    assert!(!refused.contains("canary"), "{refused}");
    let closed_port = owner.port(9);
    let refused = storage::adopt(&closed_port, None).await.unwrap_err().to_string();
    assert!(
        refused.contains("DATABASE_URL") && !refused.contains("canary"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_server_without_pgvector_or_with_an_old_one_is_reported_in_one_sentence() {
    let server = with_two_roles().await;
    let mut inside = server.superuser("hearth").await.unwrap();
    // The installed version counts, not the version of the files on the server.
    sqlx::query("update pg_extension set extversion = '0.8.1' where extname = 'vector'")
        .execute(&mut inside)
        .await
        .unwrap();
    let refused = adopt_two(&server, "hearth_app", "hearth_owner")
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("0.8.1") && refused.contains("alter extension vector update"),
        "{refused}"
    );

    server
        .run("postgres", "create database hearth_2 owner hearth_owner")
        .await;
    std::fs::remove_file(server.installation.join("share/extension/vector.control")).unwrap();
    let two = |role| server.options(role, "hearth_2");
    let refused = storage::adopt(&two("hearth_app"), Some(&two("hearth_owner")))
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("install pgvector"), "{refused}");
}

#[tokio::test]
async fn a_database_of_something_else_or_not_in_unicode_is_refused() {
    let server = with_two_roles().await;
    server.run("hearth", "create table invoices (id int)").await;
    let refused = adopt_two(&server, "hearth_app", "hearth_owner")
        .await
        .unwrap_err();
    assert!(matches!(refused, ProvisionError::NotOurs), "{refused}");
    server
        .run(
            "postgres",
            "create database latin encoding 'LATIN1' locale 'C' template template0 locale_provider libc",
        )
        .await;
    let refused = storage::adopt(&server.options("hearth_owner", "latin"), None)
        .await
        .unwrap_err();
    assert!(matches!(refused, ProvisionError::NotUnicode(_)), "{refused}");
}

#[tokio::test]
async fn two_hearths_that_start_at_once_prepare_and_migrate_once() {
    let server = OwnServer::start().await;
    server
        .run(
            "postgres",
            "create role boss superuser login PASSWORD; create database hearth",
        )
        .await;
    let start = async || -> Provisioned {
        let made = adopt_one(&server, "boss").await.unwrap();
        storage::migrate(&made.owner).await.unwrap();
        made
    };
    let (made, _, _) = tokio::join!(start(), start(), start());
    keeps_people_apart(&made).await;
}
