//! Whole conversations in languages with a pack: what is said is kept, recalled in another conversation, superseded by a
//! change, and forgotten; and what works in languages without one. The scripted model notes every sentence.

use crate::talk::{ask, drawn, settled};
use hearth_backend::{UserBackend, testing::TestBackend};
use hearth_inference::fake::{Recorded, Reply};
use hearth_types::{ConversationId, Memory, MemoryFilter, MemoryState, NoteKind};
use std::time::Duration;

async fn installation() -> TestBackend {
    let test = TestBackend::start_with(|config| config.facts_after = Duration::ZERO).await;
    test.fake.respond_with(note_every_sentence);
    test
}

fn note_every_sentence(request: &Recorded) -> Reply {
    if request.schema().is_none() {
        return Reply::text("OK.");
    }
    let text = request.last_message();
    let sentences = text.lines().filter_map(|line| line.split_once(". "));
    let notes: Vec<_> = sentences
        .zip(1..)
        .map(|((_, said), line)| serde_json::json!({"line": line, "note": said, "about": "", "kind": "fact"}))
        .collect();
    Reply::text(&serde_json::json!({ "notes": notes }).to_string())
}

async fn memories(person: &UserBackend) -> Vec<Memory> {
    let filter = MemoryFilter::default();
    person.list_memories(&filter, None).await.unwrap().memories
}

/// The prompt of the newest answer to this question.
fn prompt(test: &TestBackend, question: &str) -> String {
    let chats = test.fake.chats();
    let asks = |chat: &&Recorded| chat.schema().is_none() && chat.last_message().contains(question);
    let chat = chats.iter().rev().find(asks).unwrap();
    let messages = chat.messages().into_iter();
    messages.map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

async fn last_notes(person: &UserBackend, conversation: ConversationId) -> Vec<NoteKind> {
    let opened = person.open_conversation(conversation, None).await.unwrap();
    let mut answers = opened.messages.into_iter().filter_map(|message| message.answer);
    let notes = answers.next_back().unwrap().notes;
    notes.into_iter().map(|note| note.kind).collect()
}

struct Story {
    told: &'static str,
    kept: &'static str,
    question: &'static str,
    change: &'static str,
    now: &'static str,
    forget: &'static str,
}

/// Says, asks, changes and forgets, each in a conversation of its own.
async fn goes_through(story: &Story) {
    let test = installation().await;
    let anna = test.annas();
    ask(&anna, None, story.told).await;
    drawn(&test).await;
    let first = memories(&anna).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(
        (first[0].statement.as_str(), first[0].state),
        (story.kept, MemoryState::Kept)
    );
    ask(&anna, None, story.question).await;
    let seen = prompt(&test, story.question);
    assert!(seen.contains(story.kept), "{seen}");
    drawn(&test).await;
    ask(&anna, None, story.change).await;
    drawn(&test).await;
    let after = memories(&anna).await;
    let of = |statement: &str| after.iter().find(|memory| memory.statement == statement);
    assert!(
        of(story.kept).is_some_and(|memory| memory.valid_to.is_some()),
        "{after:?}"
    );
    assert!(
        of(story.now).is_some_and(|memory| memory.valid_to.is_none()),
        "{after:?}"
    );
    ask(&anna, None, story.question).await;
    let seen = prompt(&test, story.question);
    assert!(seen.contains(story.now), "{seen}");
    drawn(&test).await;
    let (sent, _) = ask(&anna, None, story.forget).await;
    let left = memories(&anna).await;
    assert!(
        left.iter().all(|memory| memory.statement != story.now),
        "{left:?} {:?}",
        last_notes(&anna, sent.conversation).await
    );
}

#[tokio::test]
async fn a_fact_said_in_spanish_is_kept_recalled_superseded_and_forgotten() {
    goes_through(&Story {
        told: "Vivo en Oporto. ¿Qué tiempo hace allí?",
        kept: "Vivo en Oporto",
        question: "¿En qué ciudad vivo?",
        change: "Ahora vivo en Lisboa.",
        now: "Ahora vivo en Lisboa",
        forget: "¿Podrías olvidar que ahora vivo en Lisboa?",
    })
    .await;
}

#[tokio::test]
async fn a_fact_said_in_german_is_kept_recalled_superseded_and_forgotten() {
    goes_through(&Story {
        told: "Ich wohne in Porto. Wie ist dort das Wetter?",
        kept: "Ich wohne in Porto",
        question: "In welcher Stadt wohne ich?",
        change: "Ich wohne jetzt in Lissabon.",
        now: "Ich wohne jetzt in Lissabon",
        forget: "Ich möchte, dass du vergisst, dass ich jetzt in Lissabon wohne.",
    })
    .await;
}

#[tokio::test]
async fn a_fact_said_in_japanese_is_kept_recalled_superseded_and_forgotten() {
    goes_through(&Story {
        told: "ポルトに住んでいます。そこの天気はどうですか？",
        kept: "ポルトに住んでいます",
        question: "私はどこに住んでいますか？",
        change: "今はリスボンに住んでいます。",
        now: "今はリスボンに住んでいます",
        forget: "今リスボンに住んでいることを忘れてくれますか？",
    })
    .await;
}

#[tokio::test]
async fn a_wish_to_forget_that_is_not_understood_forgets_nothing_says_so_and_recalls_nothing() {
    let test = installation().await;
    let anna = test.annas();
    ask(&anna, None, "Mi coche es un Fiat rojo.").await;
    drawn(&test).await;
    for wish in [
        "Preferiría que olvidaras lo del Fiat rojo, mi coche.",
        "I wish you would forget my red Fiat, mi coche Fiat rojo.",
    ] {
        let (sent, _) = ask(&anna, None, wish).await;
        assert_eq!(
            last_notes(&anna, sent.conversation).await,
            [NoteKind::NothingFound],
            "{wish}"
        );
        let seen = prompt(&test, "Fiat");
        assert_eq!(seen.matches("Mi coche es un Fiat rojo").count(), 0, "{seen}");
    }
    drawn(&test).await;
    assert_eq!(memories(&anna).await.len(), 1);
}

#[tokio::test]
async fn sensitive_matters_in_spanish_and_japanese_wait_for_a_yes() {
    let test = installation().await;
    let anna = test.annas();
    for text in [
        "Tengo diabetes. Mi hermana vive en Toronto.",
        "糖尿病があります。妹はトロントに住んでいます。",
    ] {
        ask(&anna, None, text).await;
        drawn(&test).await;
    }
    let all = memories(&anna).await;
    assert!(all.len() >= 3, "{all:?}");
    assert!(
        all.iter().all(|memory| memory.state == MemoryState::Asked),
        "{all:?}"
    );
}

#[tokio::test]
async fn without_a_pack_what_is_said_is_recalled_in_another_conversation_and_facts_wait_for_a_yes() {
    let test = installation().await;
    let anna = test.annas();
    for (said, asked, found) in [
        (
            "La clé de secours est sous le pot de fleurs bleu.",
            "Où est la clé de secours ?",
            "pot de fleurs bleu",
        ),
        (
            "Запасной ключ лежит под синим цветочным горшком.",
            "Где лежит запасной ключ?",
            "под синим цветочным горшком",
        ),
        (
            "예비 열쇠는 파란 화분 밑에 있어요.",
            "예비 열쇠는 어디에 있어요?",
            "파란 화분",
        ),
    ] {
        ask(&anna, None, said).await;
        settled(&test).await;
        drawn(&test).await;
        ask(&anna, None, asked).await;
        let seen = prompt(&test, asked);
        assert!(seen.contains(found), "{asked}: {seen}");
        drawn(&test).await;
    }
    let all = memories(&anna).await;
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(
        all.iter().all(|memory| memory.state == MemoryState::Asked),
        "{all:?}"
    );
}
