//! The server's log, written to a file of limited size.
//!
//! The server writes to a pipe, so nothing wakes up while it is silent, and every line passes through this module. Its
//! settings already exclude statements. The one exception (the statement during which the whole server crashes) is
//! dropped here, together with everything else that could quote user data.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// A file of this size in bytes becomes `postgres.log.1`, which replaces the previous one.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// Longer lines are cut. In bytes; the server writes none that long about itself.
const MAX_LINE_BYTES: u64 = 4096;
const RECENT_LINES: usize = 6;

/// Shared by the reader of the pipe and the code that explains a failure.
#[derive(Clone)]
pub(crate) struct Log(Arc<Mutex<Inner>>);

struct Inner {
    path: PathBuf,
    file: Option<File>,
    size: u64,
    recent: VecDeque<String>,
}

impl Log {
    pub(crate) fn open(path: PathBuf) -> Self {
        Self(Arc::new(Mutex::new(Inner {
            path,
            file: None,
            size: 0,
            recent: VecDeque::new(),
        })))
    }

    /// Reads until the last process of the server has closed its end of the pipe.
    pub(crate) async fn drain(self, pipe: impl AsyncRead + Unpin) {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while let Ok(1..) = (&mut pipe)
            .take(MAX_LINE_BYTES)
            .read_until(b'\n', &mut line)
            .await
        {
            let text = String::from_utf8_lossy(&line);
            if is_about_the_server(&text) {
                self.lock().write(text.trim_end());
            }
            line.clear();
        }
    }

    /// The last lines, on one line and without time and process id.
    pub(crate) fn recent(&self) -> String {
        let inner = self.lock();
        let lines: Vec<_> = inner.recent.iter().map(|line| without_prefix(line)).collect();
        if lines.is_empty() {
            "it said nothing".into()
        } else {
            lines.join("; ")
        }
    }

    pub(crate) fn forget_recent(&self) {
        self.lock().recent.clear();
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Inner {
    fn write(&mut self, line: &str) {
        if self.recent.len() == RECENT_LINES {
            self.recent.pop_front();
        }
        self.recent.push_back(line.to_owned());
        // If the log cannot be written (a full disk), the pipe must still be drained.
        let _ = self.append(line);
    }

    fn append(&mut self, line: &str) -> std::io::Result<()> {
        if self.size > MAX_FILE_BYTES {
            self.file = None;
            fs::rename(&self.path, self.path.with_extension("log.1"))?;
        }
        if self.file.is_none() {
            let file = File::options().create(true).append(true).open(&self.path)?;
            self.size = file.metadata()?.len();
            self.file = Some(file);
        }
        if let Some(file) = &mut self.file {
            file.write_all(format!("{line}\n").as_bytes())?;
            self.size += line.len() as u64 + 1;
        }
        Ok(())
    }
}

/// Whether a line may be kept. Continuation lines start with a tab, and these labels introduce parts of a statement.
/// The error of a statement may quote a value ("invalid input syntax for type uuid: …"); system errors all start with
/// "could not".
fn is_about_the_server(line: &str) -> bool {
    const QUOTING: [&str; 5] = ["STATEMENT:  ", "DETAIL:  ", "CONTEXT:  ", "QUERY:  ", "HINT:  "];
    let text = without_prefix(line);
    let of_a_statement = text
        .strip_prefix("ERROR:  ")
        .is_some_and(|message| !message.starts_with("could not "));
    !of_a_statement
        && !line.starts_with('\t')
        && !text.trim().is_empty()
        && !QUOTING.iter().any(|label| text.starts_with(label))
}

/// Removes `2026-01-31 10:00:00.000 UTC [123] `. Lines written before the settings apply have no prefix.
fn without_prefix(line: &str) -> &str {
    let starts_with_a_year = line.starts_with(|first: char| first.is_ascii_digit());
    line.split_once("] ")
        .filter(|_| starts_with_a_year)
        .map_or(line, |(_, text)| text)
        .trim_end()
}
