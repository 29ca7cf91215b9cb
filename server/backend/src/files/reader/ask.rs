//! The parent's side: starts the process, waits for its answer for a limited time, and checks the answer's form.

use super::{Answer, Made, SUBCOMMAND};
use crate::files::text::LONGEST;
use hearth_types::FileTrouble;
use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{io::AsyncReadExt, process::Command, time::timeout};

/// For the whole of it, the start of the process included.
const TIME: Duration = Duration::from_secs(20);

/// Bytes of a picture of 1,600 pixels, with its preview, or of a PDF's text: what is longer is no answer.
const LONGEST_ANSWER: u64 = 8 << 20;

/// Bytes of the first line.
const LONGEST_LINE: usize = 512;

/// What was read.
#[derive(Debug)]
pub(in crate::files) enum Read {
    Picture {
        media_type: &'static str,
        width: u32,
        height: u32,
        bytes: Vec<u8>,
        preview: Vec<u8>,
    },
    Pdf {
        pages: u32,
        text: String,
    },
}

/// Has a picture or PDF read. `program` is Hearth itself; without it none is.
///
/// # Errors
/// What is wrong with the file; [`FileTrouble::TooMuch`] for a process that met a limit.
pub(in crate::files) async fn read(program: Option<&PathBuf>, file: &Path) -> Result<Read, FileTrouble> {
    let program = program.ok_or(FileTrouble::UnknownKind)?;
    let input = std::fs::File::open(file).map_err(|_| FileTrouble::Broken)?;
    let mut child = Command::new(program)
        .arg0("hearth")
        .arg(SUBCOMMAND)
        .env_clear()
        // The limit on memory counts what the allocator reserves; each arena would reserve 64 MB.
        .env("MALLOC_ARENA_MAX", "1")
        .current_dir("/")
        .stdin(Stdio::from(input))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            tracing::error!(kind = ?error.kind(), "the reader of uploads could not be started");
            FileTrouble::TooMuch
        })?;
    let mut printed = Vec::new();
    let ended = timeout(TIME, async {
        if let Some(output) = child.stdout.take() {
            output.take(LONGEST_ANSWER).read_to_end(&mut printed).await?;
        }
        child.wait().await
    });
    // Out of time, the process is killed as it is dropped.
    match ended.await {
        Ok(Ok(status)) if status.success() => understand(&printed),
        _ => Err(FileTrouble::TooMuch),
    }
}

/// The answer of a process that ended well. A line that announces other bytes than follow is no answer.
fn understand(printed: &[u8]) -> Result<Read, FileTrouble> {
    let line = printed.iter().take(LONGEST_LINE).position(|byte| *byte == b'\n');
    let (line, rest) = printed.split_at(line.ok_or(FileTrouble::TooMuch)?);
    let rest = &rest[1..];
    let answer: Answer = serde_json::from_slice(line).map_err(|_| FileTrouble::Broken)?;
    match answer? {
        Made::Picture {
            png,
            width,
            height,
            bytes,
            preview,
        } if bytes.checked_add(preview) == Some(rest.len()) => Ok(Read::Picture {
            media_type: if png { "image/png" } else { "image/jpeg" },
            width,
            height,
            bytes: rest[..bytes].to_vec(),
            preview: rest[bytes..].to_vec(),
        }),
        Made::Pdf { pages, bytes } if bytes == rest.len() && bytes <= 2 * LONGEST => {
            let text = std::str::from_utf8(rest).map_err(|_| FileTrouble::Broken)?;
            if text.trim().is_empty() {
                return Err(FileTrouble::NoText);
            }
            let text = text.to_owned();
            Ok(Read::Pdf { pages, text })
        }
        Made::Picture { .. } | Made::Pdf { .. } => Err(FileTrouble::Broken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_not_what_its_line_says_is_none() {
        let picture = br#"{"Ok":{"picture":{"png":true,"width":2,"height":2,"bytes":3,"preview":2}}}"#;
        let whole = [picture.as_slice(), b"\nabcde"].concat();
        assert!(matches!(
            understand(&whole),
            Ok(Read::Picture { bytes, preview, .. }) if bytes == b"abc" && preview == b"de"
        ));
        for (printed, trouble) in [
            (b"".to_vec(), FileTrouble::TooMuch),
            (vec![b'x'; 4096], FileTrouble::TooMuch),
            (b"words\n".to_vec(), FileTrouble::Broken),
            ([picture.as_slice(), b"\nabcd"].concat(), FileTrouble::Broken),
            (
                br#"{"Ok":{"picture":{"png":true,"width":2,"height":2,"bytes":18446744073709551615,"preview":6}}}
abcde"#
                    .to_vec(),
                FileTrouble::Broken,
            ),
            (
                [br#"{"Ok":{"pdf":{"pages":1,"bytes":2}}}"#.as_slice(), b"\n\xff\xfe"].concat(),
                FileTrouble::Broken,
            ),
            (
                br#"{"Err":"protected"}
"#
                .to_vec(),
                FileTrouble::Protected,
            ),
        ] {
            assert_eq!(understand(&printed).err(), Some(trouble), "{printed:?}");
        }
    }
}
