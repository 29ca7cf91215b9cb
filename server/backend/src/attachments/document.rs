//! The text of a PDF, read by a process of its own.
//!
//! A PDF can hold anything: streams that grow a thousandfold, objects inside each other without end, pages that make
//! a parser fall over. So Hearth starts itself once more (`hearth read-document`), with nothing in its environment,
//! limits on memory and processor time, and the file as its standard input; it prints how many pages there are and
//! their text, each page ended by a form feed. Whatever happens to it, the server goes on.

use super::text::LONGEST;
use hearth_types::FileTrouble;
use pdf_extract::{Document, PlainTextOutput, output_doc_page};
use std::{
    io::{self, Read as _, Write as _},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::{ExitCode, ExitStatus, Stdio},
    time::Duration,
};
use tokio::{io::AsyncReadExt, process::Command, time::timeout};
use unicode_normalization::UnicodeNormalization;

/// The hidden subcommand.
pub const SUBCOMMAND: &str = "read-document";

/// For the whole of it, the start of the process included.
const TIME: Duration = Duration::from_secs(20);

/// Ends of the process that say something; any other is an accident, or the limits.
const BROKEN: u8 = 3;
const PROTECTED: u8 = 4;

/// A parser that calls itself gets this far.
const STACK: usize = 16 << 20;

/// What was read.
pub(super) struct Read {
    pub pages: u32,
    pub text: String,
}

/// Reads a file. `program` is Hearth itself; without it no PDF is read.
pub(super) async fn read(program: Option<&PathBuf>, file: &Path) -> Result<Read, FileTrouble> {
    let program = program.ok_or(FileTrouble::UnknownKind)?;
    let input = std::fs::File::open(file).map_err(|_| FileTrouble::Broken)?;
    let mut child = Command::new(program)
        .arg0("hearth")
        .arg(SUBCOMMAND)
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::from(input))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| {
            tracing::error!(%error, "the reader of documents could not be started");
            FileTrouble::TooMuch
        })?;
    let mut printed = Vec::new();
    let ended = timeout(TIME, async {
        if let Some(output) = child.stdout.take() {
            output.take(2 * LONGEST as u64).read_to_end(&mut printed).await?;
        }
        child.wait().await
    });
    // Out of time, the process is killed as it is dropped.
    let Ok(Ok(status)) = ended.await else {
        return Err(FileTrouble::TooMuch);
    };
    outcome(status, printed)
}

fn outcome(status: ExitStatus, printed: Vec<u8>) -> Result<Read, FileTrouble> {
    match status.code().map(u8::try_from) {
        Some(Ok(0)) => {}
        Some(Ok(BROKEN)) => return Err(FileTrouble::Broken),
        Some(Ok(PROTECTED)) => return Err(FileTrouble::Protected),
        _ => return Err(FileTrouble::TooMuch),
    }
    let printed = String::from_utf8(printed).map_err(|_| FileTrouble::Broken)?;
    let (pages, text) = printed.split_once('\n').ok_or(FileTrouble::Broken)?;
    let pages = pages.parse().map_err(|_| FileTrouble::Broken)?;
    if text.trim().is_empty() {
        return Err(FileTrouble::NoText);
    }
    Ok(Read {
        pages,
        text: text.to_owned(),
    })
}

/// The other side: reads standard input, prints to standard output. The caller has set the process's limits.
pub fn read_standard_input() -> ExitCode {
    let work = std::thread::Builder::new().stack_size(STACK).spawn(print_text);
    match work.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(code))) => ExitCode::from(code),
        _ => ExitCode::from(BROKEN),
    }
}

fn print_text() -> Result<(), u8> {
    let mut bytes = Vec::new();
    let input = io::stdin().lock();
    input
        .take(super::LONGEST_UPLOAD + 1)
        .read_to_end(&mut bytes)
        .map_err(|_| BROKEN)?;
    let mut document = Document::load_mem(&bytes).map_err(|_| BROKEN)?;
    drop(bytes);
    // Many are encrypted with an empty password, only so that a reader may forbid printing.
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(PROTECTED);
    }
    let pages = document.get_pages();
    if pages.is_empty() {
        return Err(BROKEN);
    }
    let mut output = io::stdout().lock();
    writeln!(output, "{}", pages.len()).map_err(|_| BROKEN)?;
    let mut printed = 0;
    for number in pages.keys() {
        let text = page_text(&document, *number);
        printed += text.len() + 1;
        if printed > LONGEST {
            break;
        }
        output
            .write_all(text.as_bytes())
            .and_then(|()| output.write_all(b"\x0c"))
            .map_err(|_| BROKEN)?;
    }
    output.flush().map_err(|_| BROKEN)
}

/// A page that cannot be read is empty; the others are not. Letters as they are typed: a PDF draws "fi" as one
/// sign, and Chinese characters as their radicals.
fn page_text(document: &Document, number: u32) -> String {
    let mut text = String::new();
    let drawn = catch_unwind(AssertUnwindSafe(|| {
        let mut output = PlainTextOutput::new(&mut text);
        output_doc_page(document, &mut output, number)
    }));
    if drawn.is_err() {
        text.clear();
    }
    let plain = text.nfkc().map(|c| match c {
        '\0' | '\x0c' => ' ',
        c => c,
    });
    let plain: String = plain.collect();
    let lines: Vec<&str> = plain.trim().lines().map(str::trim_end).collect();
    let mut joined = String::with_capacity(plain.len());
    let mut empty = false;
    for line in lines {
        // One empty line separates paragraphs as well as five.
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        joined.push_str(line);
        joined.push('\n');
    }
    joined
}
