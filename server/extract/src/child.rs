//! The child process: reads standard input within limits and writes its answer to standard output.

use crate::{
    MAX_FILE_BYTES,
    kind::Kind,
    pdf, picture,
    protocol::{Answer, Header},
    sandbox,
};
use hearth_types::FileTrouble;
use std::{
    io::{self, Read as _, Write as _},
    process::ExitCode,
};

/// The hidden subcommand of `hearth` that runs the child.
pub const SUBCOMMAND: &str = "read-upload";

/// Stack of the parsing thread, in bytes. It bounds how deep a recursive parser gets.
const STACK: usize = 16 << 20;

/// Reads one picture or PDF from standard input and prints the answer for [`crate::extract_in_child`].
///
/// Exits with failure when a limit was reached or the answer could not be written.
pub fn run_child() -> ExitCode {
    // A panic message could quote the file.
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
        Ok(Err(_panic)) => match write(&Err(FileTrouble::Broken), &[]) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        _ => ExitCode::FAILURE,
    }
}

fn answer() -> io::Result<()> {
    let mut bytes = Vec::new();
    let input = io::stdin().lock();
    input.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    match extract(bytes) {
        Ok((header, parts)) => write(&Ok(header), &parts),
        Err(trouble) => write(&Err(trouble), &[]),
    }
}

fn extract(bytes: Vec<u8>) -> Result<(Header, Vec<Vec<u8>>), FileTrouble> {
    match Kind::of(&bytes)? {
        Kind::Picture(format) => {
            let picture = picture::reencode(&bytes, format)?;
            let header = Header::Picture {
                png: picture.png,
                width: picture.width,
                height: picture.height,
                bytes: picture.bytes.len(),
                preview: picture.preview.len(),
            };
            Ok((header, vec![picture.bytes, picture.preview]))
        }
        Kind::Pdf => {
            let (pages, text) = pdf::text(bytes)?;
            let bytes = text.len();
            Ok((Header::Pdf { pages, bytes }, vec![text.into_bytes()]))
        }
        Kind::MaybeText => Err(FileTrouble::UnknownKind),
    }
}

fn write(answer: &Answer, parts: &[Vec<u8>]) -> io::Result<()> {
    let mut output = io::stdout().lock();
    serde_json::to_writer(&mut output, answer)?;
    output.write_all(b"\n")?;
    for part in parts {
        output.write_all(part)?;
    }
    output.flush()
}
