//! The backend with a real Ollama. `cargo xtask test` gives its address and small models; by hand:
//! `HEARTH_TEST_OLLAMA_URL`, `HEARTH_TEST_CHAT_MODEL`, `HEARTH_TEST_EMBED_MODEL`, `HEARTH_TEST_REAL_MODEL`.

use crate::talk::{Tab, ask, message, settled};
use chrono::{Duration, Utc};
use hearth_backend::{
    UserBackend,
    evaluation::{Recorded, RecordedMessage},
    testing::TestBackend,
};
use hearth_inference::ServerKind;
use hearth_types::{
    AnswerStatus, ConversationId, Event, Memory, MemoryFilter, Message, RecalledPassage, SpaceId,
};
use sqlx::Connection;
use uuid::Uuid;

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

/// Messages that mention facts in passing, with words of the facts that should be kept; empty when none should be.
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

/// Sends a message and stops the answer when it begins: only the extraction afterwards matters here. Returns the
/// person's memories.
pub async fn tell_in_passing(test: &TestBackend, person: &UserBackend, text: &str) -> Vec<Memory> {
    let mut tab = Tab::open(person).await;
    let sent = person.send(message(None, text)).await.unwrap();
    person.stop_answer(sent.answer).await.ok();
    tab.ended(sent.answer).await;
    until_facts_are_drawn(test).await;
    let page = person
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap();
    person.delete_conversation(sent.conversation).await.unwrap();
    page.memories
}

/// Waits for extraction, which takes minutes on a small machine.
pub async fn until_facts_are_drawn(test: &TestBackend) {
    for _ in 0..600 {
        if !waits_for_facts(test).await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    panic!("facts are not drawn in ten minutes");
}

async fn waits_for_facts(test: &TestBackend) -> bool {
    let mut superuser = sqlx::PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    sqlx::query_scalar("select exists (select from jobs where kind = 'facts' and failed_at is null)")
        .fetch_one(&mut superuser)
        .await
        .unwrap()
}

/// Prints a table of the facts that a small model extracts from twenty short conversations; asserts no figures.
#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn facts_of_twenty_conversations_with_a_real_model() {
    let test = real_backend_resting("HEARTH_TEST_REAL_MODEL", std::time::Duration::ZERO)
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let (mut right, mut missed, mut wrong, mut silent) = (0, 0, 0, 0);
    for (text, wanted) in CONVERSATIONS {
        let began = std::time::Instant::now();
        let drawn = tell_in_passing(&test, &test.annas(), text).await;
        let shown = drawn
            .iter()
            .map(|memory| format!("{} [{:?}, {:?}]", memory.statement, memory.kind, memory.state));
        let all = shown.collect::<Vec<_>>().join(" | ").to_lowercase();
        let found = wanted.iter().filter(|word| all.contains(**word)).count();
        right += found;
        missed += wanted.len() - found;
        if wanted.is_empty() {
            wrong += drawn.len();
            silent += usize::from(drawn.is_empty());
        }
        eprintln!(
            "{:>5.1} s  {found}/{}  {text}\n         -> {all}",
            began.elapsed().as_secs_f32(),
            wanted.len()
        );
    }
    eprintln!(
        "wanted and kept {right}, missed {missed}; kept where nothing was wanted {wrong}, rightly silent {silent} of 7"
    );
}

/// A backend with a real model server; none, with a message, when no address is given.
async fn real_backend(model_variable: &str) -> Option<TestBackend> {
    // No conversation of these tests is idle for so long.
    real_backend_resting(model_variable, std::time::Duration::from_secs(3600)).await
}

/// The same, with this time until a conversation counts as idle.
pub async fn real_backend_resting(
    model_variable: &str,
    facts_after: std::time::Duration,
) -> Option<TestBackend> {
    let setting = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (Some(url), Some(chat)) = (setting("HEARTH_TEST_OLLAMA_URL"), setting(model_variable)) else {
        eprintln!("skipped: HEARTH_TEST_OLLAMA_URL or {model_variable} is not set");
        return None;
    };
    let test = TestBackend::start_with(|config| {
        config.model_server = hearth_inference::connect(&url, ServerKind::Ollama);
        config.chat_model = Some(chat);
        config.embedding_model = setting("HEARTH_TEST_EMBED_MODEL");
        config.num_ctx = 2048;
        config.facts_after = facts_after;
    });
    Some(test.await)
}

/// The passages recalled for a message. The answer is stopped when it begins, because its text does not matter here.
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
    // So that this question is not recalled for the next one.
    person.delete_conversation(sent.conversation).await.unwrap();
    recalled
}

#[tokio::test]
async fn a_small_model_on_a_real_server_answers() {
    let Some(test) = real_backend("HEARTH_TEST_CHAT_MODEL").await else {
        return;
    };
    let (_, answer) = ask(&test.annas(), None, "Say hello in one short sentence.").await;
    assert_eq!(answer.answer.unwrap().status, AnswerStatus::Done);
    assert!(!answer.text.trim().is_empty());
}

#[tokio::test]
async fn a_real_embedder_recalls_only_relevant_passages() {
    let Some(test) = real_backend("HEARTH_TEST_CHAT_MODEL").await else {
        return;
    };
    let anna = test.annas();
    ask(&anna, None, TOLD).await;
    settled(&test).await;
    let recalled = recalled_for(&anna, ASKED).await;
    assert_eq!(recalled.first().map(|r| r.excerpt.as_str()), Some(TOLD));
    for question in UNRELATED {
        let recalled = recalled_for(&anna, question).await;
        assert!(recalled.is_empty(), "{question}: {recalled:?}");
    }
    let ben = test.backend.for_user(test.person("Ben").await);
    assert!(
        recalled_for(&ben, ASKED).await.is_empty(),
        "somebody else's memory"
    );
}

/// `cargo xtask test --real-model`: a model whose answers can be checked.
#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn remembers_with_a_real_model() {
    let test = real_backend("HEARTH_TEST_REAL_MODEL")
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let anna = test.annas();
    ask(&anna, None, TOLD).await;
    settled(&test).await;
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
    let ben = test.backend.for_user(test.person("Ben").await);
    let (_, answer) = ask(&ben, None, ASKED).await;
    eprintln!("a stranger's answer: {}", answer.text);
    assert!(answer.answer.unwrap().recalled.is_empty());
}

/// Questions about the person's life whose answer was never given.
const NOT_TOLD: [&str; 14] = [
    "Which number has my locker at the pool?",
    "What is my cat called?",
    "When is my sister's birthday?",
    "What is our landlord called?",
    "Where did I put the spare key?",
    "Which car do I drive?",
    "What is the name of my dentist?",
    "On which level of the garage did I park the car?",
    "What did I have for dinner yesterday?",
    "Which medicine do I take in the morning?",
    "我的猫叫什么名字？",
    "我妹妹的生日是哪一天？",
    "我把备用钥匙放在哪里了？",
    "我的储物柜是几号？",
];

/// General questions, some of them with "my".
const ANYBODY_ASKS: [&str; 12] = [
    "What can I cook tonight with rice, eggs and leeks?",
    "How do I get red wine out of my white shirt?",
    "My laptop has become slow. What should I try first?",
    "How can I tell my boss that I am ill today?",
    "How long can I keep cooked rice in my fridge?",
    "I have a headache. What helps?",
    "How do I boil my eggs soft?",
    "What should I wear to my job interview?",
    "What is the capital of Portugal?",
    "我怎么去除衬衫上的红酒渍？",
    "我头疼，怎么办？",
    "面试时我应该穿什么？",
];

/// Whether an answer admits that it does not know.
fn does_not_know(answer: &str) -> bool {
    let answer = answer.to_lowercase().replace('’', "'");
    let ways = [
        "don't know",
        "do not know",
        "not told",
        "n't told",
        "don't have",
        "cannot",
        "not mentioned",
        "no information",
        "不知道",
        "没有告诉",
        "没有提到",
    ];
    ways.iter().any(|way| answer.contains(way))
}

/// `cargo xtask test --real-model`: a small model mostly admits what it does not know, and answers general questions.
#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn a_real_model_mostly_admits_unknown_facts_and_answers_general_questions() {
    let test = real_backend("HEARTH_TEST_REAL_MODEL")
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let anna = test.annas();
    let mut unknown = Vec::new();
    for question in NOT_TOLD.into_iter().chain(ANYBODY_ASKS) {
        let (sent, answer) = ask(&anna, None, question).await;
        let admitted = does_not_know(&answer.text);
        let text = answer.text.lines().next().unwrap_or_default();
        eprintln!(
            "{} {question} -> {text}",
            if admitted {
                "does not know"
            } else {
                "-            "
            }
        );
        unknown.push(admitted);
        anna.delete_conversation(sent.conversation).await.unwrap();
    }
    let (not_told, anybody) = unknown.split_at(NOT_TOLD.len());
    let count = |answers: &[bool]| answers.iter().filter(|unknown| **unknown).count();
    let (honest, refused) = (count(not_told), count(anybody));
    eprintln!(
        "{honest} of {} not invented, {refused} of {} refused",
        not_told.len(),
        anybody.len()
    );
    // Without the line from the context: 1 or 2.
    assert!(honest >= NOT_TOLD.len() / 2, "{honest}");
    assert!(refused <= 2, "{refused}");
}

/// An answer must contain a word, or admit that it does not know.
enum Wanted {
    Word(&'static str),
    DoesNotKnow,
}

/// Messages, each in its own conversation, and questions between them with the expected answer.
const CHANGES: [(&str, Option<Wanted>); 11] = [
    ("I live in Porto, in a small flat by the river.", None),
    ("In which city do I live?", Some(Wanted::Word("porto"))),
    ("We moved from Porto to Lisbon last month.", None),
    ("In which city do I live now?", Some(Wanted::Word("lisbon"))),
    ("In which city did I live before?", Some(Wanted::Word("porto"))),
    ("My dog Biscuit died in March.", None),
    (
        "In which month did my dog Biscuit die?",
        Some(Wanted::Word("march")),
    ),
    ("The number of my locker at the pool is 4471.", None),
    (
        "Which number has my locker at the pool?",
        Some(Wanted::Word("4471")),
    ),
    ("Forget that the number of my locker at the pool is 4471.", None),
    (
        "Which number has my locker at the pool?",
        Some(Wanted::DoesNotKnow),
    ),
];

/// `cargo xtask test --real-model`: questions about what is true now, what was true before, and what was forgotten.
#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn a_real_model_answers_according_to_changed_and_forgotten_facts() {
    let test = real_backend_resting("HEARTH_TEST_REAL_MODEL", std::time::Duration::ZERO)
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let anna = test.annas();
    let mut wrong = Vec::new();
    for (text, wanted) in CHANGES {
        let (sent, answer) = ask(&anna, None, text).await;
        let Some(wanted) = wanted else {
            settled(&test).await;
            until_facts_are_drawn(&test).await;
            settled(&test).await;
            continue;
        };
        let right = match wanted {
            Wanted::Word(word) => answer.text.to_lowercase().contains(word),
            Wanted::DoesNotKnow => does_not_know(&answer.text),
        };
        eprintln!(
            "{} {text} -> {}",
            if right { "right" } else { "WRONG" },
            answer.text.trim()
        );
        if !right {
            wrong.push(text);
        }
        // So that this question is not recalled for the next one.
        anna.delete_conversation(sent.conversation).await.unwrap();
    }
    assert_eq!(wrong, [""; 0]);
}

/// The first message of a long conversation, the question at its end, and a word of the right answer.
const HEADS: [(&str, &str, &str); 20] = [
    (
        "My locker at the pool has the number 4471.",
        "Which number has my locker at the pool?",
        "4471",
    ),
    (
        "Our landlord is called Mr Brandvold.",
        "What is our landlord called?",
        "brandvold",
    ),
    (
        "I parked the car on level 7 of the garage.",
        "On which level of the garage did I park the car?",
        "7",
    ),
    (
        "My aunt Petra lives in Tromsø.",
        "Where does my aunt Petra live?",
        "troms",
    ),
    (
        "The spare key is under the blue flowerpot.",
        "Where is the spare key?",
        "flowerpot",
    ),
    (
        "My piano teacher comes on Wednesdays.",
        "On which day does my piano teacher come?",
        "wednesday",
    ),
    (
        "I am allergic to hazelnuts.",
        "What am I allergic to?",
        "hazelnut",
    ),
    (
        "Our wedding was in a village called Sintra.",
        "In which village was our wedding?",
        "sintra",
    ),
    (
        "The wifi password of the cabin is heron-ladder.",
        "What is the wifi password of the cabin?",
        "heron",
    ),
    (
        "My bicycle has a frame of 56 centimetres.",
        "How large is the frame of my bicycle?",
        "56",
    ),
    (
        "Our neighbour's parrot is called Admiral.",
        "What is our neighbour's parrot called?",
        "admiral",
    ),
    (
        "I planted quinces behind the shed.",
        "What did I plant behind the shed?",
        "quince",
    ),
    (
        "The plumber comes at half past ten.",
        "When does the plumber come?",
        "ten",
    ),
    (
        "My grandmother was born in 1931.",
        "In which year was my grandmother born?",
        "1931",
    ),
    ("我的储物柜号码是4471。", "我的储物柜号码是多少？", "4471"),
    ("我们的房东叫陈建国。", "我们的房东叫什么名字？", "陈建国"),
    ("备用钥匙在蓝色花盆下面。", "备用钥匙在哪里？", "花盆"),
    ("我的钢琴老师每周三来。", "我的钢琴老师星期几来？", "三|wednesday"),
    ("我对榛子过敏。", "我对什么过敏？", "榛子"),
    ("奶奶出生于1931年。", "奶奶是哪一年出生的？", "1931"),
];

/// Small talk: a message and an answer of about 130 tokens together.
fn small_talk(number: usize) -> [String; 2] {
    const ABOUT: [&str; 11] = [
        "tides",
        "bridges",
        "sourdough",
        "comets",
        "chess openings",
        "glaciers",
        "typewriters",
        "beekeeping",
        "lighthouses",
        "origami",
        "volcanoes",
    ];
    let (one, other) = (ABOUT[number % 11], ABOUT[(number * 7 + 3) % 11]);
    [
        format!(
            "Explain in round {number} how {one} work and what they have to do with {other}. I read about both in a \
             magazine and did not follow what the author meant by the comparison at the end of the article."
        ),
        format!(
            "The comparison rests on patience: {one} follow slow rules that can be written down, and so do {other}. \
             The article says that whoever watches {one} for long enough sees the pattern before the explanation, \
             while with {other} it is the other way round. Neither needs the other, and both reward a careful eye. \
             In round {number} the author simply put them next to each other and let the reader find the rest."
        ),
    ]
}

/// A conversation four times longer than the window, beginning with `head`.
async fn long_conversation(test: &TestBackend, person: &UserBackend, head: &str) -> ConversationId {
    const WINDOW: u32 = 2048;
    let (mut texts, mut tokens) = (vec![head.to_owned(), "I will keep that in mind.".to_owned()], 0);
    while tokens < 4 * WINDOW {
        let said = small_talk(texts.len());
        tokens += said
            .iter()
            .map(|text| hearth_backend::turn::tokens(text))
            .sum::<u32>();
        texts.extend(said);
    }
    let begun = Utc::now() - Duration::days(2);
    let messages: Vec<RecordedMessage> = texts
        .into_iter()
        .zip(0_i32..)
        .map(|(text, at)| RecordedMessage {
            author: (at % 2 == 0).then_some(test.anna),
            at: begun + Duration::minutes(at.into()),
            text,
        })
        .collect();
    let recorded = Recorded {
        space: SpaceId(test.anna.0),
        title: "Many things",
        messages: &messages,
    };
    let ids = person.record_conversation(&recorded).await.unwrap();
    let mut superuser = sqlx::PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let id: Uuid = sqlx::query_scalar("select conversation_id from messages where id = $1")
        .bind(ids[0].0)
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    ConversationId(id)
}

/// `cargo xtask test --real-model`: a fact at the start of a conversation four times longer than the window is recalled,
/// or the page shows what was left out.
#[tokio::test]
#[ignore = "needs a model of more than a gigabyte: cargo xtask test --real-model"]
async fn the_start_of_a_long_conversation_is_recalled_by_a_real_model_or_shown_as_left_out() {
    let test = real_backend("HEARTH_TEST_REAL_MODEL")
        .await
        .expect("HEARTH_TEST_REAL_MODEL names a model");
    let anna = test.annas();
    let (mut right, mut recalled_it, mut missed) = (0, 0, Vec::new());
    for (head, asked, word) in HEADS {
        let conversation = long_conversation(&test, &anna, head).await;
        settled(&test).await;
        let (sent, answer) = ask(&anna, Some(conversation), asked).await;
        let Message { text, answer, .. } = answer;
        let recalled = answer
            .unwrap()
            .recalled
            .iter()
            .any(|passage| passage.excerpt == head);
        let shown = anna
            .open_conversation(sent.conversation, None)
            .await
            .unwrap()
            .window
            .is_some();
        let is_right = word.split('|').any(|word| text.to_lowercase().contains(word));
        eprintln!(
            "right {is_right}, recalled {recalled}, shown {shown}: {asked} -> {}",
            text.trim()
        );
        right += usize::from(is_right);
        recalled_it += usize::from(recalled);
        if !is_right && !shown {
            missed.push(asked);
        }
        anna.delete_conversation(conversation).await.unwrap();
    }
    eprintln!("answered rightly {right} of 20, recalled {recalled_it} of 20");
    assert_eq!(missed, [""; 0], "wrong, and the person was not told");
    assert!(recalled_it >= 18, "recalled {recalled_it} of 20");
}
