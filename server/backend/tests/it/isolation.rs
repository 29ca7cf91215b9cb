//! Row-level security: PostgreSQL refuses access even if a query forgets a condition.

use crate::talk::{ask, message, settled};
use hearth_backend::{
    memory::memories::NewMemory,
    testing::{TestBackend, TestDatabase},
};
use hearth_types::{AnswerId, ArchiveTrouble, ConversationId, MessageId, Problem, ResumePoint, SpaceId};
use sqlx::{Connection, Executor, PgConnection, Row};
use std::collections::BTreeSet;
use uuid::Uuid;

const PERSONAL: [&str; 19] = [
    "answer_memories",
    "answer_recalls",
    "answers",
    "attachments",
    "conversations",
    "documents",
    "drafts",
    "imports",
    "memories",
    "memory_embeddings",
    "memory_notes",
    "memory_sources",
    "message_html",
    "message_parts",
    "messages",
    "passage_embeddings",
    "passages",
    "sections",
    "summaries",
];
/// Views of personal tables: with the rights of the role that reads them.
const VIEWS: [&str; 3] = ["memory_group_sources", "memory_groups", "quoted_passages"];
const OPERATIONAL: [&str; 19] = [
    "_sqlx_migrations",
    "account_notices",
    "answer_queue",
    "answer_turns",
    "calibrations",
    "embedders",
    "endpoints",
    "installation",
    "jobs",
    "links",
    "model_pulls",
    "models",
    "sessions",
    "sign_in_addresses",
    "sign_in_failures",
    "space_members",
    "spaces",
    "stored_files",
    "users",
];

async fn as_role(options: &sqlx::postgres::PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(options).await.unwrap()
}

#[tokio::test]
async fn every_table_belongs_to_one_of_the_two_classes() {
    let database = TestDatabase::create().await;
    let mut owner = as_role(&database.owner).await;
    let tables: BTreeSet<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public'")
            .fetch_all(&mut owner)
            .await
            .unwrap()
            .into_iter()
            .collect();
    let known: BTreeSet<String> = PERSONAL
        .iter()
        .chain(&OPERATIONAL)
        .map(|n| (*n).to_owned())
        .collect();
    let unknown: Vec<_> = tables.difference(&known).collect();
    assert!(unknown.is_empty(), "in neither class: {unknown:?}");
}

#[tokio::test]
async fn every_table_with_a_space_and_text_forces_its_policies_on_the_app() {
    let database = TestDatabase::create().await;
    let mut owner = as_role(&database.owner).await;
    for table in PERSONAL {
        let row = sqlx::query(
            "select c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner) = 'hearth_owner' as owned,
                    (select count(*) from pg_policy where polrelid = c.oid and polpermissive) as policies,
                    exists (select from pg_policy where polrelid = c.oid and polname = 'members'
                            and pg_get_expr(polwithcheck, polrelid) like '%my_written_spaces%') as writers_write,
                    exists (select from pg_policy where polrelid = c.oid and not polpermissive and polcmd = 'd'
                            and pg_get_expr(polqual, polrelid) like '%my_written_spaces%') as readers_delete_nothing,
                    exists (select from pg_attribute where attrelid = c.oid and attname = 'space_id' and attnotnull) as space
             from pg_class c where oid = $1::regclass",
        )
        .bind(table)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        for column in [
            "relrowsecurity",
            "relforcerowsecurity",
            "owned",
            "space",
            "writers_write",
            "readers_delete_nothing",
        ] {
            assert!(row.get::<bool, _>(column), "{table}: {column}");
        }
        assert_eq!(row.get::<i64, _>("policies"), 2, "{table}");
    }
    let weak: bool = sqlx::query_scalar(
        "select not (rolsuper or rolbypassrls or rolcreaterole or pg_has_role(oid, 'hearth_owner', 'member'))
         from pg_roles where rolname = 'hearth_app'",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap();
    assert!(weak, "hearth_app cannot bypass its policies");
}

/// A shared conversation moves into its own space; a foreign key that does not follow would block the move.
#[tokio::test]
async fn every_key_that_carries_a_space_moves_with_what_it_points_to() {
    let database = TestDatabase::create().await;
    let mut owner = as_role(&database.owner).await;
    let keys: Vec<(String, bool)> = sqlx::query_as(
        "select c.conrelid::regclass || ': ' || c.conname, c.confupdtype = 'c'
         from pg_constraint c
         where c.contype = 'f'
           and exists (select from pg_attribute a
                       where a.attrelid = c.confrelid and a.attnum = any (c.confkey) and a.attname = 'space_id')",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    assert!(keys.len() >= 10, "{keys:?}");
    let stay: Vec<_> = keys.iter().filter(|(_, moves)| !moves).collect();
    assert!(stay.is_empty(), "without `on update cascade`: {stay:?}");
}

/// A table without a foreign key to a space would keep text after its owner is deleted.
#[tokio::test]
async fn every_personal_table_has_a_foreign_key_to_a_space() {
    let database = TestDatabase::create().await;
    let mut owner = as_role(&database.owner).await;
    for table in PERSONAL {
        let hangs: bool = sqlx::query_scalar(
            "select exists (select from pg_constraint c join pg_attribute a
                            on a.attrelid = c.conrelid and a.attnum = any (c.conkey) and a.attname = 'space_id'
                            where c.contype = 'f' and c.conrelid = $1::regclass)",
        )
        .bind(table)
        .fetch_one(&mut owner)
        .await
        .unwrap();
        assert!(hangs, "{table}");
    }
}

#[tokio::test]
async fn without_a_current_person_the_database_shows_no_row() {
    let test = TestBackend::start().await;
    let (sent, _) = ask(&test.annas(), None, "My dog is called Biscuit.").await;
    let mut memory = NewMemory::told("Anna has a dog called Biscuit.");
    memory.sources = vec![sent.message];
    test.annas().keep_memory(memory).await.unwrap();
    crate::attachments::attach(&test.annas(), None, "dog.txt", b"Biscuit")
        .await
        .unwrap();
    test.annas().save_draft(None, "Half written", 0).await.unwrap();
    test.annas().refuse_import(ArchiveTrouble::Broken).await.unwrap();
    let own = SpaceId(test.anna.0);
    test.annas()
        .record_document(
            own,
            "Boiler manual",
            &[("page 12", "F28: the gas valve is closed.")],
        )
        .await
        .unwrap();
    settled(&test).await;
    let mut app = as_role(&test.database.app).await;
    let mut superuser = as_role(&test.database.superuser).await;
    // Rows that only longer conversations produce.
    sqlx::query(
        "insert into summaries (message_id, space_id, conversation_id, text, messages, model)
         select id, space_id, conversation_id, '- The dog is called Biscuit.', 1, 'm' from messages limit 1",
    )
    .execute(&mut superuser)
    .await
    .unwrap();
    for table in PERSONAL.into_iter().chain(VIEWS) {
        let count = |table: &str| sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let seen: i64 = sqlx::query_scalar(count(table))
            .fetch_one(&mut app)
            .await
            .unwrap();
        let there: i64 = sqlx::query_scalar(count(table))
            .fetch_one(&mut superuser)
            .await
            .unwrap();
        assert_eq!(seen, 0, "{table} as hearth_app with nobody named");
        assert!(
            there > 0 || ["answer_memories", "answer_recalls", "memory_notes"].contains(&table),
            "{table} should hold rows for this test to mean anything"
        );
    }
}

#[tokio::test]
async fn a_person_cannot_write_into_the_space_of_another() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let (sent, _) = ask(&test.annas(), None, "Mine.").await;
    let mut app = as_role(&test.database.app).await;
    let mut transaction = app.begin().await.unwrap();
    transaction
        .execute(sqlx::AssertSqlSafe(format!("set local hearth.user_id = '{ben}'")))
        .await
        .unwrap();
    let changed = sqlx::query("update conversations set title = 'stolen' where id = $1")
        .bind(sent.conversation.0)
        .execute(&mut *transaction)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 0);
    let forged =
        sqlx::query("insert into conversations (id, space_id, author_id, memory) values ($1, $2, $3, true)")
            .bind(Uuid::new_v4())
            .bind(test.anna.0)
            .bind(ben.0)
            .execute(&mut *transaction)
            .await;
    assert!(forged.unwrap_err().to_string().contains("row-level security"));
}

#[tokio::test]
async fn ids_of_another_persons_rows_get_the_same_answer_as_random_ones() {
    let test = TestBackend::start().await;
    let (sent, _) = ask(&test.annas(), None, "A secret.").await;
    let ben = test.backend.for_user(test.person("Ben").await);
    for (conversation, answer, before) in [
        (sent.conversation, sent.answer, sent.message),
        (
            ConversationId(Uuid::now_v7()),
            AnswerId(Uuid::now_v7()),
            MessageId(Uuid::now_v7()),
        ),
    ] {
        let results = [
            ben.open_conversation(conversation, None).await.err(),
            ben.open_conversation(conversation, Some(before)).await.err(),
            ben.rename_conversation(conversation, "x").await.err(),
            ben.delete_conversation(conversation).await.err(),
            ben.set_memory(conversation, false).await.err(),
            ben.set_model(conversation, None).await.err(),
            ben.stop_answer(answer).await.err(),
            ben.retry_answer(answer).await.err(),
            ben.send(message(Some(conversation), "hello")).await.err(),
            ben.continue_answer(answer).await.err(),
            ben.answer_again(before, None).await.err(),
            ben.show_branch(before).await.err(),
            ben.delete_message(before).await.err(),
            ben.message_source(before).await.err(),
            ben.set_pinned(conversation, true).await.err(),
            ben.set_archived(conversation, true).await.err(),
            ben.save_draft(Some(conversation), "stolen", 0).await.err(),
            ben.events(Some(ResumePoint { answer, blocks: 0 })).await.err(),
        ];
        for (index, error) in results.into_iter().enumerate() {
            assert_eq!(error.map(Problem::from), Some(Problem::NotFound), "call {index}");
        }
    }
    let annas = test
        .annas()
        .open_conversation(sent.conversation, None)
        .await
        .unwrap();
    assert_eq!(annas.messages.len(), 2);
}

#[tokio::test]
async fn a_message_id_of_another_conversation_is_not_found() {
    let test = TestBackend::start().await;
    let (mine, _) = ask(&test.annas(), None, "One.").await;
    let (other, _) = ask(&test.annas(), None, "Two.").await;
    let error = test
        .annas()
        .open_conversation(mine.conversation, Some(other.message))
        .await
        .unwrap_err();
    assert_eq!(Problem::from(error), Problem::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn none_of_100_recalls_shows_another_persons_text_whatever_ids_are_named() {
    const CANARY: &str = "Zebulon7f3b";
    let test = TestBackend::start_with(|config| config.slots = std::num::NonZeroUsize::new(4).unwrap()).await;
    let anna = test.annas();
    let annas = message(None, &format!("My dog {CANARY} is allergic to chicken."));
    let mut tab = crate::talk::Tab::open(&anna).await;
    let sent = anna.send(annas.clone()).await.unwrap();
    tab.ended(sent.answer).await;
    settled(&test).await;
    let ben = test.backend.for_user(test.person("Ben").await);
    let before = test.fake.chats().len();
    let asked = (0..100).map(|number| {
        let (ben, key) = (ben.clone(), annas.idempotency_key);
        async move {
            let mut press = message(None, &format!("What is my dog allergic to, chicken {number}?"));
            if number == 0 {
                press.idempotency_key = key;
            }
            press.conversation = Some(sent.conversation);
            let refused = ben.send(press.clone()).await.unwrap_err();
            assert_eq!(Problem::from(refused), Problem::NotFound);
            press.conversation = None;
            let mut tab = crate::talk::Tab::open(&ben).await;
            let mine = ben.send(press).await.unwrap();
            assert_ne!(mine.conversation, sent.conversation);
            tab.ended(mine.answer).await;
            crate::talk::answer(&ben, &mine).await
        }
    });
    let answers: Vec<_> = futures::StreamExt::collect(futures::StreamExt::buffer_unordered(
        futures::stream::iter(asked),
        4,
    ))
    .await;
    assert_eq!(answers.len(), 100);
    let recalled = answers
        .iter()
        .map(|answer| answer.answer.as_ref().unwrap().recalled.len())
        .sum::<usize>();
    assert!(recalled > 0, "Ben's own words are recalled, so recall did look");
    for answer in answers {
        let shown = format!("{answer:?}");
        assert!(
            !shown.contains(CANARY) && !shown.contains(&sent.message.to_string()),
            "{shown}"
        );
    }
    for chat in &test.fake.chats()[before..] {
        assert!(!chat.body.to_string().contains(CANARY), "{}", chat.body);
    }
}

/// Tables without policies must not contain text of conversations.
#[tokio::test]
async fn tables_without_policies_hold_no_text_of_a_conversation() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "canary4d8e is my word.").await;
    anna.rename_conversation(sent.conversation, "canary4d8e")
        .await
        .unwrap();
    ask(&anna, Some(sent.conversation), "canary4d8e again?").await;
    test.fake
        .enqueue(hearth_inference::fake::Reply::text("canary4d8e").hold());
    anna.send(message(None, "canary4d8e waits")).await.unwrap();
    let mut superuser = as_role(&test.database.superuser).await;
    for table in OPERATIONAL {
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")))
                .fetch_all(&mut superuser)
                .await
                .unwrap();
        assert!(!rows.concat().contains("canary4d8e"), "{table}");
    }
}

/// Few connections, many people, and one request in ten cancelled half way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn interleaved_requests_over_few_connections_show_no_foreign_rows() {
    let test = TestBackend::start().await;
    let mut people = Vec::new();
    for number in 0..50 {
        let person = test.backend.for_user(insert_person(&test, number).await);
        let title = format!("canary-{number}-end");
        let sent = person.send(message(None, &title)).await.unwrap();
        // Named by hand, so that no model changes the title meanwhile.
        person
            .rename_conversation(sent.conversation, &title)
            .await
            .unwrap();
        people.push(person);
    }
    let mut requests = tokio::task::JoinSet::new();
    for round in 0..200_usize {
        for (number, person) in people.iter().enumerate() {
            let person = person.clone();
            requests.spawn(async move {
                let list = person.list_conversations(None, 50);
                if (round + number) % 10 == 0 {
                    // Cancelled in the middle: the connection goes back to the pool for another person.
                    tokio::time::timeout(std::time::Duration::from_micros(300), list)
                        .await
                        .ok();
                    return;
                }
                let page = list.await.unwrap();
                assert_eq!(page.rows.len(), 1);
                assert_eq!(page.rows[0].title, format!("canary-{number}-end"));
            });
        }
        while requests.len() > 200 {
            requests.join_next().await.unwrap().unwrap();
        }
    }
    while let Some(done) = requests.join_next().await {
        done.unwrap();
    }
}

/// Inserts a person without hashing a password, because fifty hashes would dominate the test.
async fn insert_person(test: &TestBackend, number: usize) -> hearth_types::UserId {
    let id = Uuid::now_v7();
    let mut owner = as_role(&test.database.superuser).await;
    let name = format!("Person {number}");
    sqlx::query(
        "insert into users (id, name, name_folded, password_hash, role) values ($1, $2, $3, '', 'member')",
    )
    .bind(id)
    .bind(&name)
    .bind(name.to_lowercase())
    .execute(&mut owner)
    .await
    .unwrap();
    for statement in [
        "insert into spaces (id, kind) values ($1, 'private')",
        "insert into space_members (space_id, user_id, role) values ($1, $1, 'owner')",
    ] {
        sqlx::query(statement).bind(id).execute(&mut owner).await.unwrap();
    }
    id.into()
}
