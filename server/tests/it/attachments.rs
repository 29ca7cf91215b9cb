//! Pictures and files over HTTP: CHECKS 3, 23, 27 and 28.

use crate::support::{Answer, House, change, read, request, upload};
use axum::body::Body;
use base64::{Engine, prelude::BASE64_STANDARD};
use hearth_types::{Attachment, AttachmentKind, Conversation, Sent};
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

pub async fn attach(house: &House, cookie: &str, query: &str, name: &str, bytes: &[u8]) -> Attachment {
    let answer = house.send(upload(query, Some(cookie), name, bytes)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let mut taken: Vec<Attachment> = serde_json::from_str(&answer.body).unwrap();
    taken.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_given_back_to_its_owner_alone_and_as_nothing_but_a_picture() {
    let house = House::start().await;
    house.house.person("Bob").await;
    let (anna, bob) = (house.sign_in("Anna").await, house.sign_in("Bob").await);
    let picture = attach(&house, &anna, "", "me.png", &base64_png()).await;
    assert_eq!((picture.kind, picture.width), (AttachmentKind::Picture, 1));
    for path in [
        format!("/attachments/{}", picture.id),
        format!("/attachments/{}/preview", picture.id),
    ] {
        let shown = house.send(read(&path, Some(&anna))).await;
        assert_eq!(shown.status, StatusCode::OK);
        assert!(shown.header("content-type").starts_with("image/"), "{path}");
        assert_is_harmless(&shown);
        let refused = house.send(read(&path, Some(&bob))).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(refused.body, r#"{"problem":"not_found"}"#);
    }
    // CHECK 3: named in Bob's message, it is never used.
    let form = format!(
        "text=look&idempotency_key={}&attachments[0]={}",
        Uuid::now_v7(),
        picture.id
    );
    let refused = house
        .send(change("/api/conversations/send", Some(&bob), &form))
        .await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let sent = house
        .send(change("/api/conversations/send", Some(&anna), &form))
        .await;
    let sent: Sent = serde_json::from_str(&sent.body).unwrap();
    let opened = house
        .send(read(
            &format!("/api/conversations/open?id={}", sent.conversation),
            Some(&anna),
        ))
        .await;
    let opened: Conversation = serde_json::from_str(&opened.body).unwrap();
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

/// CHECK 23, what the browser is told; that it runs nothing is looked at in a real one.
#[tokio::test(flavor = "multi_thread")]
async fn what_would_like_to_be_a_page_is_a_download() {
    let house = House::start().await;
    let anna = house.sign_in("Anna").await;
    for (name, bytes) in [
        ("page.html", &b"<!doctype html><script>alert(1)</script>"[..]),
        (
            "drawing.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        ),
        ("both.gif", b"/*GIF like*/ <script>alert(1)</script>"),
        ("a\"; filename=evil.html", b"plain words"),
    ] {
        let file = attach(&house, &anna, "", name, bytes).await;
        let given = house
            .send(read(&format!("/attachments/{}", file.id), Some(&anna)))
            .await;
        assert_eq!(given.header("content-type"), "application/octet-stream", "{name}");
        assert!(
            given
                .header("content-disposition")
                .starts_with("attachment; filename*=UTF-8''"),
            "{name}"
        );
        assert_is_harmless(&given);
        assert_eq!(given.body.as_bytes(), bytes);
        let none = house
            .send(read(&format!("/attachments/{}/preview", file.id), Some(&anna)))
            .await;
        assert_eq!(none.status, StatusCode::NOT_FOUND);
    }
    // A picture that is a page behind its pixels: made anew, nothing of that is left.
    let mut polyglot = base64_png();
    polyglot.extend_from_slice(b"<script>alert(1)</script>");
    let picture = attach(&house, &anna, "", "poly.html", &polyglot).await;
    let given = house
        .send(read(&format!("/attachments/{}", picture.id), Some(&anna)))
        .await;
    assert_eq!(given.header("content-type"), "image/png");
    assert!(!given.body.contains("script"));
}

/// CHECK 28.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_too_long_broken_or_nothing_is_refused_in_words() {
    let house = House::start().await;
    let anna = house.sign_in("Anna").await;
    let large = house
        .send(upload("", Some(&anna), "a.txt", &vec![b'x'; 26 << 20]))
        .await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.body.contains(r#""trouble":"too_large""#), "{}", large.body);
    let declared = request(Method::POST, "/attachments", Some(&anna))
        .header(header::ORIGIN, crate::support::ORIGIN)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::CONTENT_LENGTH, "1000000000")
        .body(Body::from("--x"))
        .unwrap();
    assert_eq!(house.send(declared).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    for body in [
        "",
        "--x\r\n",
        "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc",
        "--x--\r\n",
    ] {
        let broken = request(Method::POST, "/attachments", Some(&anna))
            .header(header::ORIGIN, crate::support::ORIGIN)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap();
        let answer = house.send(broken).await;
        assert!(answer.status.is_client_error(), "{body}: {}", answer.status);
    }
    let list = house.house.annas().unsent_attachments(None).await.unwrap();
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
    let house = House::start().await;
    let anna = house.sign_in("Anna").await;
    let file = pages(vec![words("The first page."), words("The second page.")]);
    let file = attach(&house, &anna, "", "../../report.pdf", &file).await;
    assert_eq!(
        (file.kind, file.length, file.name.as_str()),
        (AttachmentKind::Pdf, 2, "report.pdf")
    );
    let form = format!(
        "text=What+is+in+it&idempotency_key={}&attachments[0]={}",
        Uuid::now_v7(),
        file.id
    );
    let sent = house
        .send(change("/api/conversations/send", Some(&anna), &form))
        .await;
    let sent: Sent = serde_json::from_str(&sent.body).unwrap();
    house.answered(&anna, &sent).await;
    let asked = house.house.fake.chats()[0].last_message();
    assert!(
        asked.contains("The first page.") && asked.contains("The second page."),
        "{asked}"
    );
}

/// CHECK 27. The memory is the process's own limit; what is looked at here is that each fails in time, with a
/// reason, and that the server goes on.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_pdfs_fail_in_time_with_a_reason_and_the_server_stays_up() {
    let house = House::start().await;
    let anna = house.sign_in("Anna").await;
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
        let refused = house
            .send(upload("", Some(&anna), "../../../etc/cron.d/x.pdf", &bytes))
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
    // A PDF inside a PDF is nothing but bytes of the outer one: it is not opened, and does no harm.
    let started = Instant::now();
    let inside = house.send(upload("", Some(&anna), "nested.pdf", &nested)).await;
    assert!(inside.status == StatusCode::OK || inside.status == StatusCode::UNPROCESSABLE_ENTITY);
    assert!(started.elapsed() < Duration::from_secs(30));
    let fine = attach(&house, &anna, "", "fine.pdf", &pages(vec![words("Still here.")])).await;
    assert_eq!(fine.length, 1);
}

/// So many zeros, as a PDF packs them.
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
