//! In a shared conversation, thoughts and sources of an answer belong to the person who asked. A person who lost the
//! right to write, or the conversation, still controls their own memories.

use crate::{
    export::{export, unpack},
    talk::{Tab, answer, ask, settled},
};
use hearth_backend::{UserBackend, memory::memories::NewMemory, testing::TestBackend};
use hearth_inference::fake::{Fault, Reply};
use hearth_types::{
    AnswerStatus, ConversationId, Event, MemoryFilter, MemoryId, NoteKind, Problem, Search, Sent, SpaceRole,
};
use sqlx::{Connection, Executor, PgConnection};

const TOLD: &str = "My dog is called Biscuit and he is allergic to chicken.";
const ASKED: &str = "What is my dog Biscuit allergic to?";
/// Occurs only in thoughts.
const CANARY: &str = "Zebulon7f3b";

struct Pair {
    test: TestBackend,
    anna: UserBackend,
    ben: UserBackend,
}

impl Pair {
    async fn start() -> Self {
        let test = TestBackend::start().await;
        let anna = test.annas();
        let ben = test.backend.for_user(test.person("Ben").await);
        Self { test, anna, ben }
    }

    async fn share(&self, id: ConversationId, role: SpaceRole) {
        self.anna
            .share_conversation(id, self.ben.user(), role)
            .await
            .unwrap();
    }

    /// Asks a question for which the model thinks before it answers.
    async fn ask(&self, who: &UserBackend, id: Option<ConversationId>, text: &str) -> Sent {
        let thought = format!("They said elsewhere that {CANARY} is a secret.");
        self.test.fake.enqueue(Reply::text("I see.").thinking(&thought));
        let (sent, answered) = ask(who, id, text).await;
        assert!(answered.answer.unwrap().thought.is_some(), "it thought");
        settled(&self.test).await;
        sent
    }

    /// Number of rows with thoughts that row-level security shows to this person.
    async fn thoughts_in_tables(&self, who: &UserBackend) -> i64 {
        let mut app = PgConnection::connect_with(&self.test.database.app).await.unwrap();
        let mut transaction = app.begin().await.unwrap();
        let named = format!("set local hearth.user_id = '{}'", who.user());
        transaction.execute(sqlx::AssertSqlSafe(named)).await.unwrap();
        sqlx::query_scalar(
            "select count(*) from message_parts where kind = 'thinking' or text like '%Zebulon%'",
        )
        .fetch_one(&mut *transaction)
        .await
        .unwrap()
    }
}

async fn shows_thoughts(who: &UserBackend, sent: &Sent) -> bool {
    let marked = answer(who, sent).await.answer.unwrap().thought.is_some();
    let opened = who.thoughts(sent.answer).await;
    assert_eq!(
        marked,
        opened.is_ok(),
        "a mark that opens nothing, or none that would"
    );
    if let Err(error) = opened {
        assert_eq!(Problem::from(error), Problem::NotFound);
    }
    marked
}

/// The text of every file in a person's archive.
async fn archive(who: &UserBackend) -> String {
    let files = unpack(&export(who).await);
    files.values().map(|file| String::from_utf8_lossy(file)).collect()
}

#[tokio::test]
async fn thoughts_from_before_and_after_sharing_are_shown_only_to_the_person_who_asked() {
    for role in [SpaceRole::Reader, SpaceRole::Writer] {
        let pair = Pair::start().await;
        let before = pair.ask(&pair.anna, None, "What do you think?").await;
        let id = before.conversation;
        pair.share(id, role).await;
        let mut bens_tab = Tab::open(&pair.ben).await;
        let after = pair.ask(&pair.anna, Some(id), "And now?").await;
        // A thought written into the text, recognised only at its end, reaches the tab as a thought as well.
        let thinks = bens_tab
            .until(|event| match event {
                Event::AnswerEnded { answer, detail, .. } if answer == after.answer => Some(detail.thought),
                event => {
                    let sent = serde_json::to_string(&event).unwrap();
                    assert!(!sent.contains(CANARY), "{sent}");
                    None
                }
            })
            .await;
        assert_eq!(thinks, None, "how an answer ended, as Ben is told it");
        for sent in [&before, &after] {
            assert!(shows_thoughts(&pair.anna, sent).await);
            assert!(!shows_thoughts(&pair.ben, sent).await, "{role:?}");
        }
        assert_eq!(pair.thoughts_in_tables(&pair.ben).await, 0);
        assert_eq!(pair.thoughts_in_tables(&pair.anna).await, 2);
        assert!(archive(&pair.anna).await.contains(CANARY));
        assert!(!archive(&pair.ben).await.contains(CANARY));
        let search = Search {
            words: CANARY.into(),
            ..Search::default()
        };
        assert!(pair.ben.search(&search, None).await.unwrap().hits.is_empty());
        // Unshared and shared again: nothing has become Ben's.
        pair.anna.unshare_conversation(id, pair.ben.user()).await.unwrap();
        pair.share(id, role).await;
        assert!(!shows_thoughts(&pair.ben, &before).await);
    }
}

#[tokio::test]
async fn the_owner_does_not_see_thoughts_of_a_guests_answers() {
    let pair = Pair::start().await;
    let (sent, _) = ask(&pair.anna, None, "Hello.").await;
    settled(&pair.test).await;
    pair.share(sent.conversation, SpaceRole::Writer).await;
    let bens = pair
        .ask(&pair.ben, Some(sent.conversation), "Which animal?")
        .await;
    assert!(shows_thoughts(&pair.ben, &bens).await);
    assert!(!shows_thoughts(&pair.anna, &bens).await);
    assert!(!archive(&pair.anna).await.contains(CANARY));
    assert_eq!(pair.thoughts_in_tables(&pair.anna).await, 0);
    // He keeps them as a reader, and loses them together with the conversation.
    pair.share(sent.conversation, SpaceRole::Reader).await;
    assert!(shows_thoughts(&pair.ben, &bens).await);
    pair.ben.leave_conversation(sent.conversation).await.unwrap();
    assert!(pair.ben.thoughts(bens.answer).await.is_err());
}

#[tokio::test]
async fn a_retry_by_another_person_does_not_inherit_the_thoughts() {
    let pair = Pair::start().await;
    for goes_on in [false, true] {
        let (sent, _) = ask(&pair.anna, None, "Hello.").await;
        settled(&pair.test).await;
        pair.share(sent.conversation, SpaceRole::Writer).await;
        let id = Some(sent.conversation);
        // Anna's answer fails after a thought.
        let broken = Reply::text("Half an answer")
            .thinking(&format!("{CANARY} of Anna's."))
            .with_fault(Fault::EndWithoutDoneAfter(2));
        pair.test.fake.enqueue(broken);
        let mut tab = Tab::open(&pair.ben).await;
        let (annas, failed) = ask(&pair.anna, id, "Which animal?").await;
        assert_ne!(failed.answer.unwrap().status, AnswerStatus::Done);
        assert_ne!(tab.ended(annas.answer).await, AnswerStatus::Done);
        assert!(shows_thoughts(&pair.anna, &annas).await);
        pair.test
            .fake
            .enqueue(Reply::text(" A cat.").thinking("Something of Ben's."));
        if goes_on {
            pair.ben.continue_answer(annas.answer).await.unwrap();
        } else {
            pair.ben.retry_answer(annas.answer).await.unwrap();
        }
        assert_eq!(tab.ended(annas.answer).await, AnswerStatus::Done);
        assert!(!shows_thoughts(&pair.anna, &annas).await);
        if let Ok(html) = pair.ben.thoughts(annas.answer).await {
            assert!(!html.contains(CANARY) && html.contains("Ben"), "{html}");
        }
    }
}

#[tokio::test]
async fn recalled_sources_are_shown_only_to_the_person_who_asked_even_if_others_may_read_the_source() {
    let pair = Pair::start().await;
    let (source, _) = ask(&pair.anna, None, TOLD).await;
    settled(&pair.test).await;
    let mut kept = NewMemory::told("Biscuit is allergic to chicken.");
    kept.sources = vec![source.message];
    pair.anna.keep_memory(kept).await.unwrap();
    settled(&pair.test).await;
    let (asked, used) = ask(&pair.anna, None, ASKED).await;
    let used = used.answer.unwrap();
    assert!(!used.recalled.is_empty() || !used.memories.is_empty());
    let (forgets, noted) = ask(
        &pair.anna,
        Some(asked.conversation),
        "Forget that I own a submarine.",
    )
    .await;
    let kinds: Vec<NoteKind> = noted.answer.unwrap().notes.iter().map(|n| n.kind).collect();
    assert_eq!(kinds, [NoteKind::NothingFound]);
    settled(&pair.test).await;
    // Ben may read both conversations: the source and the one with the question.
    pair.share(source.conversation, SpaceRole::Reader).await;
    pair.share(asked.conversation, SpaceRole::Writer).await;
    for sent in [asked, forgets] {
        let bens = answer(&pair.ben, &sent).await.answer.unwrap();
        assert!(bens.recalled.is_empty() && bens.memories.is_empty() && bens.notes.is_empty());
    }
    let annas = answer(&pair.anna, &asked).await.answer.unwrap();
    assert_eq!((annas.recalled, annas.memories), (used.recalled, used.memories));
}

/// Ben wrote in Anna's conversation and stored a memory there. Now he may only read it or, if `gone`, has lost it.
async fn formerly(pair: &Pair, gone: bool) -> (Sent, MemoryId) {
    let (sent, _) = ask(&pair.anna, None, "Hello.").await;
    settled(&pair.test).await;
    pair.share(sent.conversation, SpaceRole::Writer).await;
    let (said, _) = ask(&pair.ben, Some(sent.conversation), TOLD).await;
    settled(&pair.test).await;
    let mut kept = NewMemory::told("Biscuit is allergic to chicken.");
    kept.sources = vec![said.message];
    let memory = pair.ben.keep_memory(kept).await.unwrap();
    pair.share(sent.conversation, SpaceRole::Reader).await;
    if gone {
        pair.anna
            .unshare_conversation(sent.conversation, pair.ben.user())
            .await
            .unwrap();
    }
    (said, memory)
}

#[tokio::test]
async fn a_former_writer_still_controls_their_own_memories() {
    let all = MemoryFilter::default();
    for gone in [false, true] {
        for way in 0..7 {
            let pair = Pair::start().await;
            let (said, memory) = formerly(&pair, gone).await;
            let before = pair
                .anna
                .open_conversation(said.conversation, None)
                .await
                .unwrap();
            let ben = &pair.ben;
            match way {
                0 => ben.forget_memory(memory).await.unwrap(),
                1 => ben.forget_all_memories().await.unwrap(),
                2 => ben.decline_memory(memory).await.unwrap(),
                3 => ben.accept_memory(memory).await.unwrap(),
                4 => ben.pin_memory(memory, true).await.unwrap(),
                5 => {
                    ask(ben, None, "Forget that Biscuit is allergic to chicken.").await;
                }
                _ => ben
                    .delete_conversation(ask(ben, None, "Mine.").await.0.conversation)
                    .await
                    .unwrap(),
            }
            let left = ben.list_memories(&all, None).await.unwrap().memories.len();
            let forgotten = matches!(way, 0 | 1 | 2 | 5);
            assert_eq!(left, usize::from(!forgotten), "gone: {gone}, way {way}");
            let after = pair
                .anna
                .open_conversation(said.conversation, None)
                .await
                .unwrap();
            assert_eq!(after.messages, before.messages, "gone: {gone}, way {way}");
        }
    }
}
