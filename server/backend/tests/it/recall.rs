//! The order of recalled passages by each signal, and that the vector index finds the same as a scan.

use chrono::{DateTime, TimeZone, Utc};
use hearth_backend::{
    UserBackend,
    evaluation::{Recorded, RecordedMessage},
    memory::memories::NewMemory,
    retrieval::{
        question_vector::{QuestionVector, Scale},
        recall::{Recall, Settings},
        vector_index,
    },
    testing::TestBackend,
};
use hearth_inference::{RerankServer, fake::FakeModelServer};
use hearth_types::{MemoryId, MessageId, SpaceId, UserId};
use sqlx::{Connection, PgConnection};
use std::sync::Arc;

const ANY: f32 = f32::NEG_INFINITY;

fn on(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).unwrap()
}

/// Stores one conversation, with author, time and text of each message.
async fn store_conversation(test: &TestBackend, space: SpaceId, messages: &[(UserId, DateTime<Utc>, &str)]) {
    let person = test.annas();
    let messages: Vec<RecordedMessage> = messages
        .iter()
        .map(|(author, at, text)| RecordedMessage {
            author: Some(*author),
            at: *at,
            text: (*text).to_owned(),
        })
        .collect();
    let recorded = Recorded {
        space,
        title: "Told",
        messages: &messages,
    };
    for message in person.record_conversation(&recorded).await.unwrap() {
        person.embed_now(message).await.unwrap();
    }
}

async fn first(person: &UserBackend, question: &str) -> String {
    in_order(person, question).await.swap_remove(0)
}

async fn in_order(person: &UserBackend, question: &str) -> Vec<String> {
    let settings = Settings {
        threshold: ANY,
        ..Settings::default()
    };
    let vector = person.question_vector(question).await;
    let recalled = person.recall(question, vector.as_ref(), &settings).await.unwrap();
    recalled.passages.into_iter().map(|r| r.text).collect()
}

#[tokio::test]
async fn of_two_similar_passages_the_one_from_the_named_month_comes_first() {
    let test = TestBackend::start().await;
    let own = SpaceId(test.anna.0);
    let anna = test.anna;
    store_conversation(
        &test,
        own,
        &[(anna, on(2025, 3, 2), "Went hiking with Tom near the lake")],
    )
    .await;
    store_conversation(
        &test,
        own,
        &[(anna, on(2025, 7, 9), "Went hiking with Eva near the river")],
    )
    .await;
    let person = test.annas();
    assert!(
        first(&person, "Where did I go hiking in July 2025?")
            .await
            .contains("Eva")
    );
    assert!(
        first(&person, "Where did I go hiking in March 2025?")
            .await
            .contains("Tom")
    );
    assert!(first(&person, "七月 hiking?").await.contains("Eva"));
}

#[tokio::test]
async fn of_two_similar_passages_the_one_by_the_named_person_comes_first() {
    let test = TestBackend::start().await;
    let (anna, ben) = (test.anna, test.person("Ben").await);
    let shared = test.backend.create_shared_space(&[anna, ben]).await.unwrap();
    let day = on(2025, 3, 2);
    store_conversation(&test, shared, &[(anna, day, "I prefer tea with breakfast")]).await;
    store_conversation(&test, shared, &[(ben, day, "I prefer cocoa with breakfast")]).await;
    let person = test.annas();
    assert!(
        first(&person, "What does Ben prefer with breakfast?")
            .await
            .contains("cocoa")
    );
    assert!(
        first(&person, "What does Anna prefer with breakfast?")
            .await
            .contains("tea")
    );
    assert!(
        first(&person, "What do I prefer with breakfast?")
            .await
            .contains("tea")
    );
}

#[tokio::test]
async fn an_answer_is_found_by_the_question_before_it() {
    let test = TestBackend::start().await;
    let own = SpaceId(test.anna.0);
    let at = |minute| Utc.with_ymd_and_hms(2025, 3, 2, 12, minute, 0).unwrap();
    store_conversation(
        &test,
        own,
        &[
            (
                test.anna,
                at(0),
                "Somebody wanted to hear about the accordion concert",
            ),
            (test.anna, at(1), "It rained all evening and nobody minded"),
        ],
    )
    .await;
    store_conversation(&test, own, &[(test.anna, at(2), "The bakery closes early today")]).await;
    let order = in_order(&test.annas(), "accordion concert").await;
    let place = |part: &str| order.iter().position(|text| text.contains(part));
    assert!(place("rained").is_some(), "{order:?}");
    assert!(
        place("rained") < place("bakery").or(Some(usize::MAX)),
        "{order:?}"
    );
}

#[tokio::test]
async fn a_removed_person_leaves_nothing() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    store_conversation(
        &test,
        SpaceId(test.anna.0),
        &[(test.anna, on(2025, 3, 2), "Anna stays")],
    )
    .await;
    let person = test.backend.for_user(ben);
    let recorded = Recorded {
        space: SpaceId(ben.0),
        title: "Told",
        messages: &[RecordedMessage {
            author: Some(ben),
            at: on(2025, 3, 2),
            text: "Ben goes".into(),
        }],
    };
    person.record_conversation(&recorded).await.unwrap();
    test.backend.accounts().remove_user(ben).await.unwrap();
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let left: Vec<String> =
        sqlx::query_scalar("select text from passages union select text from message_parts")
            .fetch_all(&mut superuser)
            .await
            .unwrap();
    assert_eq!(left, ["Anna stays"]);
}

/// Inserts `count` passages in three conversations, with vectors around a few topics.
async fn many_passages(superuser: &mut PgConnection, space: UserId, count: i64) {
    sqlx::raw_sql("select setseed(0.5)")
        .execute(&mut *superuser)
        .await
        .unwrap();
    sqlx::query(
        "with topic as materialized (
            select t, array_agg(random() - 0.5 order by d) as center
            from generate_series(1, 20) t, generate_series(1, 384) d group by t
         ), said as materialized (
            select gen_random_uuid() as id, n, (select array_agg(c + 0.3 * (random() - 0.5) + 0 * n) from unnest(center) c) as v
            from generate_series(1, $2) n join topic on topic.t = n % 20 + 1
         ), talk as materialized (select gen_random_uuid() as id, g from generate_series(0, 2) g), conversation as (
            insert into conversations (id, space_id, author_id, memory) select id, $1, $1, true from talk
         ), message as (
            insert into messages (id, space_id, conversation_id, ordinal, said_by, author_id)
            select said.id, $1, talk.id, n, 'person', $1 from said join talk on g = n % 3
         ), passage as (
            insert into passages (id, space_id, author_id, conversation_id, message_id, position, said_by, said_at, text,
                                  words, words_version)
            select said.id, $1, $1, talk.id, said.id, 0, 'person', now() - n * interval '1 minute', 'number ' || n, '', 1
            from said join talk on g = n % 3
         )
         insert into passage_embeddings (passage_id, model, space_id, embedding)
         select id, 'topics', $1, l2_normalize(v::halfvec) from said",
    )
    .bind(space.0)
    .bind(count)
    .execute(superuser)
    .await
    .unwrap();
}

async fn indexes(superuser: &mut PgConnection) -> i64 {
    sqlx::query_scalar("select count(*) from pg_indexes where indexdef like '%hnsw%'")
        .fetch_one(superuser)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_large_space_gets_an_index_of_its_own_that_finds_what_a_scan_finds() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    many_passages(&mut superuser, test.anna, vector_index::INDEXED_FROM + 1).await;
    many_passages(&mut superuser, ben, 50).await;
    let vector: Vec<f32> = sqlx::query_scalar(
        "select embedding::real[] from passage_embeddings where space_id = $1 order by passage_id limit 1",
    )
    .bind(test.anna.0)
    .fetch_one(&mut superuser)
    .await
    .unwrap();
    let question = QuestionVector {
        model: "topics".into(),
        vector,
        scale: Scale::default(),
    };
    let settings = Settings {
        threshold: ANY,
        most: 10,
        ..Settings::default()
    };
    let person = test.annas();
    let recall = || async {
        let recalled = person.recall("?", Some(&question), &settings).await.unwrap();
        recalled.passages.into_iter().map(|r| r.text).collect::<Vec<_>>()
    };
    let scanned = recall().await;
    vector_index::keep_indexes(&test.database.owner).await.unwrap();
    assert_eq!(indexes(&mut superuser).await, 1, "Ben's few passages need none");
    let found = recall().await;
    let same = found.iter().filter(|text| scanned.contains(text)).count();
    assert!(same >= 9, "{found:?} instead of {scanned:?}");
    test.backend.accounts().remove_user(test.anna).await.unwrap();
    vector_index::keep_indexes(&test.database.owner).await.unwrap();
    assert_eq!(
        indexes(&mut superuser).await,
        0,
        "whoever is gone leaves no index"
    );
}

/// A memory of Anna's with its source messages, embedded.
async fn known(test: &TestBackend, statement: &str, sources: Vec<MessageId>) -> MemoryId {
    let anna = test.annas();
    let memory = NewMemory {
        sources,
        ..NewMemory::told(statement)
    };
    let id = anna.keep_memory(memory).await.unwrap();
    anna.embed_memory_now(id).await.unwrap();
    id
}

async fn message_that_says(test: &TestBackend, text: &str) -> MessageId {
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let id = sqlx::query_scalar("select message_id from passages where text = $1")
        .bind(text)
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    MessageId(id)
}

async fn recalled(person: &UserBackend, question: &str) -> Recall {
    let settings = Settings {
        threshold: ANY,
        ..Settings::default()
    };
    let vector = person.question_vector(question).await;
    person.recall(question, vector.as_ref(), &settings).await.unwrap()
}

fn statements(recall: &Recall) -> Vec<&str> {
    recall.memories.iter().map(|m| m.statement.as_str()).collect()
}

#[tokio::test]
async fn a_passage_is_found_by_the_memory_made_from_it() {
    let test = TestBackend::start().await;
    let (own, day) = (SpaceId(test.anna.0), on(2025, 3, 2));
    for text in [
        "He finally said yes",
        "It was cold by the river",
        "The train was late",
    ] {
        store_conversation(&test, own, &[(test.anna, day, text)]).await;
    }
    let source = message_that_says(&test, "He finally said yes").await;
    known(&test, "Tom accepted the marriage proposal", vec![source]).await;
    let person = test.annas();
    let question = "Who accepted a marriage proposal?";
    let found = recalled(&person, question).await;
    assert_eq!(found.passages[0].text, "He finally said yes");
    assert_eq!(statements(&found), ["Tom accepted the marriage proposal"]);
}

#[tokio::test]
async fn a_memory_is_left_out_beside_a_passage_that_says_the_same() {
    let test = TestBackend::start().await;
    let text = "Our dog Biscuit sleeps on the sofa";
    store_conversation(&test, SpaceId(test.anna.0), &[(test.anna, on(2025, 3, 2), text)]).await;
    let source = message_that_says(&test, text).await;
    known(&test, "Biscuit the dog sleeps on the sofa", vec![source]).await;
    let found = recalled(&test.annas(), "Where does Biscuit sleep?").await;
    assert_eq!(found.passages.len(), 1);
    assert_eq!(statements(&found), [""; 0]);
}

#[tokio::test]
async fn ended_memories_come_after_current_ones_and_forgotten_ones_never() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let old = known(&test, "I live in Porto near the harbour", Vec::new()).await;
    let new = anna
        .change_memory(old, "I live in Lisbon near the harbour")
        .await
        .unwrap();
    anna.embed_memory_now(new).await.unwrap();
    let question = "Which city do I live in, near which harbour?";
    let found = recalled(&anna, question).await;
    assert_eq!(
        statements(&found),
        [
            "I live in Lisbon near the harbour",
            "I live in Porto near the harbour"
        ]
    );
    assert_eq!(
        found
            .memories
            .iter()
            .map(|m| m.ended_at.is_some())
            .collect::<Vec<_>>(),
        [false, true]
    );
    anna.forget_memory(old).await.unwrap();
    assert_eq!(
        statements(&recalled(&anna, question).await),
        ["I live in Lisbon near the harbour"]
    );
}

#[tokio::test]
async fn memories_of_others_and_of_conversations_without_memory_stay_out() {
    let test = TestBackend::start().await;
    let text = "The accordion is in the cellar";
    store_conversation(&test, SpaceId(test.anna.0), &[(test.anna, on(2025, 3, 2), text)]).await;
    let source = message_that_says(&test, text).await;
    known(
        &test,
        "Anna's accordion is below the stairs in a black wooden trunk",
        vec![source],
    )
    .await;
    let question = "Where is the accordion?";
    assert_eq!(recalled(&test.annas(), question).await.memories.len(), 1);
    let ben = test.backend.for_user(test.person("Ben").await);
    assert_eq!(recalled(&ben, question).await.memories.len(), 0);
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    sqlx::query("update conversations set memory = false where id = (select conversation_id from messages where id = $1)")
        .bind(source.0)
        .execute(&mut superuser)
        .await
        .unwrap();
    assert_eq!(recalled(&test.annas(), question).await.memories.len(), 0);
}

#[tokio::test]
async fn a_reranker_decides_the_order_unless_it_is_away() {
    let judge = FakeModelServer::start().await;
    let asked = "Where is the spare key of the garden shed?";
    let answers = "Spare key garden shed behind barrel";
    // Has more of the literal words of the question, which the scripted reranker counts.
    let shares_words = "The garden is where the children of the neighbour play";
    for (url, best) in [
        (judge.url(), shares_words),
        ("http://127.0.0.1:9".to_owned(), answers),
    ] {
        let test = TestBackend::start_with(|config| {
            config.reranker = Some(Arc::new(RerankServer::new(&url)));
        })
        .await;
        let said = [answers, shares_words].map(|text| (test.anna, on(2025, 3, 2), text));
        store_conversation(&test, SpaceId(test.anna.0), &said).await;
        let order = in_order(&test.annas(), asked).await;
        assert_eq!((order.len(), &*order[0]), (2, best));
    }
    let sent = judge.requests().pop().unwrap().body;
    assert_eq!((&sent["query"], &sent["top_n"]), (&asked.into(), &2.into()));
}
