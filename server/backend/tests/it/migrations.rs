//! Migrations: the schema is old or new, never between, and never goes back to an older version.

use hearth_backend::{
    storage::{self, MigrateError},
    testing::TestDatabase,
};
use sqlx::{ConnectOptions, PgConnection, migrate::Migrator, postgres::PgConnectOptions};
use std::{fs, path::Path};

async fn connect(options: &PgConnectOptions) -> PgConnection {
    options.clone().connect().await.unwrap()
}

#[tokio::test]
async fn an_older_hearth_refuses_a_newer_schema_and_leaves_it_alone() {
    let database = TestDatabase::create().await;
    let mut owner = connect(&database.owner).await;
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'of a later year', true, '', 0)",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let refused = storage::migrate(&database.owner).await.unwrap_err();
    assert!(matches!(refused, MigrateError::Newer(9999)), "{refused}");
    assert!(refused.to_string().contains("newer Hearth"), "{refused}");
}

#[tokio::test]
async fn hearths_that_start_at_once_migrate_once() {
    let database = TestDatabase::create_unmigrated().await;
    let all = (0..4).map(|_| storage::migrate(&database.owner));
    for done in futures::future::join_all(all).await {
        done.unwrap();
    }
    let mut owner = connect(&database.owner).await;
    let (applied, failed): (i64, i64) =
        sqlx::query_as("select count(*), count(*) filter (where not success) from _sqlx_migrations")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    let there = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations")).unwrap();
    let there = there.flatten().filter(|file| {
        file.path()
            .extension()
            .is_some_and(|extension| extension == "sql")
    });
    assert_eq!((applied, failed), (i64::try_from(there.count()).unwrap(), 0));
}

#[tokio::test]
async fn a_migration_that_is_cut_off_in_the_middle_leaves_the_old_schema_and_can_be_repeated() {
    let database = TestDatabase::create_unmigrated().await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, sql: &str| fs::write(folder.path().join(name), sql).unwrap();
    write("0001_first.sql", "create table first (id int)");
    write(
        "0002_second.sql",
        "create table second (id int); insert into first values (1); select pg_sleep(3600); create table third (id int)",
    );
    let migrations = read(folder.path()).await;
    let owner = database.owner.clone();
    let migrating = tokio::spawn(async move { storage::apply(&migrations, &owner).await });
    cut_off_the_sleeper(&database).await;
    migrating.await.unwrap().unwrap_err();
    assert_eq!(schema(&database).await, (vec!["first".to_owned()], vec![1], 0));

    write(
        "0002_second.sql",
        "create table second (id int); insert into first values (1); create table third (id int)",
    );
    storage::apply(&read(folder.path()).await, &database.owner)
        .await
        .unwrap();
    let tables = ["first", "second", "third"].map(str::to_owned).to_vec();
    assert_eq!(schema(&database).await, (tables, vec![1, 2], 1));
}

async fn read(folder: &Path) -> Migrator {
    Migrator::new(folder.to_owned()).await.unwrap()
}

/// Ends the migrating connection in the middle, as a kill -9 of its process would.
async fn cut_off_the_sleeper(database: &TestDatabase) {
    let mut superuser = connect(&database.superuser).await;
    let ended = "select count(pg_terminate_backend(pid)) from pg_stat_activity
                 where datname = current_database() and wait_event = 'PgSleep'";
    while sqlx::query_scalar::<_, i64>(ended)
        .fetch_one(&mut superuser)
        .await
        .unwrap()
        == 0
    {
        tokio::task::yield_now().await;
    }
}

/// Tables, applied versions, number of rows in the first table.
async fn schema(database: &TestDatabase) -> (Vec<String>, Vec<i64>, i64) {
    let mut owner = connect(&database.owner).await;
    sqlx::query_as(
        "select array(select tablename::text from pg_tables
                      where schemaname = 'public' and tablename <> '_sqlx_migrations' order by 1),
                array(select version from _sqlx_migrations order by 1),
                (select count(*) from first)",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap()
}
