//! Pictures and PDFs are read by a process of their own, never by the server.
//!
//! A stranger's bytes can unpack a thousandfold, nest without end, or make a decoder fail. So Hearth starts itself
//! once more (`hearth read-upload`) for each file: the file is its standard input, its environment is empty, and
//! before it reads a byte it limits its memory, processor time and files, and gives up the system calls that open,
//! connect or start anything ([`sandbox`]). It prints one line of JSON ([`Made`] or a [`FileTrouble`]) and then the
//! bytes that the line announces. The parent ([`ask`]) reads a limited number of bytes and kills the process when
//! its time is over. A process that ends without an answer met one of its limits.

pub(super) mod ask;
mod sandbox;

use super::{document, kind, picture};
use hearth_types::FileTrouble;
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

/// The hidden subcommand.
pub const SUBCOMMAND: &str = "read-upload";

/// Bytes of stack: a parser that calls itself gets this far.
const STACK: usize = 16 << 20;

/// What was made of a file; the bytes follow.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Made {
    /// First the picture, then its preview.
    Picture {
        png: bool,
        width: u32,
        height: u32,
        bytes: usize,
        preview: usize,
    },
    /// The text, each page ended by a form feed.
    Pdf { pages: u32, bytes: usize },
}

/// The line before the bytes.
type Answer = Result<Made, FileTrouble>;

/// The child's side: reads standard input within limits, writes its answer to standard output.
pub fn read_standard_input() -> ExitCode {
    // The message of a panic may quote the file.
    std::panic::set_hook(Box::new(|_| {}));
    if sandbox::limit_process().is_err() {
        return ExitCode::FAILURE;
    }
    let work = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        sandbox::give_up_system_calls();
        answer()
    });
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Err(_)) => write(&Err(FileTrouble::Broken), &[]).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS),
        _ => ExitCode::FAILURE,
    }
}

fn answer() -> io::Result<()> {
    let mut bytes = Vec::new();
    let input = io::stdin().lock();
    input.take(super::LONGEST_UPLOAD + 1).read_to_end(&mut bytes)?;
    match kind::of(&bytes) {
        Ok(kind::Kind::Picture(format)) => match picture::remake(&bytes, format) {
            Ok(picture) => {
                let made = Made::Picture {
                    png: picture.png,
                    width: picture.width,
                    height: picture.height,
                    bytes: picture.bytes.len(),
                    preview: picture.preview.len(),
                };
                write(&Ok(made), &[&picture.bytes, &picture.preview])
            }
            Err(trouble) => write(&Err(trouble), &[]),
        },
        Ok(kind::Kind::Pdf) => match document::read(bytes) {
            Ok((pages, text)) => {
                let bytes = text.len();
                write(&Ok(Made::Pdf { pages, bytes }), &[text.as_bytes()])
            }
            Err(trouble) => write(&Err(trouble), &[]),
        },
        Ok(kind::Kind::PerhapsText) => write(&Err(FileTrouble::UnknownKind), &[]),
        Err(trouble) => write(&Err(trouble), &[]),
    }
}

fn write(answer: &Answer, parts: &[&[u8]]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, answer)?;
    output.write_all(b"\n")?;
    for part in parts {
        output.write_all(part)?;
    }
    output.flush()
}
