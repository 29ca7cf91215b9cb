//! A database that an earlier version wrote is brought up to date and serves as before.
//!
//! `tests/fixtures/schema_26.copy.gz` has the rows of an installation at schema 26: two people, private, shared and
//! Chinese conversations, memories, passages with vectors, and jobs that wait. Each table is a line with its name and
//! columns, then the rows as `COPY` prints them, then `\.`.

use crate::talk::ask;
use flate2::read::GzDecoder;
use hearth_backend::{Backend, Config, storage, testing::TestDatabase};
use hearth_inference::{ServerKind, fake::FakeModelServer};
use hearth_types::UserId;
use sqlx::{Connection, PgConnection, migrate::Migrator};
use std::{collections::BTreeMap, fs, io::Read, path::Path};

const SCHEMA: u32 = 26;

/// The migrations up to [`SCHEMA`], as they were released.
async fn earlier_migrations() -> Migrator {
    let folder = tempfile::tempdir().unwrap();
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    for file in fs::read_dir(all).unwrap().flatten() {
        let name = file.file_name().into_string().unwrap();
        let number = name
            .split('_')
            .next()
            .and_then(|number| number.parse::<u32>().ok());
        if number.is_some_and(|number| number <= SCHEMA) {
            fs::copy(file.path(), folder.path().join(name)).unwrap();
        }
    }
    Migrator::new(folder.path().to_owned()).await.unwrap()
}

/// Stores the rows of the fixture; returns how many each table has.
async fn load(superuser: &mut PgConnection) -> BTreeMap<String, i64> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema_26.copy.gz");
    let mut text = String::new();
    GzDecoder::new(fs::File::open(file).unwrap())
        .read_to_string(&mut text)
        .unwrap();
    let mut rows = BTreeMap::new();
    for table in text.split_terminator("\\.\n") {
        let (head, body) = table.split_once('\n').unwrap();
        let mut copy = superuser
            .copy_in_raw(&format!("copy {head} from stdin"))
            .await
            .unwrap();
        copy.send(body.as_bytes()).await.unwrap();
        copy.finish().await.unwrap();
        let name = head.split(' ').next().unwrap();
        rows.insert(name.to_owned(), i64::try_from(body.lines().count()).unwrap());
    }
    rows
}

async fn count(superuser: &mut PgConnection, table: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
        .fetch_one(superuser)
        .await
        .unwrap()
}

/// A digest of every vector with what it is of.
async fn vectors(superuser: &mut PgConnection) -> String {
    sqlx::query_scalar(
        "select md5(string_agg(passage_id::text || model || embedding::text, '' order by passage_id, model))
         from passage_embeddings",
    )
    .fetch_one(superuser)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_database_of_schema_26_keeps_its_rows_and_vectors_and_recalls_as_before() {
    let database = TestDatabase::create_unmigrated().await;
    storage::apply(&earlier_migrations().await, &database.owner)
        .await
        .unwrap();
    let mut superuser = PgConnection::connect_with(&database.superuser).await.unwrap();
    let rows = load(&mut superuser).await;
    let before = vectors(&mut superuser).await;

    storage::migrate(&database.owner).await.unwrap();

    for (table, expected) in &rows {
        let table = if table == "house" { "installation" } else { table };
        assert_eq!(count(&mut superuser, table).await, *expected, "{table}");
    }
    assert_eq!(vectors(&mut superuser).await, before);
    let keyed: i64 =
        sqlx::query_scalar("select count(*) from models where endpoint_id = configured_endpoint()")
            .fetch_one(&mut superuser)
            .await
            .unwrap();
    assert_eq!(keyed, rows["models"]);

    let fake = FakeModelServer::start().await;
    let server = hearth_inference::connect(&fake.url(), ServerKind::Ollama);
    let backend = Backend::start(Config::new(database.app.clone(), server))
        .await
        .unwrap();
    let anna: UserId = sqlx::query_scalar("select id from users where name = 'Anna'")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    let (_, answer) = ask(
        &backend.for_user(anna),
        None,
        "What is my dog Biscuit allergic to?",
    )
    .await;
    let recalled = answer.answer.unwrap().recalled;
    assert!(
        recalled.iter().any(|passage| passage.excerpt.contains("chicken")),
        "{recalled:?}"
    );
    backend.shut_down().await;
}
