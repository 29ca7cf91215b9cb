//! Export of a person's data as an archive, and its import on another server.

use crate::{
    attachments::attach,
    talk::{Tab, answer, ask, message, message_with, settled},
};
use futures::StreamExt;
use hearth_backend::{
    UserBackend,
    memory::memories::NewMemory,
    testing::TestBackend,
    transfer::import::{IncomingArchive, Refusal},
};
use hearth_inference::fake::Reply;
use hearth_types::{
    Attachment, Conversation, ConversationId, ImportReport, ImportState, MemoryFilter, MemoryKind, MemoryUse,
    MessageId, Part, Sent, SpaceRole,
};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read, Write},
    time::Duration,
};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The files of an archive, by name.
pub type Files = BTreeMap<String, Vec<u8>>;

pub async fn export(person: &UserBackend) -> Vec<u8> {
    let mut pieces = Box::pin(person.export().await.unwrap().into_stream());
    let mut archive = Vec::new();
    while let Some(piece) = pieces.next().await {
        archive.extend(piece.expect("the export goes on to its end"));
    }
    archive
}

pub fn unpack(archive: &[u8]) -> Files {
    let mut zip = ZipArchive::new(Cursor::new(archive)).expect("a zip file");
    let mut files = Files::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.insert(file.name().to_owned(), bytes);
    }
    files
}

pub fn pack(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub async fn incoming(person: &UserBackend, archive: &[u8]) -> Result<IncomingArchive, Refusal> {
    let mut incoming = person.incoming_archive().await?;
    for piece in archive.chunks(100_000) {
        incoming.write(piece).await?;
    }
    Ok(incoming)
}

/// Imports an archive completely.
pub async fn import(person: &UserBackend, archive: &[u8]) -> Result<ImportReport, Refusal> {
    let mut report = person.import(incoming(person, archive).await?).await?;
    while report.is_running() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        report = person.import_report().await?.expect("a report");
    }
    Ok(report)
}

fn json_of(files: &Files, name: &str) -> Value {
    serde_json::from_slice(&files[name]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text_of<'a>(files: &'a Files, name: &str) -> &'a str {
    std::str::from_utf8(&files[name]).unwrap()
}

fn one<'a>(files: &'a Files, end: &str) -> &'a str {
    let mut found = files.keys().filter(|name| name.ends_with(end));
    let name = found
        .next()
        .unwrap_or_else(|| panic!("no {end} in {:?}", files.keys()));
    assert!(found.next().is_none(), "one {end}");
    name
}

fn png(shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(40, 30, Rgb([shade, 90, 30]))
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn send(person: &UserBackend, text: &str, with: &[&Attachment]) -> Sent {
    let mut tab = Tab::open(person).await;
    let sent = person.send(message_with(text, with)).await.unwrap();
    tab.ended(sent.answer).await;
    sent
}

async fn open(person: &UserBackend, id: ConversationId) -> Conversation {
    person.open_conversation(id, Part::Newest).await.unwrap()
}

pub async fn rows(test: &TestBackend, query: &'static str) -> i64 {
    let pool = PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    let count = sqlx::query_scalar(query).fetch_one(&pool).await.unwrap();
    pool.close().await;
    count
}

/// Anna's server, with one of everything in it.
struct Lived {
    test: TestBackend,
    anna: UserBackend,
    ben: UserBackend,
    tree: Sent,
    shared: Sent,
}

impl Lived {
    async fn start() -> Self {
        let test = TestBackend::start().await;
        let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
        // Branches, thoughts, and a question with a hidden first version.
        test.fake
            .enqueue(Reply::text("Porto has hills.").thinking("Which hills?"));
        let (first, _) = ask(&anna, None, "Tell me of **Porto**\n# at once").await;
        let mut tab = Tab::open(&anna).await;
        let again = anna.answer_again(MessageId(first.answer.0), None).await.unwrap();
        tab.ended(again.answer).await;
        let (second, _) = ask(&anna, Some(first.conversation), "And the river?").await;
        let mut version = message(Some(first.conversation), "And the Douro?");
        version.edits = Some(second.message);
        let edited = anna.send(version).await.unwrap();
        tab.ended(edited.answer).await;
        anna.show_branch(second.message).await.unwrap();
        anna.rename_conversation(first.conversation, "Porto: hills/river?")
            .await
            .unwrap();
        // Pictures and a file, shared by two versions of a message.
        let picture = attach(&anna, None, "Garten im Mai.png", &png(1)).await.unwrap();
        let plan = attach(&anna, None, "plan.txt", "Brot kaufen\n买面包\n".as_bytes())
            .await
            .unwrap();
        let seen = send(&anna, "What is this?", &[&picture, &plan]).await;
        let mut version = message(Some(seen.conversation), "What is this, please?");
        version.edits = Some(seen.message);
        let version = anna.send(version).await.unwrap();
        tab.ended(version.answer).await;
        anna.set_pinned(seen.conversation, true).await.unwrap();
        // An archived conversation in Chinese, and two conversations with the same title.
        let (chinese, _) = ask(&anna, None, "我的狗叫饼干，它对鸡肉过敏。").await;
        anna.rename_conversation(chinese.conversation, "饼干的晚餐")
            .await
            .unwrap();
        anna.set_archived(chinese.conversation, true).await.unwrap();
        let (twin, _) = ask(&anna, None, "Again of the dog").await;
        anna.rename_conversation(twin.conversation, "饼干的晚餐")
            .await
            .unwrap();
        anna.set_memory(twin.conversation, false).await.unwrap();
        // Ben writes in a conversation of Anna's.
        let (shared, _) = ask(&anna, None, "Where do we go?").await;
        settled(&test).await;
        anna.rename_conversation(shared.conversation, "Where we go")
            .await
            .unwrap();
        anna.share_conversation(shared.conversation, ben.user(), SpaceRole::Writer)
            .await
            .unwrap();
        ask(&ben, Some(shared.conversation), "I would like to see Faro.").await;
        Self::memories(&anna, &first, &chinese).await;
        settled(&test).await;
        Self {
            test,
            anna,
            ben,
            tree: first,
            shared,
        }
    }

    /// Memories that are kept, ended, superseded, pinned, and waiting for consent.
    async fn memories(anna: &UserBackend, source: &Sent, dog: &Sent) {
        let mut porto = NewMemory::told("I live in Porto");
        porto.sources = vec![source.message];
        let porto = anna.keep_memory(porto).await.unwrap();
        let lisbon = anna.change_memory(porto, "I live in Lisbon").await.unwrap();
        anna.pin_memory(lisbon, true).await.unwrap();
        let mut biscuit = NewMemory::told("我的狗叫饼干");
        biscuit.sources = vec![dog.message];
        biscuit.subject = "饼干".into();
        biscuit.valid_to = "2030-01-01T00:00:00Z".parse().ok();
        anna.keep_memory(biscuit).await.unwrap();
        let mut asked = NewMemory::told("I am allergic to nuts");
        asked.state = hearth_types::MemoryState::Asked;
        asked.sensitive = Some(hearth_types::Sensitive::Health);
        asked.origin = hearth_types::MemoryOrigin::Model;
        anna.keep_memory(asked).await.unwrap();
    }
}

/// The content of an archive, without its owner and date. The bytes of a JPEG are left out, because a picture is encoded
/// again on import.
fn said(files: &Files, name: &str) -> BTreeMap<String, Value> {
    let ours = files
        .iter()
        .filter(|(file, _)| *file != "README.md" && *file != "hearth.json");
    ours.map(|(file, bytes)| {
        let said = if file.ends_with(".json") {
            let mut said = json_of(files, file);
            if let Some(memories) = said["memories"].as_array_mut() {
                memories.sort_by_key(|memory| memory["id"].to_string());
            }
            // The imported conversation is not shared.
            said.as_object_mut().unwrap().remove("shared_with");
            said
        } else if file.ends_with(".md") {
            let text = std::str::from_utf8(bytes)
                .unwrap()
                .replace(&format!("## {name} ·"), "## WHO ·");
            let text = text.replace(" · shared with Ben", "");
            let mut lines: Vec<&str> = text.lines().collect();
            if file == "memories.md" {
                lines.sort_unstable();
            }
            json!(lines)
        } else {
            json!(bytes)
        };
        (file.clone(), said)
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_imported_on_another_server_exports_the_same() {
    let lived = Lived::start().await;
    let archive = export(&lived.anna).await;
    let files = unpack(&archive);
    let other = TestBackend::start().await;
    let maria = other.backend.for_user(other.person("Maria").await);
    let report = import(&maria, &archive).await.unwrap();
    assert_eq!(report.state, ImportState::Done, "{report:?}");
    assert_eq!(
        (
            report.conversations,
            report.memories,
            report.pictures,
            report.files,
            report.unreadable
        ),
        (5, 4, 2, 2, 0)
    );
    let again = unpack(&export(&maria).await);
    let (before, after) = (said(&files, "Anna"), said(&again, "Maria"));
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>(),
        "the same files"
    );
    for (name, said) in &before {
        assert_eq!(said, &after[name], "{name}");
    }
    // No row on the new server has an id of the old one.
    let old: BTreeSet<String> = maria
        .list_conversations(None, 50)
        .await
        .unwrap()
        .rows
        .iter()
        .map(|row| row.id.to_string())
        .collect();
    assert!(
        !old.is_empty()
            && old
                .iter()
                .all(|id| !String::from_utf8_lossy(&archive).contains(id))
    );
    assert!(
        lived
            .anna
            .open_conversation(
                maria.list_conversations(None, 1).await.unwrap().rows[0].id,
                Part::Newest
            )
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_data_is_used_like_local_data() {
    let lived = Lived::start().await;
    let archive = export(&lived.anna).await;
    let other = TestBackend::start().await;
    let maria = other.backend.for_user(other.person("Maria").await);
    import(&maria, &archive).await.unwrap();
    settled(&other).await;
    let unembedded = "select count(*) from passages p where not exists
                      (select from passage_embeddings e where e.passage_id = p.id)";
    assert_eq!(
        rows(&other, unembedded).await,
        0,
        "vectors were made in the background"
    );
    let passages = |test| {
        rows(
            test,
            "select count(*) from passages p join conversations c on c.id = p.conversation_id",
        )
    };
    assert_eq!(passages(&other).await, passages(&lived.test).await);
    // The imported text is recalled with its own date, and the conversation can continue.
    let (sent, first) = ask(&maria, None, "What is my dog 饼干 allergic to? 它对什么过敏？").await;
    let recalled = first.answer.unwrap().recalled;
    assert!(
        recalled
            .iter()
            .any(|passage| passage.excerpt.contains("鸡肉过敏")),
        "{recalled:?}"
    );
    let list = maria.list_conversations(None, 50).await.unwrap().rows;
    assert!(list[0].pinned || list[1].pinned);
    let tree = list
        .iter()
        .find(|row| row.title == "Porto: hills/river?")
        .unwrap();
    let opened = open(&maria, tree.id).await;
    assert_eq!(opened.messages.len(), 4);
    assert_eq!(opened.messages[1].siblings.unwrap().count, 2);
    assert_eq!(opened.messages[2].siblings.unwrap().count, 2);
    assert!(
        opened.messages[3].html.contains("<p"),
        "{}",
        opened.messages[3].html
    );
    ask(&maria, Some(tree.id), "Go on.").await;
    assert_eq!(open(&maria, tree.id).await.messages.len(), 6);
    // The conversation with a picture has it again, as a file of Maria's.
    let seen = list.iter().find(|row| row.pinned).unwrap();
    let attached = &open(&maria, seen.id).await.messages[0].attachments;
    assert_eq!(attached[0].name, "Garten im Mai.png");
    let file = maria.attachment_file(attached[0].id).await.unwrap();
    assert!(
        file.path.starts_with(other.files.join(maria.user().to_string())),
        "{:?}",
        file.path
    );
    assert_eq!(
        std::fs::read(maria.attachment_file(attached[1].id).await.unwrap().path).unwrap(),
        "Brot kaufen\n买面包\n".as_bytes()
    );
    // Ended memories are still ended, and their sources are her own messages.
    let memories = maria
        .list_memories(&MemoryFilter::default(), None)
        .await
        .unwrap()
        .memories;
    let memory = |statement: &str| {
        memories
            .iter()
            .find(|memory| memory.statement == statement)
            .unwrap()
    };
    let porto = memory("I live in Porto");
    assert_eq!(porto.superseded_by.as_deref(), Some("I live in Lisbon"));
    assert_eq!(porto.sources[0].conversation, tree.id);
    assert_eq!(
        memory("I live in Lisbon").origin,
        hearth_types::MemoryOrigin::Import
    );
    assert!(memory("I live in Lisbon").pinned);
    assert_eq!(
        memory("I am allergic to nuts").state,
        hearth_types::MemoryState::Asked
    );
    assert_eq!(
        answer(&maria, &sent).await.answer.unwrap().status,
        hearth_types::AnswerStatus::Done
    );
}

/// Anna may export Ben's messages in her conversation. After import they have his name, but belong to no account.
#[tokio::test(flavor = "multi_thread")]
async fn imported_messages_of_others_keep_their_name_and_belong_to_no_account() {
    let lived = Lived::start().await;
    let files = unpack(&export(&lived.anna).await);
    let shared = files
        .keys()
        .find(|name| {
            name.starts_with("conversations/")
                && name.ends_with(".json")
                && text_of(&files, name).contains("Faro")
        })
        .unwrap();
    let said = json_of(&files, shared);
    assert_eq!(said["shared_with"], json!(["Ben"]));
    assert_eq!(said["messages"][2]["by"], "Ben");
    assert!(text_of(&files, &shared.replace(".json", ".md")).contains("## Ben · "));
    // On the new server another person is called Ben. They get nothing of it.
    let other = TestBackend::start().await;
    let ben = other.backend.for_user(other.person("Ben").await);
    let maria = other.backend.for_user(other.person("Maria").await);
    import(&maria, &pack(&files)).await.unwrap();
    assert!(ben.list_conversations(None, 50).await.unwrap().rows.is_empty());
    let row = maria.list_conversations(None, 50).await.unwrap().rows;
    let row = row
        .iter()
        .find(|row| row.title == "Where we go")
        .expect("the conversation");
    assert!(row.shared.is_none());
    let opened = open(&maria, row.id).await;
    let by: Vec<Option<&str>> = opened
        .messages
        .iter()
        .map(|message| message.by.as_deref())
        .collect();
    assert_eq!(by, [None, None, Some("Ben"), None]);
    assert_eq!(
        rows(
            &other,
            "select count(*) from messages where author_name = 'Ben' and author_id is null"
        )
        .await,
        1
    );
    // The prompt names the authors.
    ask(&maria, Some(row.id), "Who wanted to see what?").await;
    let asked = format!("{:?}", other.fake.chats().last().unwrap().messages());
    assert!(asked.contains("Ben: I would like to see Faro."), "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_holds_only_the_persons_own_data() {
    let lived = Lived::start().await;
    let (test, anna, ben) = (&lived.test, &lived.anna, &lived.ben);
    // Ben's own secret, one that he shares with Anna, and one in a temporary conversation of Anna's.
    ask(ben, None, "My secret is canary41.").await;
    let (his, _) = ask(ben, None, "Our secret is canary42.").await;
    settled(test).await;
    ben.share_conversation(his.conversation, anna.user(), SpaceRole::Reader)
        .await
        .unwrap();
    ben.add_memory("I hide canary43.", Some(MemoryKind::Fact))
        .await
        .unwrap();
    let mut temporary = message(None, "Only now: canary44.");
    temporary.memory = Some(MemoryUse::Temporary);
    let mut tab = Tab::open(anna).await;
    let sent = anna.send(temporary).await.unwrap();
    tab.ended(sent.answer).await;
    let files = unpack(&export(anna).await);
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("canary4"), "{name}: {text}");
        for word in ["password_hash", "argon2", "embedding", "halfvec"] {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
    let readme = text_of(&files, "README.md");
    assert!(
        readme.contains("5 conversations")
            && readme.contains("One conversation that other people share with you"),
        "{readme}"
    );
    // Whoever may write in it does not own it.
    let bens = unpack(&export(ben).await);
    assert!(
        bens.values()
            .all(|bytes| !String::from_utf8_lossy(bytes).contains("Faro"))
    );
    assert!(
        bens.values()
            .any(|bytes| String::from_utf8_lossy(bytes).contains("canary41"))
    );
    // An administrator's export has only the administrator's own data.
    let without_data = test.backend.for_user(test.person("Carl").await);
    let empty = unpack(&export(&without_data).await);
    assert_eq!(
        empty.keys().collect::<Vec<_>>(),
        ["README.md", "hearth.json", "memories.json", "memories.md"]
    );
    let _ = lived.shared;
}

#[tokio::test(flavor = "multi_thread")]
async fn file_names_in_an_archive_are_unique_and_valid_on_every_system() {
    let lived = Lived::start().await;
    let files = unpack(&export(&lived.anna).await);
    let mut folded = BTreeSet::new();
    for name in files.keys() {
        assert!(folded.insert(name.to_lowercase()), "{name} twice");
        assert!(
            !name.contains(['\\', ':', '?', '*', '"', '<', '>', '|']),
            "{name}"
        );
        assert!(
            name.split('/')
                .all(|part| !part.ends_with(['.', ' ']) && part.len() < 200),
            "{name}"
        );
    }
    one(&files, " Porto hills river.md");
    one(&files, " 饼干的晚餐.md");
    one(&files, " 饼干的晚餐 (2).md");
    // A readable page: the shown branch, quotations, and a link to the picture.
    let porto = text_of(&files, one(&files, " Porto hills river.md"));
    assert!(porto.contains("> Tell me of **Porto**\n> # at once\n"), "{porto}");
    assert!(
        porto.contains("And the river?") && !porto.contains("And the Douro?"),
        "{porto}"
    );
    let seen = files
        .iter()
        .find(|(name, bytes)| name.ends_with(".md") && String::from_utf8_lossy(bytes).contains("![Garten"))
        .map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned())
        .expect("a page with the picture");
    let link = seen
        .split("](../")
        .nth(1)
        .unwrap()
        .split(')')
        .next()
        .unwrap()
        .replace("%20", " ");
    assert_eq!(files[&link], files[one(&files, "Garten im Mai.png")]);
    let everything = json_of(&files, one(&files, " Porto hills river.json"));
    assert_eq!(everything["messages"].as_array().unwrap().len(), 7);
    assert_eq!(everything["messages"][1]["thinking"], "Which hills?");
    let _ = lived.tree;
}

#[tokio::test(flavor = "multi_thread")]
async fn forgotten_messages_are_exported_to_read_and_stay_forgotten() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (sent, _) = ask(&anna, None, "My locker has the code 4711.").await;
    let mut code = NewMemory::told("My locker has the code 4711");
    code.sources = vec![sent.message];
    let code = anna.keep_memory(code).await.unwrap();
    settled(&test).await;
    anna.forget_memory(code).await.unwrap();
    let archive = export(&anna).await;
    let files = unpack(&archive);
    assert!(!text_of(&files, "memories.json").contains("4711"));
    let conversation = files
        .keys()
        .find(|name| name.starts_with("conversations/") && name.ends_with(".md"))
        .unwrap();
    assert!(text_of(&files, conversation).contains("You asked Hearth to forget this."));
    let other = TestBackend::start().await;
    let maria = other.backend.for_user(other.person("Maria").await);
    import(&maria, &archive).await.unwrap();
    settled(&other).await;
    let row = maria.list_conversations(None, 5).await.unwrap().rows[0].id;
    assert_eq!(
        open(&maria, row).await.messages[0].text,
        "My locker has the code 4711."
    );
    assert_eq!(rows(&other, "select count(*) from passages").await, 0);
    let (_, answered) = ask(&maria, None, "What is the code of my locker?").await;
    assert!(answered.answer.unwrap().recalled.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn importing_the_same_archive_again_duplicates_nothing() {
    let lived = Lived::start().await;
    let archive = export(&lived.anna).await;
    let counts =
        "select (select count(*) from conversations) * 1000000 + (select count(*) from messages) * 1000
                  + (select count(*) from memories)";
    let before = rows(&lived.test, counts).await;
    let home = import(&lived.anna, &archive).await.unwrap();
    assert_eq!((home.conversations, home.conversations_known), (0, 5));
    assert_eq!((home.memories, home.memories_known), (0, 4));
    assert_eq!(rows(&lived.test, counts).await, before);

    let other = TestBackend::start().await;
    let maria = other.backend.for_user(other.person("Maria").await);
    import(&maria, &archive).await.unwrap();
    let before = rows(&other, counts).await;
    let again = import(&maria, &archive).await.unwrap();
    assert_eq!(
        (
            again.conversations,
            again.conversations_known,
            again.memories_known
        ),
        (0, 5, 4)
    );
    assert_eq!(rows(&other, counts).await, before);
    // Imported back on the first server from Maria's archive: it is recognised by its first id.
    let back = import(&lived.anna, &export(&maria).await).await.unwrap();
    assert_eq!((back.conversations, back.memories), (0, 0), "{back:?}");
    // A deleted conversation comes back, and another person's import creates their own rows.
    let row = maria.list_conversations(None, 1).await.unwrap().rows[0].id;
    maria.delete_conversation(row).await.unwrap();
    assert_eq!(import(&maria, &archive).await.unwrap().conversations, 1);
    let carl = other.backend.for_user(other.person("Carl").await);
    assert_eq!(import(&carl, &archive).await.unwrap().conversations, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_a_snapshot_of_one_moment() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let (first, _) = ask(&anna, None, "The first.").await;
    // Larger than the buffer, so that the export waits for its reader.
    let noise: String = (0..90_000_u32)
        .map(|n| char::from(b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26))
        .collect();
    for n in 0..12 {
        ask(&anna, None, &format!("Number {n}: {noise}{n}")).await;
    }
    let mut pieces = Box::pin(anna.export().await.unwrap().into_stream());
    let mut archive = pieces.next().await.unwrap().unwrap();
    ask(&anna, None, "Too late: canary51.").await;
    anna.delete_conversation(first.conversation).await.unwrap();
    while let Some(piece) = pieces.next().await {
        archive.extend(piece.unwrap());
    }
    let all: String = unpack(&archive)
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .collect();
    assert!(all.contains("The first.") && !all.contains("canary51"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_export_frees_its_slot_and_an_interrupted_one_ends_in_an_error() {
    let lived = Lived::start().await;
    // More exports than may run at once; each is dropped after its first piece.
    for _ in 0..6 {
        let mut pieces = Box::pin(lived.anna.export().await.unwrap().into_stream());
        pieces.next().await;
    }
    assert!(unpack(&export(&lived.anna).await).len() > 10);
    // Hearth shuts down before the archive is read completely.
    let pieces = lived.anna.export().await.unwrap().into_stream();
    lived.test.backend.shut_down().await;
    let taken: Vec<_> = pieces.collect().await;
    if let Some(Ok(_)) = taken.last() {
        // It was finished before the shutdown: then it is complete.
        let archive: Vec<u8> = taken.into_iter().flat_map(Result::unwrap).collect();
        unpack(&archive);
    }
}

/// A file missing on the disk is reported, and everything else is exported.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_missing_on_the_disk_is_named_and_the_rest_is_exported() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let picture = attach(&anna, None, "lost.png", &png(9)).await.unwrap();
    let kept = attach(&anna, None, "kept.png", &png(8)).await.unwrap();
    send(&anna, "Look", &[&picture, &kept]).await;
    std::fs::remove_file(anna.attachment_file(picture.id).await.unwrap().path).unwrap();
    let archive = export(&anna).await;
    let files = unpack(&archive);
    let everything = json_of(
        &files,
        files
            .keys()
            .find(|name| name.starts_with("conversations/") && name.ends_with(".json"))
            .unwrap(),
    );
    assert!(everything["messages"][0]["attachments"][0]["path"].is_null());
    let report = import(&test.backend.for_user(test.person("Maria").await), &archive)
        .await
        .unwrap();
    assert_eq!(
        (report.conversations, report.pictures, report.unreadable),
        (1, 1, 1)
    );
    assert_eq!(report.unreadable_names, ["lost.png"]);
}

/// Many conversations are exported in pages, in order and in bounded memory.
#[tokio::test(flavor = "multi_thread")]
async fn hundreds_of_conversations_go_out_and_come_in() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    many(&test, &anna, 520).await;
    let archive = export(&anna).await;
    let files = unpack(&archive);
    assert_eq!(
        files
            .keys()
            .filter(|name| name.ends_with(".json") && name.starts_with("conv"))
            .count(),
        521
    );
    let maria = test.backend.for_user(test.person("Maria").await);
    let report = import(&maria, &archive).await.unwrap();
    assert_eq!(
        (report.conversations, report.looked_at, report.total),
        (521, 521, 521)
    );
    let long = "select count(*) from messages m join conversations c on c.id = m.conversation_id
                where c.title = 'Long' and c.origin_id is not null";
    assert_eq!(rows(&test, long).await, 400);
}

/// Inserts `count` conversations of two messages, and one of 400.
async fn many(test: &TestBackend, anna: &UserBackend, count: i32) {
    let pool = PgPool::connect_with(test.database.superuser.clone())
        .await
        .unwrap();
    for (title, conversations, turns) in [("Short", count, 1), ("Long", 1, 200)] {
        sqlx::query(
            "with c as (
                insert into conversations (id, space_id, author_id, title, memory, next_ordinal, created_at)
                select gen_random_uuid(), $1, $1, $2, true, 2 * $4 + 1, now() - make_interval(secs => n)
                from generate_series(1, $3) n returning id
             ), q as (
                select c.id as conversation, t, gen_random_uuid() as question, gen_random_uuid() as answer
                from c, generate_series(1, $4) t
             ), m as (
                insert into messages (id, space_id, conversation_id, parent_id, ordinal, said_by, author_id)
                select question, $1, conversation, lag(answer) over (partition by conversation order by t), 2 * t - 1, 'person', $1::uuid from q
                union all
                select answer, $1, conversation, question, 2 * t, 'model', null from q
             ), a as (
                insert into answers (id, space_id, conversation_id, status, model)
                select answer, $1, conversation, 'done', 'tiny' from q
             )
             insert into message_parts (message_id, space_id, position, kind, text)
             select question, $1, 0, 'text', 'Question ' || t from q
             union all select answer, $1, 0, 'text', 'Answer ' || t from q",
        )
        .bind(anna.user().0)
        .bind(title)
        .bind(conversations)
        .bind(turns)
        .execute(&pool)
        .await
        .unwrap();
    }
    pool.close().await;
}
