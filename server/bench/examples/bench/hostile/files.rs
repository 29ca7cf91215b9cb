//! Archives, pictures and documents that are small and cost much.

use anyhow::Result;
use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, Crc, write::ZlibEncoder};
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use uuid::Uuid;
use zip::{ZipWriter, write::SimpleFileOptions};

const AT: &str = "2026-05-03T18:05:00Z";

/// A conversation of a question and an answer, as an archive has it.
pub fn talk(question: &str, answer: &str) -> Value {
    json!([question, answer])
}

/// An archive of such conversations.
pub fn archive(talks: &[Value]) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut file = |name: &str, content: &Value| -> Result<()> {
        zip.start_file(name, SimpleFileOptions::default())?;
        Ok(zip.write_all(content.to_string().as_bytes())?)
    };
    file(
        "hearth.json",
        &json!({ "format": "hearth-archive", "version": 1, "exported_at": AT }),
    )?;
    file("memories.json", &json!({ "memories": [] }))?;
    for (number, talk) in talks.iter().enumerate() {
        file(&format!("conversations/{number}.json"), &conversation(talk))?;
    }
    Ok(zip.finish()?.into_inner())
}

fn conversation(talk: &Value) -> Value {
    let (question, answer) = (Uuid::new_v4(), Uuid::new_v4());
    let message = |id: Uuid, parent: Option<Uuid>, said_by: &str, text: &Value| json!({ "id": id, "parent": parent, "said_by": said_by, "said_at": AT, "text": text });
    json!({
        "id": Uuid::new_v4(), "title": "Brought", "memory": true, "created_at": AT, "updated_at": AT,
        "messages": [
            message(question, None, "person", &talk[0]),
            message(answer, Some(question), "model", &talk[1]),
        ],
    })
}

/// What each is, its name and its bytes.
pub fn pictures() -> Result<Vec<(String, &'static str, Vec<u8>)>> {
    let named = |what: &str, name, bytes: Vec<u8>| (format!("{what} ({} bytes)", bytes.len()), name, bytes);
    Ok(vec![
        named(
            "animated WebP with a canvas of 7,900²",
            "small.webp",
            animated_webp(7_900)?,
        ),
        named("PNG of 8,000²", "plain.png", png(8_000)?),
    ])
}

/// A canvas of this many pixels each way, and one frame of a single pixel.
fn animated_webp(side: u32) -> Result<Vec<u8>> {
    let lossless = STANDARD.decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")?;
    let frame_picture = &lossless[12..];
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let mut frame = [three(0), three(0), three(0), three(0), three(100), vec![0]].concat();
    frame.extend_from_slice(frame_picture);
    let header = [vec![0x12, 0, 0, 0], three(side - 1), three(side - 1)].concat();
    let chunks = [
        riff(b"VP8X", &header),
        riff(b"ANIM", &[0; 6]),
        riff(b"ANMF", &frame),
    ]
    .concat();
    Ok(riff(b"RIFF", &[b"WEBP".to_vec(), chunks].concat()))
}

fn riff(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    let mut chunk = [name.to_vec(), length.to_le_bytes().to_vec(), content.to_vec()].concat();
    if !content.len().is_multiple_of(2) {
        chunk.push(0);
    }
    chunk
}

/// A transparent square.
fn png(side: u32) -> Result<Vec<u8>> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    let row = vec![0; side as usize * 4 + 1];
    for _ in 0..side {
        zlib.write_all(&row)?;
    }
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes()[..], &[8, 6, 0, 0, 0]].concat();
    let chunks = [
        png_chunk(b"IHDR", &header),
        png_chunk(b"IDAT", &zlib.finish()?),
        png_chunk(b"IEND", &[]),
    ];
    Ok([b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat())
}

fn png_chunk(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(name);
    sum.update(content);
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    [
        &length.to_be_bytes()[..],
        name,
        content,
        &sum.sum().to_be_bytes()[..],
    ]
    .concat()
}

/// One page on which four million letters are drawn one by one.
pub fn slow_document() -> Result<Vec<u8>> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(b"BT /F1 12 Tf 72 720 Td\n")?;
    for _ in 0..4_000 {
        zlib.write_all("(a) Tj\n".repeat(1_000).as_bytes())?;
    }
    zlib.write_all(b"ET\n")?;
    let drawn = zlib.finish()?;
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
          /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        [
            format!("<< /Filter /FlateDecode /Length {} >>\nstream\n", drawn.len()).as_bytes(),
            &drawn,
            b"\nendstream",
        ]
        .concat(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    Ok(document(&objects))
}

fn document(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        places += &format!("{:010} 00000 n \n", file.len());
        file.extend_from_slice(&[format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (table, size) = (file.len(), objects.len() + 1);
    file.extend_from_slice(
        format!(
            "xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
        )
        .as_bytes(),
    );
    file
}
