//! Passages of documents beside passages of messages: recall, attribution and isolation by space.

use crate::talk::{ask, settled};
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_types::{SpaceId, UserId};
use sqlx::{Connection, PgConnection};

async fn manual(person: &UserBackend) {
    let sections = [
        (
            "page 3",
            "Keep the area around the boiler free of flammable material.",
        ),
        (
            "page 12",
            "The boiler shows error F28 when the gas valve is closed.",
        ),
    ];
    let own = SpaceId(person.user().0);
    person
        .record_document(own, "Boiler manual", &sections)
        .await
        .unwrap();
}

/// The last message of the last prompt.
fn asked_with(test: &TestBackend) -> String {
    let chats = test.fake.chats();
    let answers = chats.iter().rev().find(|chat| chat.schema().is_none());
    answers.unwrap().last_message()
}

#[tokio::test]
async fn a_section_is_recalled_and_quoted_with_its_document_and_page() {
    let test = TestBackend::start().await;
    manual(&test.annas()).await;
    settled(&test).await;
    ask(&test.annas(), None, "What does error F28 of my boiler mean?").await;
    let prompt = asked_with(&test);
    let line = "- Boiler manual, page 12: The boiler shows error F28 when the gas valve is closed.";
    assert!(prompt.contains(line), "{prompt}");
}

#[tokio::test]
async fn a_quoted_section_stays_in_the_next_prompt_of_the_conversation() {
    let test = TestBackend::start().await;
    manual(&test.annas()).await;
    settled(&test).await;
    let (sent, _) = ask(&test.annas(), None, "What does error F28 of my boiler mean?").await;
    ask(&test.annas(), Some(sent.conversation), "And now?").await;
    let chats = test.fake.chats();
    let chat = chats.iter().rev().find(|chat| chat.messages().len() > 3).unwrap();
    let history = chat.body.to_string();
    assert!(history.contains("Boiler manual, page 12"), "{history}");
}

#[tokio::test]
async fn another_persons_document_is_not_recalled() {
    let test = TestBackend::start().await;
    let ben: UserId = test.person("Ben").await;
    manual(&test.annas()).await;
    settled(&test).await;
    ask(
        &test.backend.for_user(ben),
        None,
        "What does error F28 of my boiler mean?",
    )
    .await;
    assert!(!asked_with(&test).contains("gas valve"));
}

#[tokio::test]
async fn deleting_a_conversation_leaves_the_jobs_of_documents() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "Hello.").await;
    settled(&test).await;
    // Without a model server the jobs wait.
    test.fake.stop();
    manual(&anna).await;
    anna.delete_conversation(sent.conversation).await.unwrap();
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let jobs: i64 = sqlx::query_scalar(
        "select count(*) from jobs j join sections s on s.id = j.subject_id where j.kind = 'embed'",
    )
    .fetch_one(&mut superuser)
    .await
    .unwrap();
    assert_eq!(jobs, 2);
}
