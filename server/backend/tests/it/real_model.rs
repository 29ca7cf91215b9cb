//! The same house over a real Ollama. `cargo xtask test` gives its address and small models; by hand:
//! `HEARTH_TEST_OLLAMA_URL`, `HEARTH_TEST_CHAT_MODEL`, `HEARTH_TEST_EMBED_MODEL`, `HEARTH_TEST_REAL_MODEL`.

use crate::talk::{Tab, ask, message, settled};
use hearth_backend::{UserBackend, testing::TestHouse};
use hearth_inference::ServerKind;
use hearth_types::{AnswerStatus, Event, MemoryFilter, RecalledPassage};
use sqlx::Connection;

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

/// What people say in passing, and words of what should be kept of it; none where nothing should.
const CONVERSATIONS: [(&str, &[&str]); 20] = [
    (
        "We moved from Porto to Lisbon last month. Which bakery should I try first?",
        &["lisbon"],
    ),
    (
        "My dog is called Biscuit and he is allergic to chicken.",
        &["biscuit", "chicken"],
    ),
    ("I'm a carpenter. How do I get glue off oak?", &["carpenter"]),
    (
        "I prefer window seats on trains, aisles make me nervous.",
        &["window"],
    ),
    ("What is the capital of France?", &[]),
    ("I'm so tired today. Tell me a joke.", &[]),
    (
        "I play the cello in an amateur orchestra every Thursday.",
        &["cello"],
    ),
    (
        "Our cat Pepper hides under the sofa whenever the bell rings.",
        &["pepper"],
    ),
    (
        "I have never eaten an oyster, and I don't drink coffee. What goes with toast?",
        &["coffee"],
    ),
    ("Translate this: I live in Berlin and my name is Karl.", &[]),
    ("Biscuit died in March. How do I tell the children?", &["march"]),
    ("Write a story in which I am a pirate on the moon.", &[]),
    ("我们从波尔图搬到里斯本了。附近有什么好吃的？", &["里斯本"]),
    ("我的狗叫饼干，它对鸡肉过敏。", &["饼干"]),
    ("我是木匠。怎么去掉橡木上的胶水？", &["木匠"]),
    ("我喜欢坐靠窗的位置。", &["窗"]),
    ("法国的首都是哪里？", &[]),
    ("我每周四在业余乐团拉大提琴。", &["大提琴"]),
    ("今天好累，讲个笑话吧。", &[]),
    ("翻译：我住在柏林，我叫卡尔。", &[]),
];

/// Sends, and lets the answer go once it begins: only what is drawn afterwards matters here.
async fn tell_in_passing(house: &TestHouse, text: &str) -> Vec<String> {
    let person = house.annas();
    let mut tab = Tab::open(&person).await;
    let sent = person.send(message(None, text)).await.unwrap();
    person.stop_answer(sent.answer).await.ok();
    tab.ended(sent.answer).await;
    for _ in 0..600 {
        if !waits_for_facts(house).await {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    let page = person
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap();
    let drawn = page
        .memories
        .iter()
        .map(|memory| format!("{} [{:?}, {:?}]", memory.statement, memory.kind, memory.state));
    let drawn: Vec<_> = drawn.collect();
    person.delete_conversation(sent.conversation).await.unwrap();
    drawn
}

async fn waits_for_facts(house: &TestHouse) -> bool {
    let mut superuser = sqlx::PgConnection::connect_with(&house.database.superuser)
        .await
        .unwrap();
    sqlx::query_scalar("select exists (select from jobs where kind = 'facts' and failed_at is null)")
        .fetch_one(&mut superuser)
        .await
        .unwrap()
}

/// A table to read, not a bar to clear: what a small model makes of twenty short conversations.
#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn facts_of_twenty_conversations_with_a_real_model() {
    let house = real_house_resting("HEARTH_TEST_REAL_MODEL", std::time::Duration::ZERO)
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let (mut right, mut missed, mut wrong, mut silent) = (0, 0, 0, 0);
    for (told, wanted) in CONVERSATIONS {
        let began = std::time::Instant::now();
        let drawn = tell_in_passing(&house, told).await;
        let all = drawn.join(" | ").to_lowercase();
        let found = wanted.iter().filter(|word| all.contains(**word)).count();
        right += found;
        missed += wanted.len() - found;
        if wanted.is_empty() {
            wrong += drawn.len();
            silent += usize::from(drawn.is_empty());
        }
        eprintln!(
            "{:>5.1} s  {found}/{}  {told}\n         -> {all}",
            began.elapsed().as_secs_f32(),
            wanted.len()
        );
    }
    eprintln!(
        "wanted and kept {right}, missed {missed}; kept where nothing was wanted {wrong}, rightly silent {silent} of 7"
    );
}

/// A house whose model server is real; none without an address, which is said.
async fn real_house(model_variable: &str) -> Option<TestHouse> {
    // Nothing rests so long within one of these tests.
    real_house_resting(model_variable, std::time::Duration::from_secs(3600)).await
}

/// The same, where a conversation has rested after this time.
async fn real_house_resting(model_variable: &str, facts_after: std::time::Duration) -> Option<TestHouse> {
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
        config.facts_after = facts_after;
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
