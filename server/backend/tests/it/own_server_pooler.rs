//! PgBouncer between Hearth and the customer's PostgreSQL: it works, or one sentence reports what is missing.

use crate::{
    own_server::{keeps_people_apart, with_two_roles},
    talk::{Tab, message},
};
use futures::future::join_all;
use hearth_backend::{
    Backend, Config,
    storage::{self, provision::ProvisionError, provision::Provisioned},
    testing::{OwnServer, Pooler, pgbouncer_version},
};
use hearth_inference::{ServerKind, fake::FakeModelServer};
use hearth_types::{AnswerStatus, Role};

/// The settings that the README asks for; two server connections, so that they change clients all the time.
const KEEPS_STATEMENTS: &str = "max_prepared_statements = 100\ndefault_pool_size = 2";

fn none(what: &str) {
    eprintln!("skipped, because there is no {what}");
}

/// Whether the installed PgBouncer supports prepared statements in transaction mode.
fn is_new() -> bool {
    pgbouncer_version().is_some_and(|version| version >= (1, 21))
}

async fn adopt(server: &OwnServer, pooler: &Pooler) -> Result<Provisioned, ProvisionError> {
    let owner = server.options("hearth_owner", "hearth");
    storage::adopt(&pooler.options("hearth_app", "hearth"), Some(&owner)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooler_in_transaction_mode_works_and_keeps_people_apart() {
    if !is_new() {
        return none("PgBouncer of 1.21 or newer");
    }
    let server = with_two_roles().await;
    let Some(pooler) = Pooler::start(&server, "transaction", KEEPS_STATEMENTS).await else {
        return none("PgBouncer");
    };
    let made = adopt(&server, &pooler).await.unwrap();
    keeps_people_apart(&made).await;
    // A second start meets the prepared statements that the first one left in the pooler.
    let made = adopt(&server, &pooler).await.unwrap();
    let fake = FakeModelServer::start().await;
    let mut config = Config::new(
        made.app.clone(),
        hearth_inference::connect(&fake.url(), ServerKind::Ollama),
    );
    let files = tempfile::tempdir().unwrap();
    config.files = files.path().join("files");
    let backend = Backend::start(config).await.unwrap();
    let people = join_all(["Carl", "Dora", "Emil", "Fay"].map(async |name| {
        let accounts = backend.accounts();
        let person = accounts
            .add_user(name, "correct horse battery", Role::Member)
            .await;
        backend.for_user(person.unwrap())
    }))
    .await;
    let talks = people.iter().map(async |person| {
        let mut tab = Tab::open(person).await;
        let mut conversation = None;
        for n in 0..5 {
            let sent = person
                .send(message(conversation, &format!("Number {n}.")))
                .await
                .unwrap();
            assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
            conversation = Some(sent.conversation);
        }
        conversation.unwrap()
    });
    let conversations = join_all(talks).await;
    let looks = (0..200).map(async |n| {
        let (person, own) = (&people[n % 4], conversations[n % 4]);
        assert_eq!(person.list_conversations(None, 50).await.unwrap().rows.len(), 1);
        assert_eq!(
            person.open_conversation(own, None).await.unwrap().messages.len(),
            10
        );
        let other = conversations[(n + 1) % 4];
        assert!(person.open_conversation(other, None).await.is_err());
    });
    join_all(looks).await;
    backend.shut_down().await;
}

#[tokio::test]
async fn a_pooler_that_loses_prepared_statements_is_reported_on_every_connection() {
    let server = with_two_roles().await;
    let off = if is_new() {
        "max_prepared_statements = 0\n"
    } else {
        ""
    };
    for order in ["", "server_round_robin = 1", "default_pool_size = 1"] {
        let more = format!("{off}{order}");
        let Some(pooler) = Pooler::start(&server, "transaction", &more).await else {
            return none("PgBouncer");
        };
        let refused = adopt(&server, &pooler).await.unwrap_err();
        assert!(
            matches!(refused, ProvisionError::PoolerLosesStatements),
            "{order}: {refused}"
        );
        let sentence = refused.to_string();
        assert!(
            sentence.contains("1.21") && sentence.contains("max_prepared_statements"),
            "{sentence}"
        );
    }
}

#[tokio::test]
async fn a_pooler_in_session_mode_works() {
    let server = with_two_roles().await;
    let Some(pooler) = Pooler::start(&server, "session", "").await else {
        return none("PgBouncer");
    };
    let made = adopt(&server, &pooler).await.unwrap();
    keeps_people_apart(&made).await;
}

#[tokio::test]
async fn a_pooler_that_splits_transactions_is_reported() {
    let server = with_two_roles().await;
    let Some(pooler) = Pooler::start(&server, "statement", "").await else {
        return none("PgBouncer");
    };
    let refused = adopt(&server, &pooler).await.unwrap_err();
    assert!(
        matches!(refused, ProvisionError::StatementPooling { .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn the_owners_url_and_a_single_one_must_lead_to_the_server_itself() {
    let server = with_two_roles().await;
    server
        .run("postgres", "create role boss superuser login PASSWORD")
        .await;
    let Some(pooler) = Pooler::start(&server, "transaction", "").await else {
        return none("PgBouncer");
    };
    let (app, owner) = (
        pooler.options("hearth_app", "hearth"),
        pooler.options("hearth_owner", "hearth"),
    );
    let refused = storage::adopt(&app, Some(&owner)).await.unwrap_err().to_string();
    assert!(
        refused.starts_with("HEARTH_OWNER_DATABASE_URL leads through"),
        "{refused}"
    );
    let alone = pooler.options("boss", "hearth");
    let refused = storage::adopt(&alone, None).await.unwrap_err().to_string();
    assert!(
        refused.starts_with("DATABASE_URL leads through") && refused.contains("HEARTH_OWNER_DATABASE_URL"),
        "{refused}"
    );
}

#[tokio::test]
async fn behind_a_pooler_a_schema_of_extensions_must_be_on_the_roles_own_path() {
    if !is_new() {
        return none("PgBouncer of 1.21 or newer");
    }
    let server = crate::own_server_extensions::with_extensions_apart().await;
    let Some(pooler) = Pooler::start(&server, "transaction", KEEPS_STATEMENTS).await else {
        return none("PgBouncer");
    };
    let refused = adopt(&server, &pooler).await.unwrap_err();
    assert!(
        matches!(&refused, ProvisionError::ExtensionOffPath { .. }),
        "{refused}"
    );
    let remedy = "alter role hearth_app set search_path = public, extensions";
    assert!(refused.to_string().ends_with(remedy), "{refused}");
    server.run("hearth", remedy).await;
    // The pooler's connections still have the old search path.
    drop(pooler);
    let pooler = Pooler::start(&server, "transaction", KEEPS_STATEMENTS)
        .await
        .unwrap();
    keeps_people_apart(&adopt(&server, &pooler).await.unwrap()).await;
}
