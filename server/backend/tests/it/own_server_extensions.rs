//! pgvector in a schema of its own, as hosted PostgreSQL often has it.

use crate::{
    own_server::{TWO_ROLES, adopt_one, adopt_two, keeps_people_apart},
    talk::{Tab, message},
};
use hearth_backend::{
    Backend, Config, UserBackend,
    storage::{self, provision::ProvisionError, provision::Provisioned},
    testing::OwnServer,
};
use hearth_inference::{ServerKind, fake::FakeModelServer};
use hearth_types::{ConversationId, Role, Sent};
use sqlx::{ConnectOptions, Connection};
use std::process::Command;

const TOLD: &str = "My dog is called Biscuit and he is allergic to chicken.";
const ASKED: &str = "What is my dog Biscuit allergic to?";

/// A server with both extensions in the schema `extensions`, which every role may use.
pub(crate) async fn with_extensions_apart() -> OwnServer {
    let server = in_schema("extensions").await;
    server
        .run("hearth", "grant usage on schema extensions to public")
        .await;
    server
}

async fn in_schema(schema: &str) -> OwnServer {
    let server = OwnServer::start().await;
    server.run("postgres", TWO_ROLES).await;
    let make = format!(
        "create schema {schema}; create extension vector schema {schema}; create extension btree_gin schema {schema}"
    );
    server.run("hearth", &make).await;
    server
}

async fn start(made: &Provisioned, fake: &FakeModelServer) -> Backend {
    let server = hearth_inference::connect(&fake.url(), ServerKind::Ollama);
    Backend::start(Config::new(made.app.clone(), server))
        .await
        .unwrap()
}

async fn ask(person: &UserBackend, id: Option<ConversationId>, text: &str) -> Sent {
    let mut tab = Tab::open(person).await;
    let sent = person.send(message(id, text)).await.unwrap();
    tab.ended(sent.answer).await;
    sent
}

/// Asserts that a message is embedded and recalled.
async fn recalls(made: &Provisioned) {
    storage::migrate(&made.owner).await.unwrap();
    let fake = FakeModelServer::start().await;
    let backend = start(made, &fake).await;
    let accounts = backend.accounts();
    let added = accounts
        .add_user("Hedwig", "correct horse battery", Role::Member)
        .await;
    let person = backend.for_user(added.unwrap());
    let source = ask(&person, None, TOLD).await;
    person.embed_now(source.message).await.unwrap();
    let asked = ask(&person, None, ASKED).await;
    let opened = person.open_conversation(asked.conversation, None).await.unwrap();
    let recalled = &opened.messages[1].answer.as_ref().unwrap().recalled;
    assert_eq!(recalled[0].excerpt, TOLD);
    let vector = person.question_vector(ASKED).await.expect("a vector");
    assert!(!person.nearest_passages(&vector, 5).await.unwrap().is_empty());
    hearth_backend::retrieval::vector_index::keep_indexes(&made.owner)
        .await
        .unwrap();
    backend.shut_down().await;
}

#[tokio::test]
async fn with_two_urls_the_schema_is_found_and_used() {
    let server = with_extensions_apart().await;
    let made = adopt_two(&server, "hearth_app", "hearth_owner").await.unwrap();
    recalls(&made).await;
    keeps_people_apart(&made).await;
    // A second start, with existing tables.
    let made = adopt_two(&server, "hearth_app", "hearth_owner").await.unwrap();
    storage::migrate(&made.owner).await.unwrap();
    let mut owner = server.superuser("hearth").await.unwrap();
    let elsewhere: i64 = sqlx::query_scalar("select count(*) from pg_tables where schemaname = 'extensions'")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(elsewhere, 0, "Hearth's tables stay in public");
}

#[tokio::test]
async fn with_one_url_a_schema_whose_name_needs_quotes_is_found() {
    let server = in_schema("\"Our Extensions\"").await;
    server
        .run("postgres", "create role boss superuser login PASSWORD")
        .await;
    let made = adopt_one(&server, "boss").await.unwrap();
    recalls(&made).await;
    let mut app = made.app.connect().await.unwrap();
    let role: String = sqlx::query_scalar("select current_user::text")
        .fetch_one(&mut app)
        .await
        .unwrap();
    assert_eq!(role, "hearth_app");
}

#[tokio::test]
async fn a_schema_that_hearths_roles_may_not_use_is_reported_in_one_sentence() {
    let server = in_schema("extensions").await;
    let refused = adopt_two(&server, "hearth_app", "hearth_owner")
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, ProvisionError::ExtensionClosed { schema } if schema == "extensions"),
        "{refused}"
    );
    let sentence = refused.to_string();
    let remedy = &sentence[sentence.find("grant usage").unwrap()..];
    server.run("hearth", remedy).await;
    keeps_people_apart(&adopt_two(&server, "hearth_app", "hearth_owner").await.unwrap()).await;
}

/// The customer's backup: a dump restored into another database is complete, and Hearth works with it.
#[tokio::test]
async fn a_dump_restored_into_another_database_works_there() {
    let server = with_extensions_apart().await;
    let made = adopt_two(&server, "hearth_app", "hearth_owner").await.unwrap();
    recalls(&made).await;
    server
        .run("postgres", "create database second owner hearth_owner")
        .await;
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("hearth.dump");
    let program = |name: &str| Command::new(server.installation.join("bin").join(name));
    let socket = server.socket();
    let dumped = program("pg_dump")
        .args(["-Fc", "-U", "postgres", "-h"])
        .arg(&socket)
        .args(["-p", &server.port().to_string(), "-f"])
        .arg(&dump)
        .arg("hearth")
        .status()
        .unwrap();
    assert!(dumped.success());
    let restored = program("pg_restore")
        .args(["--exit-on-error", "-U", "postgres", "-h"])
        .arg(&socket)
        .args(["-p", &server.port().to_string(), "-d", "second"])
        .arg(&dump)
        .status()
        .unwrap();
    assert!(restored.success());
    let counts = "select (select count(*) from passages), (select count(*) from passage_embeddings),
                         (select count(*) from messages), (select count(*) from users)";
    let mut of = Vec::new();
    for database in ["hearth", "second"] {
        let mut superuser = server.superuser(database).await.unwrap();
        let counted: (i64, i64, i64, i64) = sqlx::query_as(counts).fetch_one(&mut superuser).await.unwrap();
        of.push(counted);
        superuser.close().await.unwrap();
    }
    assert!(of[0].1 > 0);
    assert_eq!(of[0], of[1]);
    let (app, owner) = (
        server.options("hearth_app", "second"),
        server.options("hearth_owner", "second"),
    );
    let made = storage::adopt(&app, Some(&owner)).await.unwrap();
    storage::migrate(&made.owner).await.unwrap();
    let fake = FakeModelServer::start().await;
    let backend = start(&made, &fake).await;
    let accounts = backend.accounts();
    let admitted = accounts
        .sign_in("Hedwig", "correct horse battery", [127, 0, 0, 1].into())
        .await;
    let person = backend.for_user(admitted.unwrap().user);
    assert_eq!(person.list_conversations(None, 50).await.unwrap().rows.len(), 2);
    let vector = person.question_vector(ASKED).await.expect("a vector");
    assert!(!person.nearest_passages(&vector, 5).await.unwrap().is_empty());
    backend.shut_down().await;
}
