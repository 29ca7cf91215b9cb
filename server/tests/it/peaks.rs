//! The peak memory of the server's own process, for files and archives that unpack to far more than their size. Other
//! processes, with their own limits, read pictures and PDFs.

use crate::{
    attachments::{pages, stream},
    binary::{TestServer, figure},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, Crc, write::ZlibEncoder};
use http::StatusCode;
use serde_json::{Value, json};
use std::{
    io::{Cursor, Write},
    time::{Duration, Instant},
};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

/// Kilobytes that a request may add to the server's own memory.
const MOST: u64 = 64 << 10;

fn chunk(kind: [u8; 4], bytes: &[u8]) -> Vec<u8> {
    let mut chunk = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(bytes);
    chunk.extend(kind);
    chunk.extend(bytes);
    chunk.extend(sum.sum().to_be_bytes());
    chunk
}

fn zlib(length: usize) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let piece = vec![0; 1 << 20];
    let mut left = length;
    while left > 0 {
        let part = left.min(piece.len());
        packed.write_all(&piece[..part]).unwrap();
        left -= part;
    }
    packed.finish().unwrap()
}

/// A black picture of 8-bit RGBA, with further chunks before its pixels.
fn png(width: u32, height: u32, more: &[u8]) -> Vec<u8> {
    let mut head = [width.to_be_bytes(), height.to_be_bytes()].concat();
    head.extend([8, 6, 0, 0, 0]);
    let pixels = zlib((width as usize * 4 + 1) * height as usize);
    let parts = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(*b"IHDR", &head),
        more.to_vec(),
        chunk(*b"IDAT", &pixels),
        chunk(*b"IEND", b""),
    ];
    parts.concat()
}

fn three(number: u32) -> [u8; 3] {
    let [a, b, c, _] = number.to_le_bytes();
    [a, b, c]
}

fn riff(kind: &[u8; 4], bytes: &[u8]) -> Vec<u8> {
    let mut part = kind.to_vec();
    part.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
    part.extend(bytes);
    if bytes.len() % 2 == 1 {
        part.push(0);
    }
    part
}

/// Two frames of one pixel on a canvas of this side.
fn moving_webp(side: u32) -> Vec<u8> {
    let one_pixel = BASE64_STANDARD
        .decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
        .unwrap();
    let mut frame = [[0; 3]; 4].concat();
    frame.extend([100, 0, 0, 0]);
    frame.extend(&one_pixel[12..]);
    let mut canvas = vec![0x02, 0, 0, 0];
    canvas.extend(three(side - 1));
    canvas.extend(three(side - 1));
    let mut body = b"WEBP".to_vec();
    body.extend(riff(b"VP8X", &canvas));
    body.extend(riff(b"ANIM", &[0; 6]));
    body.extend(riff(b"ANMF", &frame));
    riff(b"RIFF", &body)
}

/// So many frames of one pixel on a canvas of this side.
fn moving_gif(side: u16, frames: usize) -> Vec<u8> {
    let mut gif = b"GIF89a".to_vec();
    gif.extend([side.to_le_bytes(), side.to_le_bytes()].concat());
    gif.extend([0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
    for _ in 0..frames {
        gif.extend([0x21, 0xf9, 4, 0, 1, 0, 0, 0]);
        gif.extend([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0]);
        gif.extend([2, 2, 0x44, 1, 0]);
    }
    gif.push(0x3b);
    gif
}

/// Sends it, and asserts what the server's own process reached.
async fn bomb(hearth: &TestServer, path: &str, what: &str, bytes: &[u8]) -> (StatusCode, String) {
    let before = hearth.resident();
    hearth.forget_peak();
    let started = Instant::now();
    let answer = hearth.upload(path, "bomb", bytes).send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    let (took, peak) = (started.elapsed(), hearth.peak());
    figure(&format!(
        "{what}: {} bytes, {} {:.60}, {took:.1?}, {} MB before, {} MB at most",
        bytes.len(),
        status.as_u16(),
        if status.is_success() { "" } else { &text },
        before >> 10,
        peak >> 10
    ));
    assert!(
        peak < before + MOST,
        "{what}: {before} kB before, {peak} kB at most"
    );
    (status, text)
}

#[tokio::test(flavor = "multi_thread")]
async fn no_picture_and_no_document_exhausts_the_servers_memory() {
    let Some(hearth) = TestServer::start().await else {
        return;
    };
    let small = hearth
        .upload("/attachments", "a.png", &png(8, 8, b""))
        .send()
        .await
        .unwrap();
    assert_eq!(small.status(), StatusCode::OK, "{}", small.text().await.unwrap());
    let packed = zlib(160 << 20);
    let text = [b"Comment\0\0", packed.as_slice()].concat();
    let profile = [b"icc\0\0", packed.as_slice()].concat();
    let bombs = [
        ("an animated WebP on a huge canvas", moving_webp(8_000)),
        ("an animated WebP on the largest canvas", moving_webp(16_384)),
        ("a PNG of 8,000 by 8,000", png(8_000, 8_000, b"")),
        ("a PNG of 60,000 by 2", png(60_000, 2, b"")),
        ("a GIF of 100,000 frames", moving_gif(4_000, 100_000)),
        ("a GIF on the largest canvas", moving_gif(u16::MAX, 2)),
        ("a PNG with a text of 160 MB", png(8, 8, &chunk(*b"zTXt", &text))),
        (
            "a PNG with a profile of 160 MB",
            png(8, 8, &chunk(*b"iCCP", &profile)),
        ),
        (
            "a PDF with a page of 160 MB",
            pages(vec![stream("/Filter /FlateDecode", &packed)]),
        ),
        (
            "a PDF of 20 such pages",
            pages(vec![stream("/Filter /FlateDecode", &packed); 20]),
        ),
    ];
    for (what, bytes) in &bombs {
        let (status, text) = bomb(&hearth, "/attachments", what, bytes).await;
        let refused = status == StatusCode::UNPROCESSABLE_ENTITY && text.contains(r#""problem":"file""#);
        assert!(refused || status == StatusCode::OK, "{what}: {status} {text}");
    }
    let (status, text) = bomb(&hearth, "/attachments", "the first again", &png(8, 8, b"")).await;
    assert_eq!(status, StatusCode::OK, "{text}");
    // Of what moves and is not too large, the first frame is kept.
    for (what, bytes) in [
        ("a small GIF of 500 frames", moving_gif(20, 500)),
        ("a small animated WebP", moving_webp(20)),
    ] {
        let (status, text) = bomb(&hearth, "/attachments", what, &bytes).await;
        assert_eq!(status, StatusCode::OK, "{what}: {text}");
        assert!(text.contains(r#""width":20"#), "{what}: {text}");
    }
}

/// Twelve uploads at once of one person take no more than one: pieces go to the disk, and processes wait their turn.
#[tokio::test(flavor = "multi_thread")]
async fn many_parallel_uploads_need_no_more_memory_than_one() {
    let Some(hearth) = TestServer::start().await else {
        return;
    };
    let pdf = pages(vec![stream("", &vec![b' '; 20 << 20])]);
    let before = hearth.resident();
    hearth.forget_peak();
    let uploads = (0..12).map(|_| hearth.upload("/attachments", "a.pdf", &pdf).send());
    for answer in futures::future::join_all(uploads).await {
        let status = answer.unwrap().status();
        assert!(
            matches!(
                status,
                StatusCode::UNPROCESSABLE_ENTITY | StatusCode::TOO_MANY_REQUESTS
            ),
            "{status}"
        );
    }
    let peak = hearth.peak();
    figure(&format!(
        "12 PDFs of 20 MB at once: {} MB before, {} MB at most",
        before >> 10,
        peak >> 10
    ));
    assert!(peak < before + MOST, "{before} kB before, {peak} kB at most");
}

fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let manifest = json!({ "format": "hearth-archive", "version": 1, "exported_at": "2026-05-03T18:05:00Z" });
    let manifest = ("hearth.json".to_owned(), manifest.to_string().into_bytes());
    for (name, bytes) in std::iter::once(&manifest).chain(files) {
        zip.start_file(name.as_str(), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A question and so many answers to it.
fn conversation(answers: usize, text: &str) -> Vec<u8> {
    let question = Uuid::new_v4();
    let said = |id: Uuid, parent: Option<Uuid>, by: &str, text: &str| json!({ "id": id, "parent": parent, "said_by": by, "said_at": "2026-05-03T18:05:00Z", "text": text });
    let mut messages: Vec<Value> = vec![said(question, None, "person", "Which?")];
    messages.extend((0..answers).map(|_| said(Uuid::new_v4(), Some(question), "model", text)));
    let conversation =
        json!({ "id": Uuid::new_v4(), "title": "Long", "memory": false, "messages": messages });
    conversation.to_string().into_bytes()
}

/// Waits for the end of the last import; its report as the database has it.
async fn imported(hearth: &TestServer) -> (String, i32, i32) {
    let mut database = hearth.database().await;
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        let report = sqlx::query_as("select state, conversations, shortened from imports")
            .fetch_one(&mut database)
            .await;
        match report {
            Ok((state, conversations, shortened)) if state != "running" => {
                return (state, conversations, shortened);
            }
            _ => assert!(Instant::now() < deadline, "no end of an import"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_archive_exhausts_the_servers_memory() {
    let Some(hearth) = TestServer::start().await else {
        return;
    };
    hearth
        .upload(
            "/import",
            "a.zip",
            &archive(&[("conversations/1.json".into(), conversation(1, "Hi"))]),
        )
        .send()
        .await
        .unwrap();
    imported(&hearth).await;
    let first = hearth.resident();
    let long = "x".repeat(3_900_000);
    let memory = |n: usize| {
        json!({ "id": Uuid::new_v4(), "kind": "fact", "statement": long, "subject": n.to_string(),
                                    "state": "kept", "origin": "person", "created_at": "2026-05-03T18:05:00Z",
                                    "updated_at": "2026-05-03T18:05:00Z", "sources": vec![Uuid::nil(); 1000] })
    };
    let memories = json!({ "memories": (0..14).map(memory).collect::<Vec<_>>() });
    // As many names as a table of contents may have.
    let many: Vec<(String, Vec<u8>)> = (0..50_000)
        .map(|n| {
            (
                format!("conversations/{n}{}.json", "n".repeat(500)),
                b"{}".to_vec(),
            )
        })
        .collect();
    let archives = [
        (
            "15 answers of 3.9 MB",
            vec![("conversations/1.json".into(), conversation(15, &long))],
            15,
        ),
        (
            "50 answers of 195 kB",
            vec![(
                "conversations/2.json".into(),
                conversation(50, &"word ".repeat(39_000)),
            )],
            0,
        ),
        (
            "14 memories of 3.9 MB",
            vec![("memories.json".into(), memories.to_string().into_bytes())],
            0,
        ),
        (
            "one string of 60 MB",
            vec![(
                "conversations/3.json".into(),
                conversation(1, &"x".repeat(60 << 20)),
            )],
            0,
        ),
        (
            "nested lists",
            vec![("conversations/4.json".into(), vec![b'['; 30 << 20])],
            0,
        ),
        ("50,000 long names", many, 0),
    ];
    for (what, files, shortened) in archives {
        let before = hearth.resident();
        let bytes = archive(&files);
        let (status, text) = bomb(&hearth, "/import", what, &bytes).await;
        assert!(status.is_success(), "{what}: {status} {text}");
        let report = imported(&hearth).await;
        let peak = hearth.peak();
        assert_eq!((report.0.as_str(), report.2), ("done", shortened), "{what}");
        figure(&format!(
            "{what}: {} MB at its end, {} MB at most",
            hearth.resident() >> 10,
            peak >> 10
        ));
        assert!(
            peak < before + MOST,
            "{what}: {before} kB before, {peak} kB at most"
        );
    }
    let last = hearth.resident();
    assert!(last < first + MOST, "{first} kB before all, {last} kB after all");
    // The page that shows such answers.
    let mut database = hearth.database().await;
    let id: Uuid = sqlx::query_scalar("select id from conversations where (select count(*) from messages m where m.conversation_id = conversations.id) = 16")
        .fetch_one(&mut database)
        .await
        .unwrap();
    let opened = hearth
        .get(&format!("/api/conversations/open?id={id}"))
        .await
        .unwrap();
    assert_eq!(opened.status(), StatusCode::OK);
}
