//! Pictures and files: ownership, what a model gets of them, and their deletion.

use crate::talk::{Tab, answer, message, message_with};
use hearth_backend::{Error, Result, UserBackend, testing::TestBackend};
use hearth_extract::{
    has_pdf_library,
    testing::{Field, Page, form, pages, predefined},
};
use hearth_inference::fake::{FakeModel, Reply};
use hearth_types::{
    AnswerStatus, Attachment, AttachmentKind, ConversationId, FileTrouble, PageRange, Problem, Sent,
};
use image::{ImageFormat, Rgb, RgbImage};
use sqlx::Connection;
use std::{io::Cursor, path::Path, time::Duration};

pub async fn attach(
    person: &UserBackend,
    place: Option<ConversationId>,
    name: &str,
    bytes: &[u8],
) -> Result<Attachment> {
    let mut all = attach_all(person, place, name, bytes).await?;
    assert_eq!(all.len(), 1);
    Ok(all.remove(0))
}

async fn attach_all(
    person: &UserBackend,
    place: Option<ConversationId>,
    name: &str,
    bytes: &[u8],
) -> Result<Vec<Attachment>> {
    let mut incoming = person.incoming().await?;
    incoming.write(bytes).await?;
    person.attach(incoming, name, place).await
}

/// A different picture for each shade.
fn picture(shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(1600, 1200, Rgb([shade, 90, 30]))
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

fn files(folder: &Path) -> usize {
    let folders = std::fs::read_dir(folder).into_iter().flatten().flatten();
    folders
        .filter(|entry| entry.file_name() != "incoming")
        .flat_map(|entry| std::fs::read_dir(entry.path()).unwrap())
        .count()
}

/// Waits for the sweeper, which runs in the background.
async fn until_files(folder: &Path, wanted: usize) {
    let patience = tokio::time::timeout(Duration::from_secs(60), async {
        while files(folder) != wanted {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    patience
        .await
        .unwrap_or_else(|_| panic!("{} files, not {wanted}", files(folder)));
}

fn trouble(result: Result<Attachment>) -> FileTrouble {
    match result {
        Err(Error::Problem(Problem::File { trouble })) => trouble,
        other => panic!("no trouble with this file: {other:?}"),
    }
}

async fn send(person: &UserBackend, text: &str, with: &[&Attachment]) -> Sent {
    let mut tab = Tab::open(person).await;
    let sent = person.send(message_with(text, with)).await.unwrap();
    assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
    sent
}

#[tokio::test]
async fn an_upload_is_sent_once_and_stays_with_its_message() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let note = attach(&anna, None, "../notes/plan.txt", b"buy bread\r\nfeed the dog\n")
        .await
        .unwrap();
    assert_eq!(
        (note.kind, note.name.as_str(), note.length),
        (AttachmentKind::Text, "plan.txt", 2)
    );
    assert_eq!(anna.unsent_attachments(None).await.unwrap(), vec![note.clone()]);

    let sent = send(&anna, "What is to be done?", &[&note]).await;
    let asked = test.fake.chats()[0].last_message();
    assert!(
        asked.contains("<file name=\"plan.txt\"") && asked.contains("buy bread\nfeed the dog"),
        "{asked}"
    );
    assert!(anna.unsent_attachments(None).await.unwrap().is_empty());
    let opened = anna.open_conversation(sent.conversation, None).await.unwrap();
    assert_eq!(opened.messages[0].attachments, vec![note.clone()]);
    assert_eq!(opened.messages[0].text, "What is to be done?");

    // A second message cannot use it, and is not sent at all.
    let again = anna.send(message_with("And this?", &[&note])).await;
    assert!(matches!(again, Err(Error::Problem(Problem::NotFound))));
    assert_eq!(anna.list_conversations(None, 10).await.unwrap().rows.len(), 1);
    // A sent attachment cannot be removed on its own.
    anna.remove_attachment(note.id).await.unwrap_err();
}

#[tokio::test]
async fn an_attachment_of_another_person_is_never_used() {
    let test = TestBackend::start().await;
    let (anna, ben) = (test.annas(), test.backend.for_user(test.person("Ben").await));
    let secret = attach(&anna, None, "secret.txt", b"canary77").await.unwrap();
    for refused in [
        ben.send(message_with("Read it to me.", &[&secret]))
            .await
            .map(|_| ()),
        ben.remove_attachment(secret.id).await,
        ben.attachment_file(secret.id).await.map(|_| ()),
        ben.attachment_preview(secret.id).await.map(|_| ()),
    ] {
        assert!(
            matches!(refused, Err(Error::Problem(Problem::NotFound))),
            "{refused:?}"
        );
    }
    let annas = anna.send(message(None, "Mine.")).await.unwrap();
    ben.may_attach(Some(annas.conversation)).await.unwrap_err();
    attach(&ben, Some(annas.conversation), "x.txt", b"x")
        .await
        .unwrap_err();
    assert!(
        ben.unsent_attachments(Some(annas.conversation))
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        test.fake
            .chats()
            .iter()
            .all(|chat| !chat.last_message().contains("canary77"))
    );
    assert_eq!(anna.unsent_attachments(None).await.unwrap(), vec![secret]);
}

#[tokio::test]
async fn an_edited_message_and_its_first_version_both_keep_their_attachments() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let note = attach(&anna, None, "plan.txt", b"buy bread\n").await.unwrap();
    let first = send(&anna, "What is to be done?", &[&note]).await;
    let mut tab = Tab::open(&anna).await;
    for text in ["What is to be done today?", ""] {
        let mut version = message(Some(first.conversation), text);
        version.edits = Some(first.message);
        let sent = anna.send(version).await.unwrap();
        assert_eq!(tab.ended(sent.answer).await, AnswerStatus::Done);
        let asked = test.fake.chats().pop().unwrap().last_message();
        assert!(asked.contains(text) && asked.contains("buy bread"), "{asked}");
        let shown = anna.open_conversation(first.conversation, None).await.unwrap();
        let [kept] = &*shown.messages[0].attachments else {
            panic!("{:?}", shown.messages[0].attachments);
        };
        assert_eq!((&kept.name, kept.length), (&note.name, note.length));
        assert_ne!(kept.id, note.id);
    }
    // The first version keeps its attachments, and a message without attachments cannot become empty.
    anna.attachment_file(note.id).await.unwrap();
    let bare = send(&anna, "Nothing comes with this.", &[]).await;
    let mut emptied = message(Some(bare.conversation), " ");
    emptied.edits = Some(bare.message);
    let refused = anna.send(emptied).await;
    assert!(
        matches!(refused, Err(Error::Problem(Problem::Invalid { .. }))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_picture_goes_only_to_a_model_with_vision() {
    let test = TestBackend::start().await;
    test.fake.set_models(vec![
        FakeModel::chat("scripted-chat:1b"),
        FakeModel::with_vision("seer:1b"),
        FakeModel::embedder("scripted-embed"),
    ]);
    let anna = test.annas();
    let photo = attach(&anna, None, "dog.jpg", &picture(1)).await.unwrap();
    let sent = send(&anna, "What is this?", &[&photo]).await;
    let blind = &test.fake.chats()[0];
    assert!(blind.pictures().concat().is_empty());
    assert!(
        blind
            .last_message()
            .contains("[Picture 1: dog.jpg. You cannot see it.]")
    );
    let answered = answer(&anna, &sent).await.answer.unwrap();
    assert_eq!(answered.left_out.pictures, 1);

    test.backend
        .administration(test.anna)
        .await
        .unwrap()
        .set_default_model(Some("seer:1b".into()))
        .await
        .unwrap();
    let other = attach(&anna, None, "cat.jpg", &picture(2)).await.unwrap();
    let sent = send(&anna, "And this?", &[&other]).await;
    let seen = test.fake.chats().pop().unwrap();
    let pictures = seen.pictures();
    assert_eq!(pictures.last().unwrap().len(), 1);
    let bytes =
        base64::Engine::decode(&base64::prelude::BASE64_STANDARD, &pictures.last().unwrap()[0]).unwrap();
    let shown = image::load_from_memory(&bytes).unwrap();
    assert_eq!((shown.width(), shown.height()), (1600, 1200));
    let answered = answer(&anna, &sent).await.answer.unwrap();
    assert_eq!(answered.left_out.pictures, 0);
}

#[tokio::test]
async fn a_long_screenshot_goes_to_the_model_in_readable_parts() {
    let test = TestBackend::start().await;
    test.fake.set_models(vec![FakeModel::with_vision("seer:1b")]);
    let anna = test.annas();
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(1080, 20_000, Rgb([250, 250, 250]))
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    let parts = attach_all(&anna, None, "page.png", bytes.get_ref())
        .await
        .unwrap();
    let names: Vec<&str> = parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(
        (names[0], names[5], names.len()),
        ("page (1∕6).png", "page (6∕6).png", 6)
    );
    assert!(parts.iter().all(|part| (part.width, part.height) == (501, 1600)));
    assert_eq!(anna.unsent_attachments(None).await.unwrap(), parts);

    let sent = send(&anna, "What does it say?", &parts.iter().collect::<Vec<_>>()).await;
    let asked = &test.fake.chats()[0];
    assert_eq!(
        asked.pictures().concat().len(),
        3,
        "what half of the window holds"
    );
    let said = asked.last_message();
    assert!(said.contains("[Picture 1: page (1∕6).png]"), "{said}");
    assert!(
        said.contains("[Picture 4: page (4∕6).png. You cannot see it.]"),
        "{said}"
    );
    // The person reads under the answer that three were not seen.
    assert_eq!(answer(&anna, &sent).await.answer.unwrap().left_out.pictures, 3);
}

#[tokio::test]
async fn a_picture_that_no_model_could_read_is_refused_with_a_reason() {
    let test = TestBackend::start().await;
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(640, 20_000)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    let refused = attach(&test.annas(), None, "feed.png", bytes.get_ref()).await;
    assert_eq!(trouble(refused), FileTrouble::TooNarrow);
}

#[tokio::test]
async fn the_model_reads_text_files_of_older_systems() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    for (encoding, text) in [
        (encoding_rs::GBK, "明天上午九点在仓库开会，请带上钥匙和合同。\n"),
        (encoding_rs::BIG5, "明天上午九點在倉庫開會，請帶上鑰匙和合約。\n"),
        (
            encoding_rs::SHIFT_JIS,
            "明日の午前九時に倉庫で会議があります。鍵を持ってきてください。\n",
        ),
        (
            encoding_rs::EUC_KR,
            "내일 오전 아홉 시에 창고에서 회의가 있습니다. 열쇠를 가져오세요.\n",
        ),
        (
            encoding_rs::WINDOWS_1252,
            "Morgen früh um neun im Lager, bitte die Schlüssel für Müller mitbringen.\n",
        ),
    ] {
        let bytes = encoding.encode(text).0;
        let note = attach(&anna, None, "note.txt", &bytes).await.unwrap();
        assert_eq!((note.kind, note.length), (AttachmentKind::Text, 1));
        send(&anna, "What is it about?", &[&note]).await;
        let asked = test.fake.chats().pop().unwrap().last_message();
        assert!(asked.contains(text.trim()), "{}: {asked}", encoding.name());
    }
}

#[tokio::test]
async fn pages_that_are_pictures_are_named_to_the_person_and_to_the_model() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let pages = pages(&[
        Page::Text("First page."),
        Page::Picture,
        Page::Picture,
        Page::Picture,
        Page::Text("Fifth page."),
    ]);
    let file = attach(&anna, None, "contract.pdf", &pages).await.unwrap();
    let unread = vec![PageRange { first: 2, last: 4 }];
    assert_eq!((file.length, &file.unread_pages), (5, &unread));
    let sent = send(&anna, "What does it say?", &[&file]).await;
    let asked = test.fake.chats()[0].last_message();
    assert!(
        asked.contains("First page.") && asked.contains("Fifth page."),
        "{asked}"
    );
    assert!(
        asked.contains("pictures without text, such as scans, and are not here: 2–4.]"),
        "{asked}"
    );
    // Also when the page is opened again, and on an edited message.
    let shown = anna.open_conversation(sent.conversation, None).await.unwrap();
    assert_eq!(shown.messages[0].attachments[0].unread_pages, unread);
    let mut version = message(Some(sent.conversation), "And on page five?");
    version.edits = Some(sent.message);
    let mut tab = Tab::open(&anna).await;
    let edited = anna.send(version).await.unwrap();
    tab.ended(edited.answer).await;
    let asked = test.fake.chats().pop().unwrap().last_message();
    assert!(asked.contains("are not here: 2–4.]"), "{asked}");
}

#[tokio::test]
async fn a_japanese_form_in_an_old_encoding_reaches_the_model() {
    if !has_pdf_library() {
        return eprintln!("skipped: this build has no PDF library; `cargo xtask pdfium` gets it");
    }
    let test = TestBackend::start().await;
    let anna = test.annas();
    let line = encoding_rs::SHIFT_JIS.encode("集合は三時です").0.into_owned();
    let notice = attach(
        &anna,
        None,
        "notice.pdf",
        &predefined("90ms-RKSJ-H", "Japan1", &[line]),
    )
    .await
    .unwrap();
    let form = form(&[
        ("住所", Field::Text("東京都千代田区")),
        ("agrees", Field::Check(true)),
    ]);
    let form = attach(&anna, None, "form.pdf", &form).await.unwrap();
    send(&anna, "When and where?", &[&notice, &form]).await;
    let asked = test.fake.chats()[0].last_message();
    for part in ["集合は三時です", "住所: 東京都千代田区", "[x] agrees"] {
        assert!(asked.contains(part), "{part} in {asked}");
    }
}

#[tokio::test]
async fn earlier_pictures_stay_in_the_prompt_until_newer_ones_need_the_tokens() {
    let test = TestBackend::start().await;
    test.fake.set_models(vec![FakeModel::with_vision("seer:1b")]);
    test.fake.respond_with(|_| Reply::text("I see."));
    let anna = test.annas();
    let mut conversation = None;
    let mut last = None;
    for number in 1..=4 {
        let photo = attach(&anna, conversation, &format!("{number}.jpg"), &picture(number))
            .await
            .unwrap();
        let mut tab = Tab::open(&anna).await;
        let mut message = message_with(&format!("Picture {number}?"), &[&photo]);
        message.conversation = conversation;
        let sent = anna.send(message).await.unwrap();
        tab.ended(sent.answer).await;
        conversation = Some(sent.conversation);
        last = Some(sent);
    }
    // Half of a window of 8,192 tokens is for pictures: two of 1,536 tokens each.
    let asked = |chat: &hearth_inference::fake::Recorded| -> Vec<usize> {
        chat.pictures().iter().map(Vec::len).filter(|n| *n > 0).collect()
    };
    let chats: Vec<_> = test
        .fake
        .chats()
        .into_iter()
        .filter(|chat| chat.last_message().contains("[Picture "))
        .collect();
    let shown: Vec<usize> = chats.iter().map(|chat| asked(chat).len()).collect();
    assert_eq!(shown, vec![1, 2, 2, 2]);
    let newest = chats.last().unwrap();
    assert_eq!(
        newest.pictures().last().unwrap().len(),
        1,
        "the question has its own"
    );
    assert!(
        newest
            .messages()
            .iter()
            .any(|(_, said)| said.contains("[Picture 1: 1.jpg. You cannot see it.]"))
    );
    let answered = answer(&anna, &last.unwrap()).await.answer.unwrap();
    assert_eq!(answered.left_out.pictures, 2);
}

#[tokio::test]
async fn a_cut_file_is_reported_under_the_answer_and_stays_the_same_in_the_next_prompt() {
    let test = TestBackend::start().await;
    // By default the scripted model repeats its prompt, and thousands of equal lines would be stopped as a loop.
    test.fake.respond_with(|_| Reply::text("Three thousand lines."));
    let anna = test.annas();
    let long: String = (1..=3000)
        .map(|line| format!("line {line} of a long list\n"))
        .collect();
    let list = attach(&anna, None, "list.txt", long.as_bytes()).await.unwrap();
    let sent = send(&anna, "Which lines are there?", &[&list]).await;
    let cut = answer(&anna, &sent).await.answer.unwrap().cut_files;
    assert_eq!(
        (cut[0].name.as_str(), cut[0].kind),
        ("list.txt", AttachmentKind::Text)
    );
    assert!(cut[0].left_out > 1000 && cut[0].left_out < 3000, "{cut:?}");
    let first = test.fake.chats()[0].last_message();
    assert!(first.contains("line 1 of") && first.contains("Which lines are there?"));
    assert!(first.contains(&format!("The last {} of 3000 lines did not fit", cut[0].left_out)));

    let mut tab = Tab::open(&anna).await;
    let next = anna
        .send(message(Some(sent.conversation), "And now?"))
        .await
        .unwrap();
    tab.ended(next.answer).await;
    let chats = test.fake.chats();
    let later = chats
        .iter()
        .rfind(|chat| chat.last_message().contains("And now?"))
        .unwrap();
    let file = |text: &str| {
        let end = text.find("</file>").unwrap();
        text[text.find("<file").unwrap()..end].to_owned()
    };
    let answered = later
        .messages()
        .into_iter()
        .find(|(_, said)| said.contains("<file"))
        .unwrap()
        .1;
    assert_eq!(
        file(&answered),
        file(&first),
        "the prompt's beginning stays the same"
    );
    assert!(answer(&anna, &next).await.answer.unwrap().cut_files.is_empty());
}

#[tokio::test]
async fn files_are_deleted_with_the_last_row_that_refers_to_them() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let ben = test.backend.for_user(test.person("Ben").await);
    let twice = picture(5);
    let (one, two) = (
        attach(&anna, None, "one.jpg", &twice).await.unwrap(),
        attach(&anna, None, "two.jpg", &twice).await.unwrap(),
    );
    attach(&ben, None, "same.jpg", &twice).await.unwrap();
    // A picture and its preview, in each of the two spaces.
    assert_eq!(files(&test.files), 4);
    let sent = send(&anna, "Look.", &[&one]).await;
    anna.remove_attachment(two.id).await.unwrap();
    anna.delete_conversation(sent.conversation).await.unwrap();
    until_files(&test.files, 2).await;
    anna.attachment_file(one.id).await.unwrap_err();
}

#[tokio::test]
async fn uploads_not_sent_for_a_day_and_files_left_by_a_crash_are_deleted() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    attach(&anna, None, "old.txt", b"old words").await.unwrap();
    attach(&anna, None, "new.txt", b"new words").await.unwrap();
    let mut owner = sqlx::PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    sqlx::query("update attachments set created_at = now() - interval '25 hours' where name = 'old.txt'")
        .execute(&mut owner)
        .await
        .unwrap();
    // A file whose row was never committed, and an incomplete upload.
    let stray = test.files.join(test.anna.to_string()).join("ab".repeat(32));
    std::fs::write(&stray, b"stray").unwrap();
    let hours_ago = std::time::SystemTime::now() - Duration::from_secs(7200);
    std::fs::File::options()
        .write(true)
        .open(&stray)
        .unwrap()
        .set_modified(hours_ago)
        .unwrap();
    std::fs::create_dir_all(test.files.join("incoming")).unwrap();
    std::fs::write(test.files.join("incoming/half"), b"ha").unwrap();
    let server = hearth_inference::connect(&test.fake.url(), hearth_inference::ServerKind::Ollama);
    let mut config = hearth_backend::Config::new(test.database.app.clone(), server);
    config.files.clone_from(&test.files);
    let again = hearth_backend::Backend::start(config).await.unwrap();
    until_files(&test.files, 1).await;
    assert!(!test.files.join("incoming/half").exists());
    let left = again.for_user(test.anna).unsent_attachments(None).await.unwrap();
    assert_eq!(
        left.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(),
        ["new.txt"]
    );
    again.shut_down().await;
}

#[tokio::test]
async fn a_refused_file_gets_a_reason_and_leaves_nothing_behind() {
    let test = TestBackend::start().await;
    let anna = test.annas();
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";
    assert_eq!(
        trouble(attach(&anna, None, "a.jpg", heic).await),
        FileTrouble::Heic
    );
    assert_eq!(
        trouble(attach(&anna, None, "a.jpg", b"PK\x03\x04\0\0").await),
        FileTrouble::UnknownKind
    );
    assert_eq!(
        trouble(attach(&anna, None, "a.txt", b"").await),
        FileTrouble::Empty
    );
    assert_eq!(
        trouble(attach(&anna, None, "a.png", b"\x89PNG\r\n\x1a\nnot one").await),
        FileTrouble::Broken
    );
    assert_eq!(
        trouble(attach(&anna, None, "a.pdf", b"%PDF-1.7").await),
        FileTrouble::Broken
    );
    let mut incoming = anna.incoming().await.unwrap();
    let piece = vec![b'x'; 1 << 20];
    let mut taken = 0;
    while incoming.write(&piece).await.is_ok() {
        taken += 1;
    }
    assert_eq!(taken, 25);
    drop(incoming);
    assert_eq!(files(&test.files), 0);
    assert_eq!(std::fs::read_dir(test.files.join("incoming")).unwrap().count(), 0);
    let many: Vec<_> = (0..11)
        .map(|_| hearth_types::AttachmentId(uuid::Uuid::now_v7()))
        .collect();
    let mut message = message(None, "too many");
    message.attachments = many;
    assert!(matches!(
        anna.send(message).await,
        Err(Error::Problem(Problem::File {
            trouble: FileTrouble::TooMany
        }))
    ));
}
