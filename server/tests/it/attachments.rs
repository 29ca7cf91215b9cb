//! Pictures and files over HTTP.

use crate::support::{Answer, ORIGIN, TestApp};
use axum::body::Body;
use base64::{Engine, prelude::BASE64_STANDARD};
use hearth_types::{AttachmentKind, PageRange, Sent};
use http::{Method, StatusCode, header};
use std::{
    fmt::Write,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// The smallest picture.
pub fn base64_png() -> Vec<u8> {
    BASE64_STANDARD
        .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_served_to_its_owner_alone_and_only_as_a_picture() {
    let app = TestApp::start().await;
    let (anna, bob) = (app.admin().await, app.person("Bob").await);
    let picture = anna.attach("", "me.png", &base64_png()).await;
    assert_eq!((picture.kind, picture.width), (AttachmentKind::Picture, 1));
    for path in [
        format!("/attachments/{}", picture.id),
        format!("/attachments/{}/preview", picture.id),
    ] {
        let shown = anna.read(&path).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.header("content-type").starts_with("image/"), "{path}");
        assert_is_harmless(&shown);
        let refused = bob.read(&path).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(refused.body, r#"{"problem":"not_found"}"#);
    }
    // Bob's message that names it is refused.
    let form = format!(
        "text=look&idempotency_key={}&attachments[0]={}",
        Uuid::now_v7(),
        picture.id
    );
    let refused = bob.change("/api/conversations/send", &form).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let sent = anna.change("/api/conversations/send", &form).await;
    let sent: Sent = sent.json();
    let opened = anna.conversation(sent.conversation).await;
    assert_eq!(opened.messages[0].attachments, vec![picture]);
}

fn assert_is_harmless(answer: &Answer) {
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    let policy = answer.header("content-security-policy");
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("allow-"), "{policy}");
}

/// The headers; the end-to-end tests check that a real browser runs nothing.
#[tokio::test(flavor = "multi_thread")]
async fn markup_is_a_download() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    for (name, bytes) in [
        ("page.html", &b"<!doctype html><script>alert(1)</script>"[..]),
        (
            "drawing.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        ),
        ("both.gif", b"/*GIF like*/ <script>alert(1)</script>"),
        ("a\"; filename=evil.html", b"plain words"),
    ] {
        let file = anna.attach("", name, bytes).await;
        let given = anna.read(&format!("/attachments/{}", file.id)).await;
        assert_eq!(given.header("content-type"), "application/octet-stream", "{name}");
        assert!(
            given
                .header("content-disposition")
                .starts_with("attachment; filename*=UTF-8''"),
            "{name}"
        );
        assert_is_harmless(&given);
        assert_eq!(given.body.as_bytes(), bytes);
        let none = anna.read(&format!("/attachments/{}/preview", file.id)).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    }
    // A picture with markup behind its pixels: encoded again, it has no markup.
    let mut polyglot = base64_png();
    polyglot.extend_from_slice(b"<script>alert(1)</script>");
    let picture = anna.attach("", "poly.html", &polyglot).await;
    let given = anna.read(&format!("/attachments/{}", picture.id)).await;
    assert_eq!(given.header("content-type"), "image/png");
    assert!(!given.body.contains("script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_too_long_broken_or_empty_is_refused_in_words() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let large = anna.upload("/attachments", "a.txt", &vec![b'x'; 26 << 20]).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.body.contains(r#""trouble":"too_large""#), "{}", large.body);
    let declared = anna
        .request(Method::POST, "/attachments")
        .header(header::ORIGIN, ORIGIN)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::CONTENT_LENGTH, "1000000000")
        .body(Body::from("--x"))
        .unwrap();
    assert_eq!(app.send(declared).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for body in [
        "",
        "--x\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc",
        "--x--\r\n",
    ] {
        let broken = anna
            .request(Method::POST, "/attachments")
            .header(header::ORIGIN, ORIGIN)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap();
        let answer = app.send(broken).await;
        assert!(answer.status.is_client_error(), "{body}: {}", answer.status);
    }
    let list = anna.backend().unsent_attachments(None).await.unwrap();
    assert!(list.is_empty(), "{list:?}");
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", number + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let start = file.len();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1);
    for place in places {
        writeln!(table, "{place:010} 00000 n ").unwrap();
    }
    let size = objects.len() + 1;
    write!(
        table,
        "trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    file.extend_from_slice(table.as_bytes());
    file
}

pub fn stream(dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {dictionary} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

/// A page for each of these contents.
pub fn pages(contents: Vec<Vec<u8>>) -> Vec<u8> {
    let kids: String = (0..contents.len())
        .map(|n| format!("{} 0 R ", 4 + 2 * n))
        .collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {} >>", contents.len()).into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
    ];
    for (n, content) in contents.into_iter().enumerate() {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> \
             /Contents {} 0 R >>",
            5 + 2 * n
        );
        objects.push(page.into_bytes());
        objects.push(content);
    }
    pdf(&objects)
}

fn words(text: &str) -> Vec<u8> {
    stream("", format!("BT /F1 24 Tf 72 700 Td ({text}) Tj ET").as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_a_pdf_goes_to_the_model_page_by_page() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let file = pages(vec![words("The first page."), words("The second page.")]);
    let file = anna.attach("", "../../report.pdf", &file).await;
    assert_eq!(
        (file.kind, file.length, file.name.as_str()),
        (AttachmentKind::Pdf, 2, "report.pdf")
    );
    let attached = format!("&attachments[0]={}", file.id);
    let sent = anna.say_with("What is in it", &attached).await;
    anna.answered(&sent).await;
    let asked = app.model_server().chats()[0].last_message();
    assert!(
        asked.contains("The first page.") && asked.contains("The second page."),
        "{asked}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_names_the_pages_of_a_pdf_that_were_not_read() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let empty = || stream("", b"0 0 100 100 re f");
    let file = pages(vec![
        words("The first page."),
        empty(),
        empty(),
        words("The last page."),
    ]);
    let file = anna.attach("", "contract.pdf", &file).await;
    assert_eq!(file.unread_pages, [PageRange { first: 2, last: 3 }]);
    let sent = anna
        .say_with("What is in it", &format!("&attachments[0]={}", file.id))
        .await;
    anna.answered(&sent).await;
    let page = anna.read(&format!("/c/{}", sent.conversation)).await.body;
    assert!(
        page.contains("4 pages; pictures without text, not read: p. 2–3"),
        "{page}"
    );
}

/// The reading process limits its own memory; this test checks the time, the reason, and that the server goes on.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_pdfs_fail_in_time_with_a_reason_and_the_server_stays_up() {
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let deep = "[".repeat(3_000_000);
    let loops = pdf(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>".to_vec(),
    ]);
    let nested = pages(vec![stream("/Type /EmbeddedFile", &pages(vec![words("inner")]))]);
    let packed = zeros(400 << 20);
    let hostile = [
        ("bomb", pages(vec![stream("/Filter /FlateDecode", &packed)])),
        (
            "bombs in a row",
            pages(vec![stream(
                "/Filter [/FlateDecode /FlateDecode]",
                &deflated(&packed),
            )]),
        ),
        ("deep", pages(vec![stream("", deep.as_bytes())])),
        (
            "deep catalogue",
            format!("%PDF-1.7\n1 0 obj\n{deep}\nendobj\ntrailer << /Root 1 0 R >>").into_bytes(),
        ),
        ("loops", loops),
        ("cut off", pages(vec![words("half")])[..120].to_vec()),
        ("only a beginning", b"%PDF-1.7\n".to_vec()),
        ("no text", pages(vec![stream("", b"0 0 100 100 re f")])),
    ];
    for (what, bytes) in hostile {
        let started = Instant::now();
        let refused = anna
            .upload("/attachments", "../../../etc/cron.d/x.pdf", &bytes)
            .await;
        assert!(
            started.elapsed() < Duration::from_secs(30),
            "{what}: {:?}",
            started.elapsed()
        );
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{what}: {}",
            refused.body
        );
        assert!(
            refused.body.contains(r#""problem":"file""#),
            "{what}: {}",
            refused.body
        );
    }
    // A PDF inside a PDF is bytes of the outer one, and is not opened.
    let started = Instant::now();
    let inside = anna.upload("/attachments", "nested.pdf", &nested).await;
    assert!(inside.status == StatusCode::OK || inside.status == StatusCode::UNPROCESSABLE_ENTITY);
    assert!(started.elapsed() < Duration::from_secs(30));
    let fine = anna
        .attach("", "fine.pdf", &pages(vec![words("Still here.")]))
        .await;
    assert_eq!(fine.length, 1);
}

/// Zeros, compressed like a stream of a PDF.
fn zeros(count: usize) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    let piece = vec![0_u8; 1 << 20];
    for _ in 0..count >> 20 {
        std::io::Write::write_all(&mut packed, &piece).unwrap();
    }
    packed.finish().unwrap()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, bytes).unwrap();
    packed.finish().unwrap()
}
