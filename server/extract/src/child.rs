//! The child process: reads standard input within limits and writes its answer to standard output.

use crate::{
    MAX_FILE_BYTES,
    kind::Kind,
    pdf, picture,
    protocol::{Answer, Header},
    sandbox,
};
use hearth_types::FileTrouble;
use pdfium_render::prelude::Pdfium;
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
    let work = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        // The limits allow no further file, so the library is loaded before them.
        let library = if is_pdf_waiting() { pdf::load() } else { None };
        sandbox::limit_process()?;
        sandbox::give_up_system_calls();
        answer(library.as_ref())
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

/// Whether standard input is a file that begins like a PDF. Its bytes stay to be read.
fn is_pdf_waiting() -> bool {
    let mut beginning = [0; 5];
    let read = rustix::io::pread(io::stdin(), &mut beginning, 0);
    read.is_ok_and(|length| Kind::of(&beginning[..length]) == Ok(Kind::Pdf))
}

fn answer(library: Option<&Pdfium>) -> io::Result<()> {
    let mut bytes = Vec::new();
    let input = io::stdin().lock();
    input.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    match extract(&bytes, library) {
        Ok((header, parts)) => write(&Ok(header), &parts),
        Err(trouble) => write(&Err(trouble), &[]),
    }
}

fn extract(bytes: &[u8], library: Option<&Pdfium>) -> Result<(Header, Vec<Vec<u8>>), FileTrouble> {
    match Kind::of(bytes)? {
        Kind::Picture(format) => {
            let pictures = picture::reencode(bytes, format)?;
            let headers = pictures.iter().map(picture::Picture::header).collect();
            let parts = pictures
                .into_iter()
                .flat_map(|picture| [picture.bytes, picture.preview]);
            Ok((Header::Pictures(headers), parts.collect()))
        }
        Kind::Pdf => {
            let pdf::Read { pages, text, unread } = pdf::read(library, bytes)?;
            let bytes = text.len();
            Ok((Header::Pdf { pages, bytes, unread }, vec![text.into_bytes()]))
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
