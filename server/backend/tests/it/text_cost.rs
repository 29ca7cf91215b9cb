//! Processor time for long hostile texts through the whole backend, down to the database.

use crate::{
    export::{Files, import, pack},
    talk::{Tab, answer, ask, message},
};
use hearth_backend::{retrieval::recall::Settings, testing::TestBackend};
use hearth_types::{Field, InvalidReason, MemoryFilter, NoteKind, Part, Problem, Search};
use serde_json::json;
use sqlx::Connection;
use std::{
    future::Future,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use uuid::Uuid;

/// 85,000 characters; every pair of them is a word of courtesy.
fn courtesy() -> String {
    "麻烦".repeat(42_500)
}

/// Measures the processor time of all threads of one runtime, without other tests.
#[derive(Clone, Default)]
struct Meter(Arc<Mutex<Vec<PathBuf>>>);

impl Meter {
    fn add_this_thread(&self) {
        let thread = std::fs::read_link("/proc/thread-self").unwrap();
        self.0.lock().unwrap().push(PathBuf::from("/proc").join(thread));
    }

    fn used(&self) -> Duration {
        let threads = self.0.lock().unwrap();
        let nanoseconds = |thread: &PathBuf| -> u64 {
            let times = std::fs::read_to_string(thread.join("schedstat")).unwrap_or_default();
            let first = times.split_whitespace().next().unwrap_or("0");
            first.parse().unwrap()
        };
        Duration::from_nanos(threads.iter().map(nanoseconds).sum())
    }

    /// Measures the processor time of `work`; prints it with the longest stall of the async threads.
    async fn of<T>(&self, what: &str, work: impl Future<Output = T>) -> (T, Duration) {
        let silence = Arc::new(Mutex::new(Duration::ZERO));
        let longest = silence.clone();
        let ticker = tokio::spawn(async move {
            loop {
                let begun = Instant::now();
                tokio::time::sleep(Duration::from_millis(10)).await;
                let silent = begun.elapsed();
                let mut longest = longest.lock().unwrap();
                *longest = silent.max(*longest);
            }
        });
        let begun = self.used();
        let done = work.await;
        let used = self.used() - begun;
        ticker.abort();
        eprintln!(
            "{what}: {used:?} of the processor, async threads silent for {:?} at most",
            *silence.lock().unwrap()
        );
        (done, used)
    }
}

/// Runs a test on a runtime whose threads are metered.
fn metered<T>(test: impl AsyncFnOnce(Meter) -> T) -> T {
    let meter = Meter::default();
    let starting = meter.clone();
    meter.add_this_thread();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(move || starting.add_this_thread())
        .thread_keep_alive(Duration::from_secs(600))
        .build()
        .unwrap();
    runtime.block_on(test(meter))
}

/// Limit for a debug build, which is several times slower than a release build.
const BOUND: Duration = Duration::from_secs(3);

#[test]
fn a_message_of_85_000_characters_of_courtesy_costs_no_more_than_its_length() {
    metered(async |meter| {
        let test = TestBackend::start().await;
        let anna = test.annas();
        let text = courtesy();
        let (sent, used) = meter
            .of("a message of courtesy, sent", anna.send(message(None, &text)))
            .await;
        let sent = sent.unwrap();
        assert!(used < BOUND, "{used:?}");
        let answered = meter.of("its answer", async {
            let mut tab = Tab::open(&anna).await;
            if !answer(&anna, &sent).await.answer.unwrap().status.is_final() {
                tab.ended(sent.answer).await;
            }
        });
        let ((), used) = answered.await;
        assert!(used < BOUND, "{used:?}");
        // The same problem from the other side: an order after very many words of courtesy.
        let edited = hearth_types::SendMessage {
            edits: Some(sent.message),
            ..message(Some(sent.conversation), &("please ".repeat(14_000)))
        };
        let (sent, used) = meter.of("an edit of courtesy, sent", anna.send(edited)).await;
        sent.unwrap();
        assert!(used < BOUND, "{used:?}");
    });
}

#[test]
fn an_archive_of_four_such_messages_costs_no_more_than_its_length() {
    metered(async |meter| {
        let test = TestBackend::start().await;
        let maria = test.backend.for_user(test.person("Maria").await);
        let at = "2026-05-03T18:05:00Z";
        let mut messages: Vec<serde_json::Value> = Vec::new();
        for n in 0..4_usize {
            let parent = n.checked_sub(1).map(|before| messages[before]["id"].clone());
            messages.push(json!({ "id": Uuid::new_v4(), "parent": parent, "said_by": "person", "said_at": at, "text": courtesy() }));
        }
        let conversation = json!({
            "id": Uuid::new_v4(), "title": "T", "memory": true, "created_at": at, "updated_at": at, "messages": messages,
        });
        let mut files = Files::new();
        let manifest = json!({ "format": "hearth-archive", "version": 1, "exported_at": at });
        files.insert("hearth.json".into(), manifest.to_string().into_bytes());
        files.insert(
            "memories.json".into(),
            json!({ "memories": [] }).to_string().into_bytes(),
        );
        files.insert(
            "conversations/0.json".into(),
            conversation.to_string().into_bytes(),
        );
        let archive = pack(&files);
        eprintln!("{} bytes", archive.len());
        let (report, used) = meter.of("an archive of courtesy", import(&maria, &archive)).await;
        assert_eq!(report.unwrap().conversations, 1);
        assert!(used < 3 * BOUND, "{used:?}");
    });
}

/// Inserts 2,500 passages of one person, each with a few distinct words.
async fn many_passages(test: &TestBackend) {
    ask(
        &test.annas(),
        None,
        "我的乌龟睡在书架后面。My tortoise sleeps behind the shelf.",
    )
    .await;
    let mut superuser = sqlx::PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    let copied = sqlx::query(
        "insert into passages (id, space_id, author_id, conversation_id, message_id, position, said_by, said_at, text, words,
                               words_version, abandoned)
         select gen_random_uuid(), p.space_id, p.author_id, p.conversation_id, p.message_id, n, p.said_by, p.said_at,
                p.text || ' In 20' || (10 + n % 90) || ' 我去了' || n || '号。 May ' || n % 28,
                p.words || to_tsvector('simple', 'w' || n || ' 我去 去了'), p.words_version, false
         from generate_series(1, 2500) n, (select * from passages where said_by = 'person' limit 1) p",
    )
    .execute(&mut superuser)
    .await
    .unwrap();
    assert_eq!(copied.rows_affected(), 2_500);
}

#[test]
fn a_question_of_85_000_characters_over_2_500_passages_costs_no_more_than_its_length() {
    metered(async |meter| {
        let test = TestBackend::start().await;
        many_passages(&test).await;
        let anna = test.annas();
        let chinese: String = ('\u{4e00}'..'\u{9fff}').cycle().take(85_000).collect();
        for (what, question) in [
            ("乌龟, again and again", "我的乌龟睡在哪里".repeat(10_625)),
            ("Chinese that is all different", chinese),
            ("dates", "When? May 1, May 2, May 3, 1 June 2023, ".repeat(2_125)),
            ("20,000 words", (0..20_000).map(|n| format!("w{n} ")).collect()),
        ] {
            let (recalled, used) = meter
                .of(
                    &format!("recall for {what}"),
                    anna.recall(&question, None, &Settings::default()),
                )
                .await;
            recalled.unwrap();
            assert!(used < BOUND, "{what}: {used:?}");
        }
        let question = "我的乌龟睡在哪里".repeat(10_625);
        let ((_, answered), used) = meter
            .of("a whole turn with it", ask(&anna, None, &question))
            .await;
        assert!(answered.answer.unwrap().status.is_final());
        assert!(used < 2 * BOUND, "{used:?}");
    });
}

#[tokio::test]
async fn an_order_to_forget_with_20_000_words_is_refused_clearly_and_nothing_is_lost() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    ask(&anna, None, "Remember that my dog is called Biscuit.").await;
    let words: String = (0..20_000).map(|n| format!(" w{n}")).collect();
    for order in ["Forget that my dog is called Biscuit and", "请忘记我的狗叫饼干"] {
        let text: String = format!("{order}{words}").chars().take(100_000).collect();
        let (sent, answered) = ask(&anna, None, &text).await;
        let kinds: Vec<NoteKind> = answered
            .answer
            .unwrap()
            .notes
            .iter()
            .map(|note| note.kind)
            .collect();
        assert_eq!(kinds, [NoteKind::TooLong], "{order}");
        let asked = test
            .fake
            .requests()
            .iter()
            .any(|request| request.last_message().contains("Hearth has forgotten nothing"));
        assert!(asked, "the model is to say so");
        // The message is unchanged, and is found.
        let opened = anna
            .open_conversation(sent.conversation, Part::Newest)
            .await
            .unwrap();
        assert_eq!(opened.messages[0].text, text);
        let found = anna.search(&search("w19 w20"), None).await.unwrap();
        assert!(!found.hits.is_empty(), "{order}");
    }
    let kept = anna.list_memories(&MemoryFilter::default(), None).await.unwrap();
    assert_eq!(kept.memories[0].statement, "my dog is called Biscuit");
}

fn search(words: &str) -> Search {
    Search {
        words: words.into(),
        ..Search::default()
    }
}

#[tokio::test]
async fn a_search_of_20_000_words_is_refused_and_one_of_the_maximum_length_is_answered() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    ask(&anna, None, "Remember that my dog is called Biscuit.").await;
    let words: String = (0..20_000).map(|n| format!("w{n} ")).collect();
    let too_long = |error: hearth_backend::Error| {
        let expected = Problem::Invalid {
            field: Field::Search,
            reason: InvalidReason::TooLong,
        };
        assert_eq!(Problem::from(error), expected);
    };
    let filter = |search: &str| MemoryFilter {
        search: search.into(),
        ..MemoryFilter::default()
    };
    too_long(anna.search(&search(&words), None).await.unwrap_err());
    too_long(anna.list_memories(&filter(&words), None).await.unwrap_err());
    // The largest accepted searches: of pairs of characters, and of short words.
    for most in [
        "我的".repeat(250),
        "a b ".repeat(125),
        "' \" ( & | ! ".repeat(41),
        ('一'..).take(500).collect(),
    ] {
        anna.search(&search(&most), None).await.unwrap();
        anna.list_memories(&filter(&most), None).await.unwrap();
    }
    let found = anna.list_memories(&filter("biscuit"), None).await.unwrap();
    assert_eq!(found.memories.len(), 1);
}

#[tokio::test]
async fn a_statement_of_500_different_characters_is_kept_changed_and_forgotten() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let long: String = ('一'..).take(490).collect();
    let statement = format!("我的狗{long}");
    anna.add_memory(&statement, None).await.unwrap();
    let kept = anna.list_memories(&MemoryFilter::default(), None).await.unwrap();
    let id = kept.memories[0].id;
    anna.edit_memory(id, &format!("{statement}叫"), kept.memories[0].kind)
        .await
        .unwrap();
    // Passages with the statement, and an answer: forgetting searches all of them.
    ask(&anna, None, &format!("{statement}。{statement}")).await;
    anna.forget_memory(id).await.unwrap();
    let (_, answered) = ask(&anna, None, &format!("忘记我的狗{}", &long[..3 * 480])).await;
    assert!(!answered.answer.unwrap().notes.is_empty());
}
