//! Export and import over HTTP.

use crate::support::{Actor, ORIGIN, TestApp};
use axum::body::{Body, to_bytes};
use hearth_types::ImportReport;
use http::{Method, Request, StatusCode, header};
use std::io::{Cursor, Read, Write};
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// The archive, as it is downloaded.
async fn download(person: &Actor) -> Vec<u8> {
    let response = person.open("/export").await;
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

fn import(person: &Actor, archive: &[u8]) -> Request<Body> {
    person.upload_request("/import", "words.zip", archive)
}

/// As a plain page sends it.
fn as_a_form(mut request: Request<Body>) -> Request<Body> {
    let html = "text/html,application/xhtml+xml".parse().unwrap();
    request.headers_mut().insert(header::ACCEPT, html);
    request
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_holds_the_words_of_one_person_alone() {
    let app = TestApp::start().await;
    let (anna, bob) = (app.admin().await, app.person("Bob").await);
    bob.say("My secret is canary81.").await;
    anna.say("My secret is canary82.").await;
    let head = bob.open("/export").await;
    let header = |name: &str| head.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/zip");
    assert!(header("content-disposition").starts_with("attachment; filename*=UTF-8''hearth-Bob-2"));
    assert_eq!(header("cache-control"), "no-store");
    drop(head);
    let (of_bob, of_anna) = (words(&download(&bob).await), words(&download(&anna).await));
    assert!(of_bob.contains("canary81") && !of_bob.contains("canary82"));
    // Anna is the administrator.
    assert!(of_anna.contains("canary82") && !of_anna.contains("canary81"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_form_imports_and_the_page_shows_the_result() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    anna.say("Where are my keys?").await;
    anna.backend().add_memory("I live in Porto.", None).await.unwrap();
    let archive = download(&anna).await;
    let bob = app.person("Bob").await;
    let before = bob.page("/transfer").await;
    assert!(
        before.body.contains("enctype=\"multipart/form-data\"") && before.body.contains("href=\"/export\"")
    );
    assert!(!before.body.contains("How the last import went"));
    let sent = app.send(as_a_form(import(&bob, &archive))).await;
    assert_eq!(
        (sent.status, sent.header("location")),
        (StatusCode::SEE_OTHER, "/transfer")
    );
    let shown = bob.page("/transfer").await;
    assert!(
        shown.body.contains("Brought in: 1 conversation, 1 memory."),
        "{}",
        shown.body
    );
    assert!(!shown.body.contains("http-equiv=\"refresh\""));
    // Once more: nothing is doubled, and the page says so.
    let again = app.send(import(&bob, &archive)).await;
    let report: ImportReport = again.json();
    assert_eq!((report.conversations, report.conversations_known), (0, 1));
    let shown = bob.page("/transfer").await;
    assert!(
        shown.body.contains("Everything in this file was here already."),
        "{}",
        shown.body
    );
    let settings = "language=zh-CN&theme=device&reading_font=serif&time_zone=UTC&memory=on";
    bob.change("/api/account/preferences", settings).await;
    let shown = bob.page("/transfer").await;
    assert!(
        shown.body.contains("已经有了，保持不变：1 个对话、1 条记忆。"),
        "{}",
        shown.body
    );
    let annas = anna.page("/transfer").await;
    assert!(!annas.body.contains("How the last import went"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusable_archive_is_refused_in_words_and_changes_nothing() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
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
        let refused = app.send(import(&anna, archive)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(
            refused.body,
            format!(r#"{{"problem":"archive","trouble":"{what}"}}"#)
        );
        let shown = anna.page("/transfer").await;
        assert!(
            shown.body.contains(sentence) && shown.body.contains("role=\"alert\""),
            "{what}: {}",
            shown.body
        );
    }
    // A large body is refused by its Content-Length, other bodies by their content.
    let announced = |length: &str, body: &'static str| {
        anna.request(Method::POST, "/import")
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .header(header::CONTENT_LENGTH, length)
            .body(Body::from(body))
            .unwrap()
    };
    let large = app.send(announced("99000000000", "--x")).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.body);
    for body in [
        "",
        "--x\r\n",
        "--x--\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\na\r\n--x--\r\n",
    ] {
        let refused = app.send(announced(&body.len().to_string(), body)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{body}: {}",
            refused.body
        );
    }
    let no_form = anna.change_request("/import", "file=words");
    assert_eq!(app.send(no_form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        anna.backend()
            .list_conversations(None, 5)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_imports_nothing() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for origin in ["https://evil.example", "null"] {
        let mut foreign = import(&anna, b"x");
        foreign
            .headers_mut()
            .insert(header::ORIGIN, origin.parse().unwrap());
        assert_eq!(app.send(foreign).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(anna.backend().import_report().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_an_import_runs_the_page_shows_its_progress_and_another_is_refused() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let pool = sqlx::PgPool::connect_with(app.database().superuser.clone())
        .await
        .unwrap();
    sqlx::query(
        "insert into imports (space_id, author_id, id, state, total, looked_at)
         values ($1, $1, gen_random_uuid(), 'running', 40, 12)",
    )
    .bind(anna.id().0)
    .execute(&pool)
    .await
    .unwrap();
    let running = anna.page("/transfer").await;
    assert!(
        running.body.contains("12 of 40 conversations so far."),
        "{}",
        running.body
    );
    assert!(running.body.contains("http-equiv=\"refresh\"") && !running.body.contains("action=\"/import\""));
    let refused = app.send(import(&anna, b"x")).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let form = app.send(as_a_form(import(&anna, b"x"))).await;
    assert_eq!(form.status, StatusCode::SEE_OTHER);
    sqlx::query("update imports set updated_at = now() - interval '2 minutes'")
        .execute(&pool)
        .await
        .unwrap();
    let cut = anna.page("/transfer").await;
    assert!(
        cut.body
            .contains("Hearth stopped before everything was brought in."),
        "{}",
        cut.body
    );
    pool.close().await;
}
