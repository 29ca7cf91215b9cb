//! Import of hostile and damaged archives.

use crate::{
    export::{Files, export, import, incoming, pack, rows, unpack},
    talk::{ask, settled},
};
use hearth_backend::{UserBackend, testing::TestBackend, transfer::import::Refusal};
use hearth_types::{ArchiveTrouble, ImportReport, ImportState, Part};
use serde_json::{Value, json};
use std::{
    io::Write,
    time::{Duration, Instant},
};
use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fn manifest() -> Value {
    json!({ "format": "hearth-archive", "version": 1, "exported_at": "2026-05-03T18:05:00Z" })
}

fn message(id: Uuid, parent: Option<Uuid>, said_by: &str, text: &str) -> Value {
    json!({ "id": id, "parent": parent, "said_by": said_by, "said_at": "2026-05-03T18:05:00Z", "text": text })
}

/// A conversation of a question and its answer.
fn conversation(title: &str) -> Value {
    let (question, answer) = (Uuid::new_v4(), Uuid::new_v4());
    json!({
        "id": Uuid::new_v4(), "title": title, "memory": true, "created_at": "2026-05-03T18:05:00Z",
        "updated_at": "2026-05-03T18:05:00Z",
        "messages": [message(question, None, "person", "Where is it?"), message(answer, Some(question), "model", "Here.")],
    })
}

fn archive(conversations: &[Value], memories: &Value) -> Files {
    let mut files = Files::new();
    files.insert("hearth.json".into(), manifest().to_string().into_bytes());
    files.insert(
        "memories.json".into(),
        json!({ "memories": memories }).to_string().into_bytes(),
    );
    for (n, conversation) in conversations.iter().enumerate() {
        files.insert(
            format!("conversations/{n}.json"),
            conversation.to_string().into_bytes(),
        );
    }
    files
}

fn trouble(result: Result<ImportReport, Refusal>) -> ArchiveTrouble {
    match result {
        Err(Refusal::Archive(trouble)) => trouble,
        other => panic!("taken: {other:?}"),
    }
}

/// Number of rows that an import could leave behind.
async fn left(test: &TestBackend) -> i64 {
    rows(
        test,
        "select (select count(*) from conversations) + (select count(*) from messages) + (select count(*) from memories)
              + (select count(*) from attachments) + (select count(*) from passages) + (select count(*) from jobs)",
    )
    .await
}

struct Maria {
    test: TestBackend,
    maria: UserBackend,
}

async fn maria() -> Maria {
    let test = TestBackend::start().await;
    let maria = test.backend.for_user(test.person("Maria").await);
    Maria { test, maria }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_archive_is_refused_with_a_reason_and_leaves_nothing() {
    let Maria { test, maria } = maria().await;
    let files = |name: &str, bytes: &[u8]| Files::from([(name.to_owned(), bytes.to_vec())]);
    let with = |change: fn(&mut Value)| {
        let mut manifest = manifest();
        change(&mut manifest);
        pack(&files("hearth.json", manifest.to_string().as_bytes()))
    };
    let good = pack(&archive(&[conversation("T")], &json!([])));
    let mut protected = good.clone();
    // The flag of encryption, in every entry of the table.
    for at in 0..protected.len() - 4 {
        if protected[at..].starts_with(b"PK\x01\x02") {
            protected[at + 8] |= 1;
        }
    }
    for (what, bytes, expected) in [
        ("nothing", vec![], ArchiveTrouble::Broken),
        ("words", b"Dear diary".to_vec(), ArchiveTrouble::Broken),
        (
            "half of one",
            good[..good.len() / 2].to_vec(),
            ArchiveTrouble::Broken,
        ),
        (
            "only its end",
            good[good.len() - 22..].to_vec(),
            ArchiveTrouble::Broken,
        ),
        (
            "another zip file",
            pack(&files("a.txt", b"a")),
            ArchiveTrouble::NotHearths,
        ),
        (
            "another's manifest",
            with(|m| m["format"] = json!("x")),
            ArchiveTrouble::NotHearths,
        ),
        (
            "a manifest of nothing",
            pack(&files("hearth.json", b"[]")),
            ArchiveTrouble::NotHearths,
        ),
        (
            "a newer one",
            with(|m| m["version"] = json!(2)),
            ArchiveTrouble::Newer,
        ),
        (
            "no version",
            with(|m| m["version"] = json!("1")),
            ArchiveTrouble::Newer,
        ),
        ("a protected one", protected, ArchiveTrouble::Protected),
        (
            "twice the same name",
            twice("hearth.json"),
            ArchiveTrouble::Broken,
        ),
    ] {
        assert_eq!(trouble(import(&maria, &bytes).await), expected, "{what}");
    }
    assert_eq!(left(&test).await, 0);
    assert!(
        std::fs::read_dir(test.files.join("incoming"))
            .unwrap()
            .next()
            .is_none(),
        "files stay nowhere"
    );
}

/// A zip file with two entries of one name, which no packer makes.
fn twice(name: &str) -> Vec<u8> {
    let other: String = name.chars().map(|c| if c == 'h' { 'H' } else { c }).collect();
    let mut files = Files::from([(name.to_owned(), manifest().to_string().into_bytes())]);
    files.insert(other.clone(), b"{}".to_vec());
    let mut packed = pack(&files);
    while let Some(at) = packed
        .windows(other.len())
        .position(|part| part == other.as_bytes())
    {
        packed[at..at + name.len()].copy_from_slice(name.as_bytes());
    }
    packed
}

/// 42 kB that unpack to gigabytes, one piece of data behind many entries, a table with wrong sizes.
#[tokio::test(flavor = "multi_thread")]
async fn zip_bombs_are_refused_before_they_are_unpacked() {
    let Maria { test, maria } = maria().await;
    let mut bomb = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    bomb.start_file("hearth.json", packed).unwrap();
    bomb.write_all(manifest().to_string().as_bytes()).unwrap();
    bomb.start_file("conversations/1.json", packed).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&zeros).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 2 << 20);
    assert_eq!(in_time(&maria, &bomb).await, ArchiveTrouble::TooMuch);

    // A small archive with one huge string: refused while reading, and the rest is imported.
    let mut files = archive(&[conversation("Good")], &json!([]));
    let endless = format!(
        "{{\"id\":\"{}\",\"title\":\"{}\"",
        Uuid::new_v4(),
        "x".repeat(40 << 20)
    );
    files.insert("conversations/endless.json".into(), endless.into_bytes());
    let files = pack(&files);
    let began = Instant::now();
    let report = import(&maria, &files).await.unwrap();
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    assert_eq!((report.conversations, report.unreadable), (1, 1), "{report:?}");
    assert_eq!(report.unreadable_names, ["conversations/endless.json"]);

    // Two overlapping entries, and a table with wrong values.
    let good = pack(&archive(&[conversation("One"), conversation("Two")], &json!([])));
    let places: Vec<usize> = (0..good.len() - 46)
        .filter(|at| good[*at..].starts_with(b"PK\x01\x02"))
        .collect();
    let mut overlapping = good.clone();
    let first: [u8; 4] = good[places[0] + 42..places[0] + 46].try_into().unwrap();
    overlapping[places[1] + 42..places[1] + 46].copy_from_slice(&first);
    assert_eq!(in_time(&maria, &overlapping).await, ArchiveTrouble::TooMuch);
    let mut many = good.clone();
    let end = many.len() - 22;
    many[end + 8..end + 12].copy_from_slice(&[0xfe, 0xff, 0xfe, 0xff]);
    assert_eq!(in_time(&maria, &many).await, ArchiveTrouble::Broken);
    let mut far = good.clone();
    far[end + 16..end + 20].copy_from_slice(&[0xfe, 0xff, 0xff, 0x7f]);
    assert_eq!(in_time(&maria, &far).await, ArchiveTrouble::Broken);
    let mut large = good;
    large.splice(end..end, large_end(u64::MAX / 100, end));
    let end = large.len() - 22;
    large[end + 8..end + 20].fill(0xff);
    assert_eq!(in_time(&maria, &large).await, ArchiveTrouble::TooMuch);
    assert_eq!(rows(&test, "select count(*) from conversations").await, 1);
}

/// Maximum time of a refusal.
const PATIENCE: Duration = Duration::from_secs(30);

async fn in_time(person: &UserBackend, archive: &[u8]) -> ArchiveTrouble {
    let began = Instant::now();
    let refused = trouble(import(person, archive).await);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
    refused
}

/// The end record of a zip64 file, with a number of entries and an offset.
fn large_end(entries: u64, at: usize) -> Vec<u8> {
    let mut record = b"PK\x06\x06".to_vec();
    record.extend(44_u64.to_le_bytes());
    record.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for number in [entries, entries, 92, 0] {
        record.extend(number.to_le_bytes());
    }
    let mut locator = b"PK\x06\x07\0\0\0\0".to_vec();
    locator.extend((at as u64).to_le_bytes());
    locator.extend(1_u32.to_le_bytes());
    record.extend(locator);
    record
}

/// A name in an archive is a key, never a path, and links are not followed.
#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_paths_or_links_are_not_followed() {
    let Maria { test, maria } = maria().await;
    let outside = test.files.parent().unwrap().join("outside.txt");
    std::fs::write(&outside, "secret71").unwrap();
    let mut imported = conversation("Paths");
    let paths = [
        "../outside.txt",
        "/etc/passwd",
        "attachments/../../outside.txt",
        r"C:\outside.txt",
        "attachments/link.txt",
    ];
    imported["messages"][0]["attachments"] = paths
        .iter()
        .map(|path| json!({ "name": path, "kind": "text", "path": path }))
        .collect();
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in &archive(&[imported], &json!([])) {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    for path in &paths[..4] {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"overwritten").unwrap();
    }
    zip.add_symlink(
        "attachments/link.txt",
        outside.to_str().unwrap(),
        SimpleFileOptions::default(),
    )
    .unwrap();
    let report = import(&maria, &zip.finish().unwrap().into_inner()).await.unwrap();
    assert_eq!(
        (report.conversations, report.files, report.unreadable),
        (1, 0, 5),
        "{report:?}"
    );
    assert_eq!(std::fs::read_to_string(&outside).unwrap(), "secret71");
    assert_eq!(rows(&test, "select count(*) from attachments").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_impossible_conversation_is_left_out_completely_and_the_others_are_imported() {
    let Maria { test, maria } = maria().await;
    let (a, b) = (Uuid::new_v4(), Uuid::new_v4());
    let with = |messages: Value| {
        let mut imported = conversation("Bad");
        imported["messages"] = messages;
        imported
    };
    let broken = [
        with(json!([
            message(a, Some(b), "person", "x"),
            message(b, Some(a), "model", "y")
        ])),
        with(json!([
            message(a, None, "person", "x"),
            message(a, None, "person", "y")
        ])),
        with(json!([message(a, None, "model", "x")])),
        with(json!([])),
        with(json!("none")),
        with(json!([message(a, None, "somebody", "x")])),
        json!({ "title": "no name", "messages": [message(a, None, "person", "x")] }),
        json!(7),
    ];
    let mut files = archive(&broken, &json!([]));
    files.insert(
        "conversations/cut.json".into(),
        conversation("Cut").to_string().into_bytes()[..200].to_vec(),
    );
    files.insert("conversations/deep.json".into(), "[".repeat(100_000).into_bytes());
    files.insert("conversations/noise.json".into(), vec![0xff; 1000]);
    files.insert(
        "conversations/good.json".into(),
        conversation("Good").to_string().into_bytes(),
    );
    let report = import(&maria, &pack(&files)).await.unwrap();
    assert_eq!(report.state, ImportState::Done);
    assert_eq!((report.conversations, report.unreadable), (1, 11), "{report:?}");
    assert_eq!(rows(&test, "select count(*) from conversations").await, 1);
    assert_eq!(rows(&test, "select count(*) from messages").await, 2);
}

/// Of a text longer than the limit, the beginning is imported, the answer is marked as cut, and the report counts it.
#[tokio::test(flavor = "multi_thread")]
async fn texts_longer_than_the_limit_are_cut_and_counted() {
    let Maria { test, maria } = maria().await;
    let (question, answer) = (Uuid::new_v4(), Uuid::new_v4());
    let mut long = message(answer, Some(question), "model", &"`a` ".repeat(100_000));
    long["answer"] = json!({ "model": "m", "status": "done", "queued_at": "2026-05-03T18:05:00Z" });
    long["thinking"] = json!("so ".repeat(300_000));
    let mut imported = conversation("Long");
    imported["messages"] = json!([message(question, None, "person", &"长".repeat(100_001)), long]);
    let report = import(
        &maria,
        &pack(&archive(&[imported, conversation("Short")], &json!([]))),
    )
    .await
    .unwrap();
    assert_eq!(
        (report.conversations, report.shortened, report.unreadable),
        (2, 2, 0),
        "{report:?}"
    );
    assert_eq!(maria.import_report().await.unwrap().unwrap().shortened, 2);
    let rows_of = maria.list_conversations(None, 5).await.unwrap().rows;
    let long = rows_of.iter().find(|row| row.title == "Long").unwrap();
    let opened = maria.open_conversation(long.id, Part::Newest).await.unwrap();
    assert_eq!(opened.messages[0].text.chars().count(), 100_000);
    assert_eq!(opened.messages[1].text.chars().count(), 200_000);
    assert!(opened.messages[1].answer.as_ref().unwrap().cut_off);
    assert!(opened.messages[1].html.len() <= hearth_text::markdown::LONGEST_HTML);
    assert_eq!(
        rows(&test, "select max(length(text))::bigint from message_parts").await,
        200_000
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn invalid_values_are_replaced_by_valid_ones() {
    let Maria { test, maria } = maria().await;
    let mut imported = conversation("a\0b\nc\u{202e}");
    imported["created_at"] = json!("0001-01-01T00:00:00Z");
    imported["updated_at"] = json!("9999-12-31T23:59:59Z");
    imported["pinned"] = json!(true);
    imported["model"] = json!("no-such-model:7b\0");
    imported["shown"] = json!(Uuid::new_v4());
    imported["space_id"] = json!(test.anna.0);
    imported["author_id"] = json!(test.anna.0);
    imported["messages"][0]["text"] = json!("nul\0nul");
    imported["messages"][0]["author_id"] = json!(test.anna.0);
    imported["messages"][1]["answer"] = json!({
        "model": "m\0", "status": "running", "trouble": "garbage", "thought_ms": -5, "queued_at": "9999-01-01T00:00:00Z",
    });
    let memories = json!([
        { "id": Uuid::new_v4(), "kind": "fact", "statement": "I live\nhere\0", "state": "kept", "origin": "person",
          "created_at": "9999-01-01T00:00:00Z", "updated_at": "0001-01-01T00:00:00Z", "valid_from": "1950-01-01T00:00:00Z",
          "superseded_by": Uuid::new_v4(), "sources": [Uuid::new_v4(), test.anna.0] },
        { "id": Uuid::new_v4(), "kind": "fact", "statement": "x".repeat(501), "state": "kept", "origin": "person",
          "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z" },
        { "id": Uuid::new_v4(), "kind": "fact", "statement": " I like tea ", "state": "kept", "origin": "person",
          "created_at": "9999-01-01T00:00:00Z", "updated_at": "0001-01-01T00:00:00Z", "valid_from": "1950-01-01T00:00:00Z" },
    ]);
    let report = import(&maria, &pack(&archive(&[imported], &memories)))
        .await
        .unwrap();
    assert_eq!(
        (report.conversations, report.memories, report.unreadable),
        (1, 2, 1),
        "{report:?}"
    );
    let row = maria.list_conversations(None, 5).await.unwrap().rows.remove(0);
    assert!(row.pinned && row.title.starts_with("a b c"));
    let opened = maria.open_conversation(row.id, Part::Newest).await.unwrap();
    assert_eq!(opened.messages[0].text, "nulnul");
    assert_eq!(opened.model, None, "a model that is not here is not picked");
    assert_eq!(
        opened.messages[1].answer.as_ref().unwrap().status,
        hearth_types::AnswerStatus::Interrupted
    );
    assert_eq!(
        rows(
            &test,
            "select count(*) from conversations where updated_at > now()"
        )
        .await,
        0
    );
    assert_eq!(
        rows(&test, "select count(*) from messages where author_id <> space_id").await,
        0
    );
    assert!(
        test.annas()
            .list_conversations(None, 5)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    // The conversation can continue.
    ask(&maria, Some(row.id), "And now?").await;
}

/// An archive that contains ids of another person's rows, in every field with an id.
#[tokio::test(flavor = "multi_thread")]
async fn an_archive_with_ids_of_another_persons_rows_does_not_touch_them() {
    let Maria { test, maria } = maria().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "My dog is called Biscuit.").await;
    anna.add_memory("I live in Porto.", None).await.unwrap();
    // Its title comes by a job.
    settled(&test).await;
    let before = unpack(&export(&anna).await);
    let annas = test
        .annas()
        .list_memories(&hearth_types::MemoryFilter::default(), None)
        .await
        .unwrap();
    let mut imported = conversation("Stolen");
    imported["id"] = json!(sent.conversation.0);
    imported["messages"] = json!([
        message(sent.message.0, None, "person", "stolen"),
        message(sent.answer.0, Some(sent.message.0), "model", "stolen"),
    ]);
    let memories = json!([{
        "id": annas.memories[0].id, "kind": "fact", "statement": "Stolen", "state": "kept", "origin": "person",
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "sources": [sent.message.0],
    }]);
    let report = import(&maria, &pack(&archive(&[imported], &memories)))
        .await
        .unwrap();
    // They become new rows of Maria's, because Anna's rows are invisible to her.
    assert_eq!((report.conversations, report.memories), (1, 1));
    let after = unpack(&export(&anna).await);
    for name in before
        .keys()
        .filter(|name| !name.starts_with("README") && *name != "hearth.json")
    {
        assert_eq!(before[name], after[name], "{name}");
    }
    let mine = maria
        .list_memories(&hearth_types::MemoryFilter::default(), None)
        .await
        .unwrap()
        .memories;
    let opened = maria.list_conversations(None, 5).await.unwrap().rows[0].id;
    assert_eq!(mine[0].sources[0].conversation, opened);
    assert_ne!(opened, sent.conversation);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_import_runs_at_a_time_and_an_interrupted_one_is_reported() {
    let Maria { test, maria } = maria().await;
    assert_eq!(maria.import_report().await.unwrap(), None);
    let archive = pack(&archive(&[conversation("T")], &json!([])));
    let waiting = incoming(&maria, &archive).await.unwrap();
    let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    let running = "insert into imports (space_id, author_id, id, state, total, conversations)
                   values ($1, $1, gen_random_uuid(), 'running', 9, 3)";
    sqlx::query(running)
        .bind(maria.user().0)
        .execute(&pool)
        .await
        .unwrap();
    assert_eq!(trouble(maria.import(waiting).await), ArchiveTrouble::Running);
    assert!(matches!(
        maria.incoming_archive().await,
        Err(Refusal::Archive(ArchiveTrouble::Running))
    ));
    // It has not been updated for a while, so its process counts as dead.
    sqlx::query("update imports set updated_at = now() - interval '2 minutes'")
        .execute(&pool)
        .await
        .unwrap();
    let cut = maria.import_report().await.unwrap().unwrap();
    assert_eq!(
        (cut.state, cut.conversations, cut.total),
        (ImportState::Interrupted, 3, 9)
    );
    assert_eq!(import(&maria, &archive).await.unwrap().conversations, 1);
    // Other people do not see the report.
    assert_eq!(test.annas().import_report().await.unwrap(), None);
    pool.close().await;
}

/// After a restart the same file is accepted at once, without waiting for the dead process, and nothing is duplicated.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_same_file_is_accepted_at_once_and_nothing_is_duplicated() {
    let Maria { test, maria } = maria().await;
    let many: Vec<Value> = (0..200).map(|n| long(n, 20)).collect();
    let archive = pack(&archive(&many, &json!([])));
    let waiting = incoming(&maria, &archive).await.unwrap();
    let importing = tokio::spawn({
        let maria = maria.clone();
        async move { maria.import(waiting).await }
    });
    while rows(&test, "select count(*) from conversations").await < 3 {
        tokio::task::yield_now().await;
    }
    let config = test.backend.config();
    test.backend.shut_down().await;
    importing.await.unwrap().ok();
    let state = "select count(*) from imports where state = 'interrupted' and conversations > 0";
    assert_eq!(rows(&test, state).await, 1, "it is written down before the stop");

    let next = hearth_backend::Backend::start(config).await.unwrap();
    let maria = next.for_user(maria.user());
    let interrupted = maria.import_report().await.unwrap().unwrap();
    assert_eq!(interrupted.state, ImportState::Interrupted);
    let report = import(&maria, &archive).await.unwrap();
    assert_eq!(report.state, ImportState::Done, "{report:?}");
    assert_eq!(report.conversations + report.conversations_known, 200);
    assert_eq!(rows(&test, "select count(*) from conversations").await, 200);
    assert_eq!(rows(&test, "select count(*) from messages").await, 4000);
    next.shut_down().await;
}

/// Hearth shuts down during an import: each conversation is imported completely or not at all, and the rest on retry.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_leaves_nothing_incomplete() {
    let Maria { test, maria } = maria().await;
    let many: Vec<Value> = (0..300).map(|n| long(n, 20)).collect();
    let archive = pack(&archive(&many, &json!([])));
    let waiting = incoming(&maria, &archive).await.unwrap();
    let importing = tokio::spawn({
        let maria = maria.clone();
        async move { maria.import(waiting).await }
    });
    while rows(&test, "select count(*) from conversations").await < 3 {
        tokio::task::yield_now().await;
    }
    test.backend.shut_down().await;
    importing.await.unwrap().ok();
    let taken = rows(&test, "select count(*) from conversations").await;
    assert!((3..300).contains(&taken), "{taken}");
    assert_eq!(rows(&test, "select count(*) from messages").await, taken * 20);
    let half = "select count(*) from conversations c where (select count(*) from messages m where m.conversation_id = c.id) <> 20";
    assert_eq!(rows(&test, half).await, 0);
}

/// A conversation of so many messages.
fn long(n: usize, messages: usize) -> Value {
    let ids: Vec<Uuid> = (0..messages).map(|_| Uuid::new_v4()).collect();
    let mut imported = conversation(&format!("Long {n}"));
    imported["messages"] = (0..messages)
        .map(|at| {
            let by = if at % 2 == 0 { "person" } else { "model" };
            message(
                ids[at],
                at.checked_sub(1).map(|before| ids[before]),
                by,
                &format!("Number {at} of {n}"),
            )
        })
        .collect();
    imported
}

/// Archives with changed, removed, inserted and moved bytes: each is reported, nothing crashes, and no conversation is
/// incomplete.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_damaged_archives_leave_no_incomplete_conversation() {
    let Maria { test, maria } = maria().await;
    let memories = json!([{ "id": Uuid::new_v4(), "kind": "fact", "statement": "I like tea", "state": "kept",
        "origin": "person", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z" }]);
    let mut imported = long(1, 6);
    imported["messages"][0]["attachments"] =
        json!([{ "name": "a.txt", "kind": "text", "path": "attachments/a.txt" }]);
    let mut files = archive(&[imported, long(2, 6)], &memories);
    files.insert("attachments/a.txt".into(), b"words".to_vec());
    // Half of them are uncompressed, so that a changed byte changes the text and not the stream.
    let (packed, stored) = (pack(&files), store(&files));
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut refused, mut taken, mut unreadable) = (0, 0, 0);
    for n in 0..200 {
        let mut bytes = if n % 2 == 0 {
            packed.clone()
        } else {
            stored.clone()
        };
        for _ in 0..=dice.below(3) {
            damage(&mut bytes, &mut dice);
        }
        match import(&maria, &bytes).await {
            Ok(report) => {
                assert_ne!(report.trouble, Some(ArchiveTrouble::Internal), "{n}: {report:?}");
                taken += report.conversations;
                unreadable += report.unreadable;
            }
            Err(Refusal::Archive(_)) => refused += 1,
            Err(Refusal::Backend(error)) => panic!("{n}: {error}"),
        }
        let half = "select count(*) from conversations c
                    where (select count(*) from messages m where m.conversation_id = c.id) <> 6
                       or (select count(*) from message_parts p join messages m on m.id = p.message_id
                           where m.conversation_id = c.id) < 6
                       or not exists (select from messages m where m.id = c.active_leaf)";
        assert_eq!(rows(&test, half).await, 0, "{n}");
        // So that the next archive does not count as a duplicate.
        let pool = sqlx::PgPool::connect_with(test.database.superuser.clone())
            .await
            .unwrap();
        sqlx::query("delete from conversations")
            .execute(&pool)
            .await
            .unwrap();
        sqlx::query("delete from memories").execute(&pool).await.unwrap();
        pool.close().await;
    }
    assert!(
        refused > 20 && taken > 20 && unreadable > 20,
        "{refused} {taken} {unreadable}"
    );
    eprintln!("refused {refused}, conversations taken {taken}, files that could not be read {unreadable}");
    // The server still works.
    assert_eq!(import(&maria, &packed).await.unwrap().conversations, 2);
}

fn store(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file(name.as_str(), stored).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A random generator with a fixed seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap()
    }
}

fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.below(bytes.len());
    let length = dice.below(60).min(bytes.len() - at);
    match dice.below(5) {
        0 => bytes[at] ^= 1 << dice.below(8),
        1 => bytes[at] = u8::try_from(dice.below(256)).unwrap(),
        2 => drop(bytes.drain(at..at + length)),
        3 => {
            let moved = bytes[at..at + length].to_vec();
            bytes.splice(at..at, moved);
        }
        _ => bytes[at..at + length].fill(0),
    }
}
