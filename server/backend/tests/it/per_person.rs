//! Limits per person on waiting work and storage, and that other people do not wait for it.

use crate::{
    attachments::attach,
    export::{import, pack},
    talk::{Tab, ask, message, settled},
};
use hearth_backend::{Error, Result, UserBackend, testing::TestBackend, work::queue::MOST_WAITING};
use hearth_inference::fake::{EmbedReply, Reply};
use hearth_types::{
    AnswerStatus, ArchiveTrouble, ConversationId, ImportState, MemoryKind, Problem, Search, SendMessage, Sent,
};
use serde_json::json;
use std::{
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, Instant},
};
use uuid::Uuid;

fn problem<T: std::fmt::Debug>(result: Result<T>) -> Problem {
    match result {
        Err(Error::Problem(problem)) => problem,
        other => panic!("no problem: {other:?}"),
    }
}

const FULL: Problem = Problem::TooManyWaiting { most: MOST_WAITING };

/// The first answer runs until it is released; `count` answers wait behind it, each in its own conversation.
async fn waiting(test: &TestBackend, person: &UserBackend, count: u32) -> Vec<Sent> {
    test.fake.respond_with(|_| Reply::text("One. Two.").hold());
    let mut sent = vec![person.send(message(None, "Runs")).await.unwrap()];
    test.fake.wait_for_chats(1).await;
    for n in 0..count {
        sent.push(person.send(message(None, &format!("Waits {n}"))).await.unwrap());
    }
    sent
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twenty_first_waiting_answer_is_refused_everywhere_and_nothing_is_lost() {
    let test = TestBackend::start().await;
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    let (done, _) = ask(&anna, None, "Before").await;
    let key = SendMessage {
        idempotency_key: hearth_types::IdempotencyKey(Uuid::new_v4()),
        ..message(None, "Waits first")
    };
    test.fake.respond_with(|_| Reply::text("One. Two.").hold());
    anna.send(message(None, "Runs")).await.unwrap();
    test.fake.wait_for_chats(2).await;
    let first = anna.send(key.clone()).await.unwrap();
    for n in 1..MOST_WAITING {
        anna.send(message(None, &format!("Waits {n}"))).await.unwrap();
    }
    anna.save_draft(None, "One too many", 0).await.unwrap();
    let conversations = anna.list_conversations(None, 50).await.unwrap().rows.len();

    assert_eq!(problem(anna.send(message(None, "One too many")).await), FULL);
    let follows = message(Some(done.conversation), "One too many");
    assert_eq!(problem(anna.send(follows).await), FULL);
    let edits = SendMessage {
        edits: Some(done.message),
        ..message(Some(done.conversation), "Edited")
    };
    assert_eq!(problem(anna.send(edits).await), FULL);
    assert_eq!(problem(anna.retry_answer(done.answer).await), FULL);
    assert_eq!(problem(anna.answer_again(done.message, None).await), FULL);

    // The draft and the answer to retry are still there, and no incomplete conversation was created.
    assert_eq!(anna.draft(None).await.unwrap().unwrap().text, "One too many");
    let opened = anna.open_conversation(done.conversation, None).await.unwrap();
    assert_eq!(opened.messages.len(), 2);
    assert_eq!(
        opened.messages[1].answer.as_ref().unwrap().status,
        AnswerStatus::Done
    );
    assert!(!opened.messages[1].text.is_empty());
    assert_eq!(
        anna.list_conversations(None, 50).await.unwrap().rows.len(),
        conversations
    );
    // A message sent before is recognised, and other people may send.
    assert_eq!(anna.send(key).await.unwrap().answer, first.answer);
    ben.send(message(None, "Hello")).await.unwrap();
    // Stopping one makes room for another.
    anna.stop_answer(first.answer).await.unwrap();
    anna.send(message(None, "One too many")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_messages_that_arrive_together_are_counted_one_after_the_other() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    waiting(&test, &anna, 0).await;
    let sending = (0..60).map(|n| {
        let anna = anna.clone();
        tokio::spawn(async move { anna.send(message(None, &format!("Number {n}"))).await })
    });
    let mut let_in = 0;
    for sent in futures::future::join_all(sending).await {
        match sent.unwrap() {
            Ok(_) => let_in += 1,
            Err(error) => assert_eq!(problem::<()>(Err(error)), FULL),
        }
    }
    assert_eq!(let_in, MOST_WAITING);
}

/// A program that records its start and then runs for long, as reading a PDF may.
fn slow_reader(folder: &Path) -> std::path::PathBuf {
    let program = folder.join("slow-reader");
    let script = format!(
        "#!/bin/sh\n/bin/mktemp {}/started.XXXXXX\n/bin/sleep 15\n",
        folder.display()
    );
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    program
}

fn started(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("started"))
        .count()
}

async fn until_started(folder: &Path, count: usize) {
    let began = Instant::now();
    while started(folder) < count {
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{} of {count}",
            started(folder)
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_pdf_delays_neither_a_text_file_nor_another_persons_picture() {
    let folder = tempfile::tempdir().unwrap();
    let reader = slow_reader(folder.path());
    let test = TestBackend::start_with(|config| config.upload_reader = Some(reader)).await;
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    let pdfs: Vec<_> = (0..3)
        .map(|_| {
            let anna = anna.clone();
            tokio::spawn(async move { attach(&anna, None, "slow.pdf", b"%PDF-1.7 slow").await })
        })
        .collect();
    until_started(folder.path(), 1).await;
    let began = Instant::now();
    for person in [&ben, &anna] {
        attach(person, None, "six.txt", b"123456").await.unwrap();
    }
    let picture = tokio::spawn({
        let ben = ben.clone();
        async move { attach(&ben, None, "me.png", b"\x89PNG\r\n\x1a\n....").await }
    });
    until_started(folder.path(), 2).await;
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    assert_eq!(
        started(folder.path()),
        2,
        "one of Anna's three at a time, and Ben's"
    );
    picture.abort();
    pdfs.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_searches_of_one_person_do_not_delay_another_persons_first_token() {
    let test = TestBackend::start().await;
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    ask(&anna, None, "My lamp stands on the table").await;
    settled(&test).await;
    let before = test.fake.embeds().len();
    test.fake.enqueue_embed(EmbedReply::Hold);
    let searches: Vec<_> = (0..100)
        .map(|_| {
            let anna = anna.clone();
            let search = Search {
                words: "lamp".into(),
                ..Search::default()
            };
            tokio::spawn(async move { anna.search(&search, None).await })
        })
        .collect();
    test.fake.wait_for_holds(1).await;
    let mut tab = Tab::open(&ben).await;
    let sent = ben.send(message(None, "Where is the key?")).await.unwrap();
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    let asked = |test: &TestBackend, words: &str| {
        let embeds = test.fake.embeds().split_off(before);
        embeds
            .iter()
            .filter(|embed| embed.inputs().iter().any(|input| input == words))
            .count()
    };
    assert_eq!(
        asked(&test, "Where is the key?"),
        1,
        "the answer's question was read first"
    );
    assert_eq!(
        asked(&test, "lamp"),
        1,
        "one search of a person is read at a time"
    );
    let found = futures::future::join_all(searches).await;
    for page in found {
        // Either found by words alone, or refused after a timeout; a waiting search gives no other error.
        match page.unwrap() {
            Ok(page) => assert!(!page.hits.is_empty()),
            Err(error) => assert!(matches!(problem::<()>(Err(error)), Problem::TooManyAtOnce { .. })),
        }
    }
    assert_eq!(
        asked(&test, "lamp"),
        1,
        "searches that have ended read nothing any more"
    );
    test.fake.release();
}

const QUOTA: u64 = 1 << 20;

async fn server_with_a_small_quota() -> TestBackend {
    TestBackend::start_with(|config| config.quota = Some(QUOTA)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_write_reports_a_full_quota_and_deleting_makes_room() {
    let test = server_with_a_small_quota().await;
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    let (sent, _) = ask(&anna, None, "Before").await;
    anna.add_memory("I like tea", Some(MemoryKind::Fact))
        .await
        .unwrap();
    anna.save_draft(Some(sent.conversation), "A draft", 1000)
        .await
        .unwrap();
    let large = vec![b'x'; usize::try_from(QUOTA - 1000).unwrap()];
    let kept = attach(&anna, None, "large.txt", &large).await.unwrap();
    let full = Problem::QuotaFull { megabytes: 1 };
    assert_eq!(problem(attach(&anna, None, "more.txt", &large).await), full);
    let long = "word ".repeat(3000);
    anna.send(message(None, &long)).await.unwrap();

    assert_eq!(problem(anna.send(message(None, "One more")).await), full);
    assert_eq!(
        problem(anna.send(message(Some(sent.conversation), "One more")).await),
        full
    );
    assert_eq!(problem(anna.may_attach(None).await), full);
    assert_eq!(problem(attach(&anna, None, "small.txt", b"123456").await), full);
    assert_eq!(
        problem(
            anna.save_draft(Some(sent.conversation), "A longer draft", 0)
                .await
        ),
        full
    );
    assert_eq!(problem(anna.add_memory("I like milk", None).await), full);
    assert_eq!(problem(anna.answer_again(sent.message, None).await), full);
    assert_eq!(problem(anna.retry_answer(sent.answer).await), full);
    assert!(matches!(
        anna.incoming_archive().await.map(|_| ()),
        Err(hearth_backend::transfer::import::Refusal::Backend(Error::Problem(p))) if p == full
    ));
    // Existing data can be read, a draft can be deleted, and other people are not affected.
    assert_eq!(
        anna.draft(Some(sent.conversation)).await.unwrap().unwrap().text,
        "A draft"
    );
    anna.open_conversation(sent.conversation, None).await.unwrap();
    anna.save_draft(Some(sent.conversation), "", 0).await.unwrap();
    ben.send(message(None, "Hello")).await.unwrap();

    anna.remove_attachment(kept.id).await.unwrap();
    tokio::time::timeout(Duration::from_secs(30), async {
        while anna.require_quota().await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await
    .expect("room again");
    anna.send(message(None, "One more")).await.unwrap();
}

fn said(id: Uuid, parent: Option<Uuid>, by: &str, text: &str) -> serde_json::Value {
    json!({ "id": id, "parent": parent, "said_by": by, "said_at": "2026-05-03T18:05:00Z", "text": text })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_stops_at_the_quota_and_can_be_continued_later() {
    let test = server_with_a_small_quota().await;
    let anna = test.annas();
    let mut files = crate::export::Files::new();
    let manifest = json!({ "format": "hearth-archive", "version": 1, "exported_at": "2026-05-03T18:05:00Z" });
    files.insert("hearth.json".into(), manifest.to_string().into_bytes());
    for n in 0..20 {
        let conversation = json!({
            "id": Uuid::new_v4(), "title": format!("Number {n}"), "memory": true,
            "messages": [said(Uuid::new_v4(), None, "person", &"many words ".repeat(18_000))],
        });
        files.insert(
            format!("conversations/{n}.json"),
            conversation.to_string().into_bytes(),
        );
    }
    let report = import(&anna, &pack(&files)).await.unwrap();
    assert_eq!(
        (report.state, report.trouble),
        (ImportState::Failed, Some(ArchiveTrouble::QuotaFull)),
        "{report:?}"
    );
    assert!((8..20).contains(&report.conversations), "{report:?}");
    let rows = anna.list_conversations(None, 50).await.unwrap().rows;
    assert_eq!(
        rows.len(),
        report.conversations as usize,
        "whole conversations alone"
    );
    assert!(rows.iter().all(|row| row.id != ConversationId(Uuid::nil())));
}
