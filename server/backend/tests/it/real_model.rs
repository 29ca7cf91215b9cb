//! The same house over a real Ollama. `cargo xtask test` gives its address and small models; by hand:
//! `HEARTH_TEST_OLLAMA_URL`, `HEARTH_TEST_CHAT_MODEL`, `HEARTH_TEST_EMBED_MODEL`, `HEARTH_TEST_REAL_MODEL`.

use crate::talk::{Tab, ask, message, settled};
use hearth_backend::{UserBackend, testing::TestHouse};
use hearth_inference::ServerKind;
use hearth_types::{AnswerStatus, Event, RecalledPassage};

const TOLD: &str = "My dog is called Biscuit and he is allergic to chicken.";
const ASKED: &str = "What must I not feed my dog?";
const UNRELATED: [&str; 10] = [
    "What is the capital of France?",
    "How long do I boil an egg?",
    "What is 17 times 23?",
    "Write a haiku about rain.",
    "How do I undo the last commit in git?",
    "Translate good morning into Portuguese.",
    "Why is the sky blue?",
    "Suggest a name for a sailing boat.",
    "How many days are in a leap year?",
    "今天适合种番茄吗？",
];

/// A house whose model server is real; none without an address, which is said.
async fn real_house(model_variable: &str) -> Option<TestHouse> {
    let setting = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (Some(url), Some(chat)) = (setting("HEARTH_TEST_OLLAMA_URL"), setting(model_variable)) else {
        eprintln!("skipped: HEARTH_TEST_OLLAMA_URL or {model_variable} is not set");
        return None;
    };
    let house = TestHouse::start_with(|config| {
        config.model_server = hearth_inference::connect(&url, ServerKind::Ollama);
        config.chat_model = Some(chat);
        config.embedding_model = setting("HEARTH_TEST_EMBED_MODEL");
        config.num_ctx = 2048;
    });
    Some(house.await)
}

/// What was recalled for a message. Its answer is stopped once it begins: its words do not matter here.
async fn recalled_for(person: &UserBackend, text: &str) -> Vec<RecalledPassage> {
    let mut tab = Tab::open(person).await;
    let sent = person.send(message(None, text)).await.unwrap();
    tab.until(|event| match event {
        Event::AnswerTail { answer, .. } | Event::AnswerEnded { answer, .. } => {
            (answer == sent.answer).then_some(())
        }
        _ => None,
    })
    .await;
    person.stop_answer(sent.answer).await.ok();
    let opened = person.open_conversation(sent.conversation, None).await.unwrap();
    let recalled = opened.messages[1].answer.as_ref().unwrap().recalled.clone();
    // Nothing of this question is to be recalled for the next one.
    person.delete_conversation(sent.conversation).await.unwrap();
    recalled
}

#[tokio::test]
async fn a_small_model_on_a_real_server_answers() {
    let Some(house) = real_house("HEARTH_TEST_CHAT_MODEL").await else {
        return;
    };
    let (_, answer) = ask(&house.annas(), None, "Say hello in one short sentence.").await;
    assert_eq!(answer.answer.unwrap().status, AnswerStatus::Done);
    assert!(!answer.text.trim().is_empty());
}

#[tokio::test]
async fn a_real_embedder_recalls_what_bears_on_the_question_and_nothing_else() {
    let Some(house) = real_house("HEARTH_TEST_CHAT_MODEL").await else {
        return;
    };
    let anna = house.annas();
    ask(&anna, None, TOLD).await;
    settled(&house).await;
    let recalled = recalled_for(&anna, ASKED).await;
    assert_eq!(recalled.first().map(|r| r.excerpt.as_str()), Some(TOLD));
    for question in UNRELATED {
        let recalled = recalled_for(&anna, question).await;
        assert!(recalled.is_empty(), "{question}: {recalled:?}");
    }
    let ben = house.backend.for_user(house.person("Ben").await);
    assert!(
        recalled_for(&ben, ASKED).await.is_empty(),
        "somebody else's memory"
    );
}

/// `cargo xtask test --real-model`: a model whose answers can be checked.
#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn remembers_with_a_real_model() {
    let house = real_house("HEARTH_TEST_REAL_MODEL")
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let anna = house.annas();
    ask(&anna, None, TOLD).await;
    settled(&house).await;
    let (_, answer) = ask(&anna, None, ASKED).await;
    eprintln!("answer: {}", answer.text);
    assert!(answer.text.to_lowercase().contains("chicken"), "{}", answer.text);
    assert_eq!(
        answer
            .answer
            .unwrap()
            .recalled
            .first()
            .map(|r| r.excerpt.as_str()),
        Some(TOLD)
    );
    for question in UNRELATED {
        let recalled = recalled_for(&anna, question).await;
        assert!(recalled.is_empty(), "{question}: {recalled:?}");
    }
    let ben = house.backend.for_user(house.person("Ben").await);
    let (_, answer) = ask(&ben, None, ASKED).await;
    eprintln!("a stranger's answer: {}", answer.text);
    assert!(answer.answer.unwrap().recalled.is_empty());
}
