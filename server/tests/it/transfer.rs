//! One's words as a download, and brought in again, over HTTP: CHECKS 1, 8, 18, 27 and 28.

use crate::support::{Answer, House, ORIGIN, change, page, read, request, upload_to};
use axum::body::{Body, to_bytes};
use hearth_types::{IdempotencyKey, ImportReport, SendMessage, UserId};
use http::{Method, Request, StatusCode, header};
use std::io::{Cursor, Read, Write};
use uuid::Uuid;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

async fn told(house: &House, who: UserId, text: &str) {
    let message = SendMessage {
        conversation: None,
        text: text.into(),
        idempotency_key: IdempotencyKey(Uuid::now_v7()),
        model: None,
        memory: None,
        attachments: Vec::new(),
        edits: None,
    };
    house.house.backend.for_user(who).send(message).await.unwrap();
}

/// The archive, as it is downloaded.
async fn download(house: &House, cookie: &str) -> Vec<u8> {
    let response = house.open(read("/export", Some(cookie))).await;
    assert_eq!(response.status(), StatusCode::OK);
    to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
}

/// Everything in an archive, as text.
fn words(archive: &[u8]) -> String {
    let mut zip = ZipArchive::new(Cursor::new(archive)).expect("a zip file");
    let mut all = String::new();
    for at in 0..zip.len() {
        let mut bytes = Vec::new();
        zip.by_index(at).unwrap().read_to_end(&mut bytes).unwrap();
        all += &String::from_utf8_lossy(&bytes);
    }
    all
}

fn import(cookie: &str, archive: &[u8]) -> Request<Body> {
    upload_to("/import", Some(cookie), "words.zip", archive)
}

/// As a plain page sends it.
fn as_a_form(mut request: Request<Body>) -> Request<Body> {
    let html = "text/html,application/xhtml+xml".parse().unwrap();
    request.headers_mut().insert(header::ACCEPT, html);
    request
}

fn report(answer: &Answer) -> ImportReport {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_words_are_a_download_of_ones_own_words_alone() {
    let house = House::start().await;
    let bob = house.house.person("Bob").await;
    told(&house, bob, "My secret is canary81.").await;
    told(&house, house.house.anna, "My secret is canary82.").await;
    let (annas, bobs) = (house.sign_in("Anna").await, house.sign_in("Bob").await);
    let head = house.open(read("/export", Some(&bobs))).await;
    let header = |name: &str| head.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/zip");
    assert!(header("content-disposition").starts_with("attachment; filename*=UTF-8''hearth-Bob-2"));
    assert_eq!(header("cache-control"), "no-store");
    drop(head);
    let (of_bob, of_anna) = (
        words(&download(&house, &bobs).await),
        words(&download(&house, &annas).await),
    );
    assert!(of_bob.contains("canary81") && !of_bob.contains("canary82"));
    // Anna administers the house.
    assert!(of_anna.contains("canary82") && !of_anna.contains("canary81"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_form_brings_words_in_and_the_page_tells_what_came() {
    let house = House::start().await;
    told(&house, house.house.anna, "Where are my keys?").await;
    house
        .house
        .annas()
        .add_memory("I live in Porto.", None)
        .await
        .unwrap();
    let archive = download(&house, &house.sign_in("Anna").await).await;
    house.house.person("Bob").await;
    let bob = house.sign_in("Bob").await;
    let before = house.send(page("/transfer", Some(&bob))).await;
    assert!(
        before.body.contains("enctype=\"multipart/form-data\"") && before.body.contains("href=\"/export\"")
    );
    assert!(!before.body.contains("How the last import went"));
    let sent = house.send(as_a_form(import(&bob, &archive))).await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (StatusCode::SEE_OTHER, "/transfer")
    );
    let told = house.send(page("/transfer", Some(&bob))).await;
    assert!(
        told.body.contains("Brought in: 1 conversation, 1 memory."),
        "{}",
        told.body
    );
    assert!(!told.body.contains("http-equiv=\"refresh\""));
    // Once more: nothing is doubled, and that is what is said.
    let again = house.send(import(&bob, &archive)).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(
        (report(&again).conversations, report(&again).conversations_known),
        (0, 1)
    );
    let told = house.send(page("/transfer", Some(&bob))).await;
    assert!(
        told.body.contains("Everything in this file was here already."),
        "{}",
        told.body
    );
    let settings = "language=zh-CN&theme=device&reading_font=serif&time_zone=UTC&memory=on";
    house
        .send(change("/api/account/preferences", Some(&bob), settings))
        .await;
    let told = house.send(page("/transfer", Some(&bob))).await;
    assert!(
        told.body.contains("已经有了，保持不变：1 个对话、1 条记忆。"),
        "{}",
        told.body
    );
    // Nobody else is told.
    let anna = house
        .send(page("/transfer", Some(&house.sign_in("Anna").await)))
        .await;
    assert!(!anna.body.contains("How the last import went"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_refused_in_words_and_keeps_everything() {
    let house = House::start().await;
    let anna = house.sign_in("Anna").await;
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    bomb.start_file("hearth.json", SimpleFileOptions::default())
        .unwrap();
    for _ in 0..300 {
        bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    for (what, archive, sentence) in [
        ("broken", b"no zip file".as_slice(), "damaged or no zip file"),
        ("too_much", &bomb, "far larger than words and pictures are"),
        ("no_file", b"", "Choose a file first."),
    ] {
        let refused = house.send(import(&anna, archive)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(
            refused.body,
            format!(r#"{{"problem":"archive","trouble":"{what}"}}"#)
        );
        let told = house.send(page("/transfer", Some(&anna))).await;
        assert!(
            told.body.contains(sentence) && told.body.contains("role=\"alert\""),
            "{what}: {}",
            told.body
        );
    }
    // A gigabyte too much is refused by its announcement, and other bodies by what they are.
    let announced = |length: &str, body: &'static str| {
        request(Method::POST, "/import", Some(&anna))
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .header(header::CONTENT_LENGTH, length)
            .body(Body::from(body))
            .unwrap()
    };
    let large = house.send(announced("99000000000", "--x")).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.body);
    for body in [
        "",
        "--x\r\n",
        "--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\na\r\n--x--\r\n",
    ] {
        let refused = house.send(announced(&body.len().to_string(), body)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}: {}",
            refused.body
        );
    }
    let no_form = change("/import", Some(&anna), "file=words");
    assert_eq!(house.send(no_form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        house
            .house
            .annas()
            .list_conversations(None, 5)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_brings_nothing_in() {
    let house = House::start().await;
    let anna = house.sign_in("Anna").await;
    for origin in ["https://evil.example", "null"] {
        let mut foreign = import(&anna, b"x");
        foreign
            .headers_mut()
            .insert(header::ORIGIN, origin.parse().unwrap());
        assert_eq!(house.send(foreign).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(house.house.annas().import_report().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_one_runs_the_page_shows_how_far_it_is_and_another_waits() {
    let house = House::start().await;
    let anna = house.sign_in("Anna").await;
    let pool = sqlx::PgPool::connect_with(house.house.database.superuser.clone())
        .await
        .unwrap();
    sqlx::query(
        "insert into imports (space_id, author_id, id, state, total, looked_at)
         values ($1, $1, gen_random_uuid(), 'running', 40, 12)",
    )
    .bind(house.house.anna.0)
    .execute(&pool)
    .await
    .unwrap();
    let running = house.send(page("/transfer", Some(&anna))).await;
    assert!(
        running.body.contains("12 of 40 conversations so far."),
        "{}",
        running.body
    );
    assert!(running.body.contains("http-equiv=\"refresh\"") && !running.body.contains("action=\"/import\""));
    let refused = house.send(import(&anna, b"x")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let form = house.send(as_a_form(import(&anna, b"x"))).await;
    assert_eq!(form.status, StatusCode::SEE_OTHER);
    sqlx::query("update imports set updated_at = now() - interval '2 minutes'")
        .execute(&pool)
        .await
        .unwrap();
    let cut = house.send(page("/transfer", Some(&anna))).await;
    assert!(
        cut.body
            .contains("Hearth stopped before everything was brought in."),
        "{}",
        cut.body
    );
    pool.close().await;
}
