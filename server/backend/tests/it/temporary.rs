//! Temporary conversations work like others while they last, and leave nothing behind.

use crate::{
    attachments::attach,
    talk::{Tab, ask, message, message_with, settled},
};
use hearth_backend::{UserBackend, conversations::KEPT_FOR, testing::TestBackend};
use hearth_inference::fake::Reply;
use hearth_types::{ConversationId, MemoryUse, Problem, Sent, SpaceRole};
use sqlx::{Connection, PgConnection};
use std::{collections::BTreeMap, time::Duration};

const CANARY: &str = "Zebulon7f3b";

/// The content of the database as text, by table, with the value of each sequence.
async fn dump(test: &TestBackend) -> BTreeMap<String, String> {
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let relations: Vec<(String, bool)> = sqlx::query_as(
        "select relname::text, relkind = 'S' from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'S')",
    )
    .fetch_all(&mut superuser)
    .await
    .unwrap();
    let mut dump = BTreeMap::new();
    for (relation, is_sequence) in relations {
        let query = if is_sequence {
            format!("select last_value::text from {relation}")
        } else {
            format!("select coalesce(string_agg(t::text, E'\\n' order by t::text), '') from {relation} t")
        };
        let text: String = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut superuser)
            .await
            .unwrap();
        dump.insert(relation, text);
    }
    dump
}

async fn begin(person: &UserBackend, text: &str) -> Sent {
    let mut tab = Tab::open(person).await;
    let mut first = message(None, text);
    first.memory = Some(MemoryUse::Temporary);
    let sent = person.send(first).await.unwrap();
    tab.ended(sent.answer).await;
    sent
}

/// A server where Anna has one permanent conversation.
async fn test() -> (TestBackend, UserBackend) {
    let test = TestBackend::start().await;
    let anna = test.annas();
    ask(&anna, None, "My dog is called Biscuit.").await;
    settled(&test).await;
    (test, anna)
}

async fn listed(person: &UserBackend) -> Vec<ConversationId> {
    let page = person.list_conversations(None, 50).await.unwrap();
    page.rows.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn the_database_is_the_same_before_and_after() {
    let (test, anna) = test().await;
    let before = dump(&test).await;

    let begun = begin(&anna, &format!("My dog is called {CANARY}.")).await;
    let id = begun.conversation;
    ask(&anna, Some(id), &format!("Remember that I call him {CANARY}.")).await;
    let note = attach(&anna, Some(id), "note.txt", CANARY.as_bytes())
        .await
        .unwrap();
    let mut tab = Tab::open(&anna).await;
    let mut with_file = message_with("What does it say?", &[&note]);
    with_file.conversation = Some(id);
    let sent = anna.send(with_file).await.unwrap();
    tab.ended(sent.answer).await;
    let mut edited = message(Some(id), &format!("{CANARY}, again"));
    edited.edits = Some(begun.message);
    let edited = anna.send(edited).await.unwrap();
    tab.ended(edited.answer).await;
    anna.rename_conversation(id, CANARY).await.unwrap();
    anna.save_draft(Some(id), CANARY, 0).await.unwrap();
    assert_ne!(dump(&test).await, before);
    assert!(!listed(&anna).await.contains(&id));

    // Nothing is derived from it, and no job is queued.
    for derived in ["passages", "jobs", "memories", "summaries", "models"] {
        assert_eq!(dump(&test).await[derived], before[derived], "{derived}");
    }
    anna.delete_conversation(id).await.unwrap();
    tab.until(|event| {
        matches!(event, hearth_types::Event::ConversationDeleted { conversation } if conversation == id)
            .then_some(())
    })
    .await;
    let patience = tokio::time::timeout(Duration::from_secs(60), async {
        // The sweeper removes files in the background.
        while dump(&test).await["stored_files"] != before["stored_files"] {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    patience.await.expect("files go");
    let after = dump(&test).await;
    let other: Vec<&str> = after
        .keys()
        .filter(|table| after[*table] != before[*table])
        .map(String::as_str)
        .collect();
    // The queue keeps numbers about when each person was served, as it also does for a cancelled wait.
    assert_eq!(
        other,
        ["answer_queue_place_seq", "answer_turn_counter", "answer_turns"]
    );
}

#[tokio::test]
async fn a_temporary_conversation_neither_recalls_nor_is_recalled() {
    let (test, anna) = test().await;
    ask(&anna, None, "Biscuit is allergic to chicken.").await;
    settled(&test).await;
    test.fake.respond_with(|_| Reply::text("Well."));
    let (_, answer) = ask(&anna, None, "What is my dog Biscuit allergic to?").await;
    assert!(!answer.answer.unwrap().recalled.is_empty());
    settled(&test).await;
    begin(
        &anna,
        &format!("What is Biscuit allergic to, chicken or {CANARY}?"),
    )
    .await;
    let prompt = test.fake.chats().pop().unwrap();
    assert!(!prompt.body.to_string().contains("<notes"), "{}", prompt.body);
    settled(&test).await;
    ask(
        &anna,
        None,
        "What did I say of Biscuit, chicken and being allergic?",
    )
    .await;
    let prompt = test.fake.chats().pop().unwrap();
    assert!(!prompt.body.to_string().contains(CANARY), "{}", prompt.body);
}

#[tokio::test]
async fn it_is_deleted_after_a_long_time_without_messages_and_not_before() {
    let (test, anna) = test().await;
    let begun = begin(&anna, "Let us talk.").await;
    test.backend.end_temporary_conversations(KEPT_FOR).await.unwrap();
    assert_eq!(
        anna.open_conversation(begun.conversation, None)
            .await
            .unwrap()
            .messages
            .len(),
        2
    );
    test.backend
        .end_temporary_conversations(Duration::ZERO)
        .await
        .unwrap();
    let gone = anna.open_conversation(begun.conversation, None).await;
    assert_eq!(gone.err().map(Problem::from), Some(Problem::NotFound));
    assert_eq!(listed(&anna).await.len(), 1, "what is not temporary stays");
}

#[tokio::test]
async fn it_cannot_be_shared_pinned_archived_or_used_for_memory() {
    let (test, anna) = test().await;
    let ben = test.backend.for_user(test.person("Ben").await);
    let id = begin(&anna, "Between us.").await.conversation;
    let refused = [
        anna.share_conversation(id, ben.user(), SpaceRole::Reader)
            .await
            .err(),
        anna.set_memory(id, true).await.err(),
        anna.set_pinned(id, true).await.err(),
        anna.set_archived(id, true).await.err(),
        ben.open_conversation(id, None).await.err(),
        ben.delete_conversation(id).await.err(),
    ];
    for (call, error) in refused.into_iter().enumerate() {
        assert_eq!(error.map(Problem::from), Some(Problem::NotFound), "call {call}");
    }
    assert!(anna.open_conversation(id, None).await.unwrap().temporary);
}
