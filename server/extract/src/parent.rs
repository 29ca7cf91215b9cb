//! The parent's side: starts the child, waits for its answer for a limited time, and validates the answer.

use crate::{
    SUBCOMMAND,
    protocol::{Answer, Header, PictureHeader},
    text::MAX_TEXT_BYTES,
};
use hearth_types::{FileTrouble, PageRange};
use std::{path::Path, process::Stdio, time::Duration};
use tokio::{io::AsyncReadExt, process::Command, time::timeout};

/// Time limit for one file, including the start of the process.
const TIME: Duration = Duration::from_secs(20);

/// Maximum length of the answer, in bytes. Six parts of a picture with their previews, or the text of a PDF, fit.
const MAX_ANSWER_BYTES: u64 = 8 << 20;

/// Maximum length of the first line, in bytes.
const MAX_LINE_BYTES: usize = 32 << 10;

/// What a picture or PDF contains, as Hearth keeps it.
#[derive(Debug)]
pub enum Extracted {
    /// A picture, or the parts of a very long one in order.
    Pictures(Vec<Picture>),
    /// The text of a PDF; each page ends with a form feed. Nothing was read of the `unread` pages, which are not blank.
    Pdf {
        pages: u32,
        text: String,
        unread: Vec<PageRange>,
    },
}

/// A re-encoded picture, upright and without metadata.
#[derive(Debug)]
pub struct Picture {
    pub media_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    pub bytes: Vec<u8>,
    /// A small JPEG.
    pub preview: Vec<u8>,
}

/// Reads a picture or PDF in a child process. `program` is started with [`SUBCOMMAND`]: the `hearth` binary itself.
///
/// # Errors
/// What is wrong with the file: [`FileTrouble::TooMuch`] when the child reached a limit, and
/// [`FileTrouble::UnknownKind`] without a `program`.
pub async fn extract_in_child(program: Option<&Path>, file: &Path) -> Result<Extracted, FileTrouble> {
    let program = program.ok_or(FileTrouble::UnknownKind)?;
    let input = std::fs::File::open(file).map_err(|_| FileTrouble::Broken)?;
    let mut child = Command::new(program)
        .arg0("hearth")
        .arg(SUBCOMMAND)
        .env_clear()
        // The memory limit counts reserved address space, and each malloc arena would reserve 64 MB.
        .env("MALLOC_ARENA_MAX", "1")
        .current_dir("/")
        .stdin(Stdio::from(input))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            tracing::error!(kind = ?error.kind(), "could not start the process that reads uploads");
            FileTrouble::TooMuch
        })?;
    let mut printed = Vec::new();
    let ended = timeout(TIME, async {
        if let Some(output) = child.stdout.take() {
            output.take(MAX_ANSWER_BYTES).read_to_end(&mut printed).await?;
        }
        child.wait().await
    });
    // After a timeout, dropping `child` kills the process.
    match ended.await {
        Ok(Ok(status)) if status.success() => parse(&printed),
        _ => Err(FileTrouble::TooMuch),
    }
}

/// Parses the output of a child that succeeded. The header must announce exactly the bytes that follow it.
fn parse(printed: &[u8]) -> Result<Extracted, FileTrouble> {
    let line = printed
        .iter()
        .take(MAX_LINE_BYTES)
        .position(|byte| *byte == b'\n');
    let (line, rest) = printed.split_at(line.ok_or(FileTrouble::TooMuch)?);
    let rest = &rest[1..];
    let answer: Answer = serde_json::from_slice(line).map_err(|_| FileTrouble::Broken)?;
    match answer? {
        Header::Pictures(headers) => Ok(Extracted::Pictures(pictures(&headers, rest)?)),
        Header::Pdf { pages, bytes, unread } if bytes == rest.len() && bytes <= 2 * MAX_TEXT_BYTES => {
            let text = std::str::from_utf8(rest).map_err(|_| FileTrouble::Broken)?;
            if text.trim().is_empty() {
                return Err(FileTrouble::NoText);
            }
            let text = text.to_owned();
            Ok(Extracted::Pdf { pages, text, unread })
        }
        Header::Pdf { .. } => Err(FileTrouble::Broken),
    }
}

fn pictures(headers: &[PictureHeader], mut rest: &[u8]) -> Result<Vec<Picture>, FileTrouble> {
    let mut take = |length| {
        let (part, after) = rest.split_at_checked(length).ok_or(FileTrouble::Broken)?;
        rest = after;
        Ok(part.to_vec())
    };
    let mut pictures = Vec::new();
    for header in headers {
        pictures.push(Picture {
            media_type: if header.png { "image/png" } else { "image/jpeg" },
            width: header.width,
            height: header.height,
            bytes: take(header.bytes)?,
            preview: take(header.preview)?,
        });
    }
    if pictures.is_empty() || !rest.is_empty() {
        return Err(FileTrouble::Broken);
    }
    Ok(pictures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_must_announce_exactly_the_bytes_that_follow() {
        let picture = br#"{"Ok":{"pictures":[{"png":true,"width":2,"height":2,"bytes":3,"preview":2}]}}"#;
        let whole = [picture.as_slice(), b"\nabcde"].concat();
        let Ok(Extracted::Pictures(pictures)) = parse(&whole) else {
            panic!("a picture");
        };
        assert_eq!(
            (&*pictures[0].bytes, &*pictures[0].preview),
            (&b"abc"[..], &b"de"[..])
        );
        for (printed, trouble) in [
            (b"".to_vec(), FileTrouble::TooMuch),
            (vec![b'x'; 2 * MAX_LINE_BYTES], FileTrouble::TooMuch),
            (b"words\n".to_vec(), FileTrouble::Broken),
            ([picture.as_slice(), b"\nabcd"].concat(), FileTrouble::Broken),
            ([picture.as_slice(), b"\nabcdef"].concat(), FileTrouble::Broken),
            (b"{\"Ok\":{\"pictures\":[]}}\n".to_vec(), FileTrouble::Broken),
            (
                br#"{"Ok":{"pictures":[{"png":true,"width":2,"height":2,"bytes":18446744073709551615,"preview":6}]}}
abcde"#
                    .to_vec(),
                FileTrouble::Broken,
            ),
            (
                [br#"{"Ok":{"pdf":{"pages":1,"bytes":2,"unread":[]}}}"#.as_slice(), b"\n\xff\xfe"].concat(),
                FileTrouble::Broken,
            ),
            (
                br#"{"Err":"protected"}
"#
                .to_vec(),
                FileTrouble::Protected,
            ),
        ] {
            assert_eq!(parse(&printed).err(), Some(trouble), "{printed:?}");
        }
    }
}
