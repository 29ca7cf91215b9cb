//! Forgotten text remains only in the rows of the conversation that its owner can read.

use crate::talk::{answer, ask, drawn, settled};
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_inference::fake::Reply;
use hearth_types::{Memory, MemoryFilter, NoteKind};
use sqlx::Connection;
use std::time::Duration;

const CANARY: &str = "Zebulon";

async fn test() -> TestBackend {
    let test = TestBackend::start_with(|config| config.facts_after = Duration::ZERO).await;
    test.fake.respond_with(|request| {
        if request.schema().is_none() {
            // The scripted model knows only what is in its prompt.
            let in_prompt = request.body.to_string().contains(CANARY);
            return Reply::text(&if in_prompt { format!("{CANARY} is a fine name for a dog.") } else { "I do not know.".to_owned() });
        }
        let notes: Vec<_> = request
            .last_message()
            .lines()
            .filter_map(|line| line.split_once(". "))
            .zip(1..)
            .map(|((_, said), line)| serde_json::json!({"line": line, "note": said, "about": "", "kind": "fact"}))
            .collect();
        Reply::text(&serde_json::json!({ "notes": notes }).to_string())
    });
    test
}

async fn all(person: &UserBackend) -> Vec<Memory> {
    let page = person
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap();
    page.memories
}

/// All tables with the canary in a row, read as superuser.
async fn tables_with(test: &TestBackend, canary: &str) -> Vec<String> {
    let mut superuser = sqlx::PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("select tablename::text from pg_tables where schemaname = 'public' order by 1")
            .fetch_all(&mut superuser)
            .await
            .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let count = format!("select count(*) from {table} t where t::text ilike '%{canary}%'");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
            .fetch_one(&mut superuser)
            .await
            .unwrap();
        if rows > 0 {
            found.push(table);
        }
    }
    found
}

async fn count(test: &TestBackend, table: &str) -> i64 {
    let mut superuser = sqlx::PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let count = format!("select count(*) from {table}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(count))
        .fetch_one(&mut superuser)
        .await
        .unwrap()
}

#[tokio::test]
async fn forgotten_text_remains_only_where_its_owner_reads_it() {
    let test = test().await;
    let anna = test.annas();
    let (source, _) = ask(&anna, None, &format!("My dog is called {CANARY}.")).await;
    anna.rename_conversation(source.conversation, "A talk")
        .await
        .unwrap();
    drawn(&test).await;
    // An answer in another conversation used it.
    let (asked, drew) = ask(&anna, None, "What is my dog called?").await;
    anna.rename_conversation(asked.conversation, "Another talk")
        .await
        .unwrap();
    assert!(!drew.answer.unwrap().recalled.is_empty());
    drawn(&test).await;
    for table in ["memories", "passages", "message_parts"] {
        assert!(
            tables_with(&test, CANARY).await.contains(&table.to_owned()),
            "{table}: or nothing is shown below"
        );
    }
    anna.forget_memory(all(&anna).await[0].id).await.unwrap();
    settled(&test).await;
    assert_eq!(
        tables_with(&test, CANARY).await,
        ["message_html", "message_parts"]
    );
    assert_eq!(
        tables_with(&test, "zebulon''").await,
        [""; 0],
        "search columns too"
    );
    for table in [
        "memories",
        "memory_embeddings",
        "memory_sources",
        "answer_memories",
        "answer_recalls",
    ] {
        assert_eq!(count(&test, table).await, 0, "{table}");
    }
    let opened = anna.open_conversation(source.conversation, None).await.unwrap();
    assert!(
        opened.messages[0].text.contains(CANARY),
        "the owner still reads it"
    );

    // Asked again in a new conversation and in the old one, no prompt has it.
    let before = test.fake.chats().len();
    ask(&anna, None, "What is my dog called?").await;
    ask(&anna, Some(source.conversation), "What is my dog called?").await;
    for chat in &test.fake.chats()[before..] {
        assert!(!chat.body.to_string().contains(CANARY), "{}", chat.body);
    }
}

#[tokio::test]
async fn forget_that_forgets_a_single_match_at_once_and_asks_which_of_several() {
    let test = test().await;
    let anna = test.annas();
    ask(&anna, None, &format!("My dog is called {CANARY}.")).await;
    drawn(&test).await;
    let (sent, forgot) = ask(&anna, None, &format!("Forget that my dog is called {CANARY}.")).await;
    assert_eq!(forgot.answer.unwrap().notes[0].kind, NoteKind::Forgotten);
    assert!(all(&anna).await.is_empty());
    let source = test.fake.chats();
    let reported = source
        .iter()
        .any(|chat| chat.last_message().contains("Hearth has forgotten"));
    assert!(reported, "the answering model was told what was done");
    drawn(&test).await;
    assert!(!tables_with(&test, CANARY).await.contains(&"passages".to_owned()));
    assert!(all(&anna).await.is_empty(), "the order to forget is no statement");
    let (_, nothing) = ask(&anna, Some(sent.conversation), "Forget my birthday").await;
    assert_eq!(nothing.answer.unwrap().notes[0].kind, NoteKind::NothingFound);

    for text in ["My birthday is in May.", "I celebrate my birthday at the beach."] {
        ask(&anna, None, text).await;
        drawn(&test).await;
    }
    let (asked, which) = ask(&anna, None, "Forget my birthday").await;
    let note = &which.answer.unwrap().notes[0];
    assert_eq!((note.kind, note.items.len()), (NoteKind::Which, 2));
    assert_eq!(
        all(&anna).await.len(),
        2,
        "nothing is forgotten before the person picks"
    );
    anna.forget_memory(note.items[0].memory.unwrap()).await.unwrap();
    let notes = answer(&anna, &asked).await.answer.unwrap().notes;
    assert_eq!(notes[0].items.len(), 1);
}

#[tokio::test]
async fn forgetting_a_passage_forgets_memories_with_no_other_source() {
    let test = test().await;
    let anna = test.annas();
    ask(&anna, None, &format!("My dog is called {CANARY}.")).await;
    drawn(&test).await;
    let (_, answer) = ask(&anna, None, "What is my dog called?").await;
    let passage = answer.answer.unwrap().recalled[0].passage;
    anna.forget_passage(passage).await.unwrap();
    assert!(all(&anna).await.is_empty());
    assert!(!tables_with(&test, CANARY).await.contains(&"passages".to_owned()));
}

#[tokio::test]
async fn deleting_a_conversation_deletes_memories_with_no_other_source() {
    let test = test().await;
    let anna = test.annas();
    let (first, _) = ask(
        &anna,
        None,
        &format!("My dog is called {CANARY}. I live in Lisbon."),
    )
    .await;
    drawn(&test).await;
    ask(&anna, None, "I live in Lisbon.").await;
    anna.keep_memory(hearth_backend::memory::memories::NewMemory::told(
        "Written by hand",
    ))
    .await
    .unwrap();
    drawn(&test).await;
    assert_eq!(anna.learnt_only_from(first.conversation).await.unwrap(), 1);
    anna.delete_conversation(first.conversation).await.unwrap();
    let left: Vec<_> = all(&anna)
        .await
        .into_iter()
        .map(|memory| memory.statement)
        .collect();
    assert_eq!(left, ["Written by hand", "I live in Lisbon"]);
    // An answer in the other conversation of this test repeats the name; no message of the person is left.
    let rest = anna.list_conversations(None, 50).await.unwrap();
    for row in rest.rows {
        anna.delete_conversation(row.id).await.unwrap();
    }
    assert_eq!(tables_with(&test, CANARY).await, [""; 0]);
}

#[tokio::test]
async fn everything_can_be_forgotten() {
    let test = test().await;
    let anna = test.annas();
    ask(
        &anna,
        None,
        &format!("My dog is called {CANARY}. I live in Lisbon."),
    )
    .await;
    drawn(&test).await;
    anna.forget_all_memories().await.unwrap();
    assert!(all(&anna).await.is_empty());
    ask(&anna, None, "What is my dog called, and where do I live?").await;
    let prompt = test.fake.chats().last().unwrap().body.to_string();
    assert!(!prompt.contains(CANARY) && !prompt.contains("Lisbon"), "{prompt}");
}
