//! Messages in languages with a pack beside English and Chinese, and without one. The scripted model keeps every sentence,
//! and recognises orders where the schema lets it.

use crate::talk::{ask, drawn, settled};
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_inference::fake::{Recorded, Reply};
use hearth_types::{ConversationId, Memory, MemoryFilter, MemoryNote, MemoryState, NoteKind};
use std::time::Duration;

/// An installation whose conversations rest at once, with a model that knows a few verbs of French and Arabic.
async fn installation() -> TestBackend {
    let test = TestBackend::start_with(|config| config.facts_after = Duration::ZERO).await;
    test.fake.respond_with(note_everything);
    test
}

fn note_everything(request: &Recorded) -> Reply {
    let Some(schema) = request.schema() else {
        return Reply::text("D'accord.");
    };
    let may_order = schema.to_string().contains("\"forget\"");
    let text = request.last_message();
    let sentences = text.lines().filter_map(|line| line.split_once(". "));
    let notes: Vec<_> = sentences
        .zip(1..)
        .map(|((_, said), line)| {
            let order = ORDERS
                .iter()
                .find_map(|(verb, kind)| Some((said.strip_prefix(verb)?, kind)));
            let (note, kind) = order.filter(|_| may_order).unwrap_or((said, &"fact"));
            serde_json::json!({"line": line, "note": note.trim(), "about": "", "kind": kind})
        })
        .collect();
    Reply::text(&serde_json::json!({ "notes": notes }).to_string())
}

const ORDERS: [(&str, &str); 3] = [
    ("Souviens-toi que", "remember"),
    ("Oublie que", "forget"),
    ("تذكر أنني", "remember"),
];

async fn memories(person: &UserBackend) -> Vec<Memory> {
    let listed = person
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap();
    listed.memories
}

async fn last_notes(person: &UserBackend, conversation: ConversationId) -> Vec<MemoryNote> {
    let opened = person.open_conversation(conversation, None).await.unwrap();
    let mut answers = opened.messages.into_iter().filter_map(|message| message.answer);
    answers.next_back().unwrap().notes
}

#[tokio::test]
async fn without_a_pack_nothing_is_kept_before_a_yes() {
    let test = installation().await;
    let anna = test.annas();
    for text in [
        "Je suis allergique aux noix.",
        "J'habite à Lisbonne avec mon chat.",
        "أنا أعيش في لشبونة.",
    ] {
        ask(&anna, None, text).await;
        drawn(&test).await;
    }
    let memories = memories(&anna).await;
    assert_eq!(memories.len(), 3, "{memories:?}");
    assert!(
        memories.iter().all(|memory| memory.state == MemoryState::Asked),
        "{memories:?}"
    );
}

#[tokio::test]
async fn without_a_pack_the_model_recognises_what_is_to_be_remembered_and_the_person_says_yes() {
    let test = installation().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "Souviens-toi que je suis végétarien.").await;
    drawn(&test).await;
    ask(&anna, None, "تذكر أنني نباتي.").await;
    drawn(&test).await;
    let kept: Vec<_> = memories(&anna)
        .await
        .into_iter()
        .map(|m| (m.statement, m.state))
        .collect();
    assert_eq!(
        kept,
        [
            ("نباتي".to_owned(), MemoryState::Asked),
            ("je suis végétarien".to_owned(), MemoryState::Asked),
        ]
    );
    assert_eq!(
        last_notes(&anna, sent.conversation).await[0].kind,
        NoteKind::Asked
    );
}

#[tokio::test]
async fn without_a_pack_nothing_is_forgotten_before_the_person_picks_it() {
    let test = installation().await;
    let anna = test.annas();
    ask(&anna, None, "Mon anniversaire est le 3 mai.").await;
    drawn(&test).await;
    let (sent, _) = ask(&anna, None, "Oublie que mon anniversaire est le 3 mai.").await;
    drawn(&test).await;
    assert_eq!(
        memories(&anna).await.len(),
        1,
        "nothing is forgotten, and the order is no fact"
    );
    let notes = last_notes(&anna, sent.conversation).await;
    assert_eq!(notes[0].kind, NoteKind::Which, "{notes:?}");
    ask(
        &anna,
        Some(sent.conversation),
        "Oublie que mon perroquet parle portugais.",
    )
    .await;
    drawn(&test).await;
    let notes = last_notes(&anna, sent.conversation).await;
    assert_eq!(notes[0].kind, NoteKind::NothingFound, "{notes:?}");
}

#[tokio::test]
async fn without_a_pack_recall_finds_by_words() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for (said, asked, found) in [
        (
            "La clé de secours est sous le pot de fleurs bleu.",
            "Où est la clé de secours ?",
            "pot de fleurs bleu",
        ),
        (
            "المفتاح الاحتياطي تحت وعاء الزهور الأزرق.",
            "أين المفتاح الاحتياطي؟",
            "وعاء الزهور",
        ),
    ] {
        ask(&anna, None, said).await;
        settled(&test).await;
        ask(&anna, None, asked).await;
        let chats = test.fake.chats();
        let seen = chats
            .iter()
            .rev()
            .find(|chat| chat.schema().is_none())
            .unwrap()
            .last_message();
        assert!(seen.contains(found), "{asked}: {seen}");
    }
}

#[tokio::test]
async fn german_is_understood_by_its_pack() {
    let test = installation().await;
    let anna = test.annas();
    ask(&anna, None, "Merk dir, dass ich vegan lebe.").await;
    ask(
        &anna,
        None,
        "Ich wohne in Lissabon. Ich bin allergisch gegen Penicillin.",
    )
    .await;
    drawn(&test).await;
    ask(&anna, None, "Stimmt nicht, ich wohne jetzt in Porto.").await;
    drawn(&test).await;
    let all: Vec<_> = memories(&anna)
        .await
        .into_iter()
        .map(|m| (m.statement, m.state))
        .collect();
    let has = |statement: &str, state| all.contains(&(statement.to_owned(), state));
    assert!(has("ich lebe vegan", MemoryState::Kept), "{all:?}");
    assert!(
        has("Ich bin allergisch gegen Penicillin", MemoryState::Asked),
        "{all:?}"
    );
    assert!(
        has("Stimmt nicht, ich wohne jetzt in Porto", MemoryState::Kept),
        "{all:?}"
    );
    let ended = |memory: &Memory| memory.statement == "Ich wohne in Lissabon" && memory.valid_to.is_some();
    assert!(memories(&anna).await.iter().any(ended), "{all:?}");
    ask(&anna, None, "Vergiss, dass ich vegan lebe.").await;
    let left = memories(&anna).await;
    assert!(
        left.iter().all(|memory| memory.statement != "ich lebe vegan"),
        "{left:?}"
    );
}
