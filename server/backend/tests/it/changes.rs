//! What was true and is no longer: the old statement is never recalled alone. Days are kept with their dates.

use crate::talk::{ask, drawn};
use chrono::{Datelike, Days, Utc};
use hearth_backend::{
    UserBackend,
    retrieval::recall::{Recall, Settings},
    testing::TestBackend,
};
use hearth_inference::fake::{Recorded, Reply};
use hearth_types::MemoryFilter;
use std::time::Duration;

/// A server whose conversations count as idle at once, with a model that takes every sentence for a fact.
async fn server() -> TestBackend {
    let test = TestBackend::start_with(|config| config.facts_after = Duration::ZERO).await;
    test.fake.respond_with(|request: &Recorded| {
        if request.schema().is_none() {
            return Reply::text("Good.");
        }
        let text = request.last_message();
        let said = text.lines().filter_map(|line| line.split_once(". "));
        let notes: Vec<_> = said
            .zip(1..)
            .map(|((_, said), line)| serde_json::json!({"line": line, "note": said, "about": "", "kind": "fact"}))
            .collect();
        Reply::text(&serde_json::json!({ "notes": notes }).to_string())
    });
    test
}

async fn recalled(person: &UserBackend, question: &str) -> Recall {
    let vector = person.question_vector(question).await;
    let settings = Settings::default();
    person.recall(question, vector.as_ref(), &settings).await.unwrap()
}

fn texts(found: &Recall) -> Vec<String> {
    let passages = found.passages.iter().map(|passage| passage.text.clone());
    let memories = found.memories.iter().map(|memory| memory.statement.clone());
    passages.chain(memories).collect()
}

/// What was said, what is true now, and a question with a word of the old answer.
const CHANGED: [(&str, &str, &str); 20] = [
    (
        "I live in Lisbon.",
        "I moved from Lisbon to Porto.",
        "Where do I live?",
    ),
    (
        "I work at the harbour.",
        "I work at the hospital now.",
        "Where do I work?",
    ),
    (
        "My car is a red Fiat.",
        "I drive a blue Volvo now.",
        "Which car do I drive?",
    ),
    ("I don't eat meat.", "I eat meat again.", "Do I eat meat?"),
    (
        "My favourite colour is blue.",
        "My favourite colour is green.",
        "What is my favourite colour?",
    ),
    (
        "My doctor is Dr Reis.",
        "My doctor is Dr Lopes.",
        "Who is my doctor?",
    ),
    (
        "I park on level 3.",
        "I park on level 2.",
        "On which level do I park?",
    ),
    ("I weigh 84 kilos.", "I weigh 80 kilos.", "How much do I weigh?"),
    ("I smoke a lot.", "I quit smoking.", "Do I smoke?"),
    (
        "My dog is called Biscuit.",
        "My dog Biscuit died in March.",
        "What is my dog called?",
    ),
    ("I like liver.", "I don't like liver.", "Do I like liver?"),
    (
        "My landlord is Mr Costa.",
        "My landlord is Mrs Dias.",
        "Who is my landlord?",
    ),
    (
        "My desk is in room 12.",
        "My desk is in room 40.",
        "In which room is my desk?",
    ),
    (
        "My locker has the number 4471.",
        "My locker has the number 90.",
        "Which number has my locker?",
    ),
    ("I study physics.", "I study law.", "What do I study?"),
    (
        "Ich wohne in Bremen.",
        "Ich bin nach Hamburg gezogen.",
        "Wo wohne ich?",
    ),
    ("Ich esse kein Brot.", "Ich esse wieder Brot.", "Esse ich Brot?"),
    ("我住在北京。", "我从北京搬到上海了。", "我住在哪里？"),
    ("我不吃羊肉。", "我又吃羊肉了。", "我吃羊肉吗？"),
    (
        "我最喜欢的水果是苹果。",
        "我最喜欢的水果是西瓜。",
        "我最喜欢的水果是什么？",
    ),
];

fn bare(statement: &str) -> &str {
    statement.trim_end_matches(['.', '。'])
}

#[tokio::test]
async fn of_twenty_facts_that_changed_the_old_one_is_never_recalled_alone() {
    let test = server().await;
    let (mut alone, mut silent) = (Vec::new(), Vec::new());
    for (number, (old, new, question)) in CHANGED.into_iter().enumerate() {
        // A person for each, because one has a home, whichever language they say it in.
        let person = test
            .backend
            .for_user(test.person(&format!("Person {number}")).await);
        ask(&person, None, old).await;
        drawn(&test).await;
        ask(&person, None, new).await;
        drawn(&test).await;
        let texts = texts(&recalled(&person, question).await);
        let says = |statement: &str| texts.iter().any(|text| text.contains(bare(statement)));
        if says(old) && !says(new) {
            alone.push((question, texts.clone()));
        }
        if !says(new) {
            silent.push((question, texts.clone()));
        }
    }
    assert!(alone.is_empty(), "{alone:#?}");
    assert!(silent.is_empty(), "{silent:#?}");
}

#[tokio::test]
async fn the_old_statement_is_recalled_where_the_past_is_asked_for_and_the_new_one_with_it() {
    let test = server().await;
    let anna = test.annas();
    ask(&anna, None, "I live in Lisbon.").await;
    drawn(&test).await;
    ask(&anna, None, "I moved from Lisbon to Porto.").await;
    drawn(&test).await;
    let texts = texts(&recalled(&anna, "Where did I live before Porto?").await);
    assert!(
        texts.iter().any(|text| text.contains("I live in Lisbon")),
        "{texts:?}"
    );
    assert!(
        texts
            .iter()
            .any(|text| text.contains("I moved from Lisbon to Porto")),
        "{texts:?}"
    );
}

#[tokio::test]
async fn a_message_that_also_says_what_is_still_true_is_recalled_with_what_is_true_now() {
    let test = server().await;
    let anna = test.annas();
    let long = "I live in Lisbon. My piano teacher Rosa lives upstairs and gives lessons on Wednesdays after school.";
    ask(&anna, None, long).await;
    drawn(&test).await;
    ask(&anna, None, "I moved from Lisbon to Porto.").await;
    drawn(&test).await;
    let found = recalled(
        &anna,
        "Where do I live, and when are the lessons of my piano teacher Rosa?",
    )
    .await;
    let texts = texts(&found);
    assert!(
        texts.iter().any(|text| text.contains("lessons on Wednesdays")),
        "{texts:?}"
    );
    assert!(texts.iter().any(|text| text.contains("to Porto")), "{texts:?}");
}

#[tokio::test]
async fn a_statement_stands_before_an_earlier_question_and_a_models_echo() {
    let test = server().await;
    test.fake
        .respond_with(|request: &Recorded| match request.schema() {
            Some(_) => Reply::text(r#"{"notes":[]}"#),
            None => Reply::text(
                "Your spare bicycle key hangs behind the kitchen door of the blue house, as you said.",
            ),
        });
    let anna = test.annas();
    ask(
        &anna,
        None,
        "Where have I put the spare bicycle key of the blue house?",
    )
    .await;
    ask(
        &anna,
        None,
        "The spare key of my bicycle hangs behind the kitchen door.",
    )
    .await;
    drawn(&test).await;
    let found = recalled(&anna, "Where is my spare bicycle key?").await;
    let first = &found.passages[0];
    assert!(
        first.text.starts_with("The spare key of my bicycle"),
        "{:?}",
        texts(&found)
    );
}

#[tokio::test]
async fn a_day_counted_from_today_is_kept_with_its_date() {
    let test = server().await;
    let anna = test.annas();
    ask(&anna, None, "My sister's wedding is tomorrow.").await;
    drawn(&test).await;
    ask(
        &anna,
        None,
        "Remember that my flight to Porto leaves the day after tomorrow.",
    )
    .await;
    let memories = anna
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap()
        .memories;
    let statements: Vec<&str> = memories.iter().map(|memory| memory.statement.as_str()).collect();
    // The test may run over midnight.
    let is_dated = |days: u64, statement: &str| {
        [0, 1].into_iter().any(|late| {
            let day = Utc::now().date_naive() + Days::new(days) - Days::new(late);
            statement.ends_with(&format!("({} {} {})", day.day(), day.format("%B"), day.year()))
        })
    };
    let of = |start: &str| {
        *statements
            .iter()
            .find(|statement| statement.starts_with(start))
            .expect(start)
    };
    assert!(
        is_dated(1, of("My sister's wedding is tomorrow")),
        "{statements:?}"
    );
    assert!(
        is_dated(2, of("my flight to Porto leaves the day after tomorrow")),
        "{statements:?}"
    );
}
