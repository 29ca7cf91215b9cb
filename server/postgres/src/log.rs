//! The server's log, on its way to a file of limited size.
//!
//! The server writes into a pipe, so nothing wakes up while it is silent, and every line passes here.
//! Its settings already keep statements out; the one case they cannot (the statement during which the
//! whole server gives up) is dropped here, with everything else that could quote somebody's words.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

/// A full file becomes `postgres.log.1`, over the one before.
const FULL: u64 = 1024 * 1024;
/// A longer line is cut; the server writes none that long about itself.
const LONGEST_LINE: u64 = 4096;
const REMEMBERED: usize = 6;

/// Shared by the reader of the pipe and whoever explains a failure.
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

    /// Reads until the last process of the server has closed its end.
    pub(crate) async fn drain(self, pipe: impl AsyncRead + Unpin) {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while let Ok(1..) = (&mut pipe).take(LONGEST_LINE).read_until(b'\n', &mut line).await {
            let text = String::from_utf8_lossy(&line);
            if speaks_of_the_server(&text) {
                self.lock().write(text.trim_end());
            }
            line.clear();
        }
    }

    /// The last lines, on one line and without their time and process.
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
        if self.recent.len() == REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(line.to_owned());
        // A log that cannot be written (a full disk) must not stop the server from being read.
        let _ = self.append(line);
    }

    fn append(&mut self, line: &str) -> std::io::Result<()> {
        if self.size > FULL {
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

/// Whether a line may be kept. A message that goes on in a second line indents it with a tab, and
/// these labels introduce what belongs to somebody's statement. An error of a statement may quote a value ("invalid
/// input syntax for type uuid: …"); those of the system all begin with "could not".
fn speaks_of_the_server(line: &str) -> bool {
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

/// Without `2026-01-31 10:00:00.000 UTC [123] `; lines from before the settings apply have no prefix.
fn without_prefix(line: &str) -> &str {
    let starts_with_a_year = line.starts_with(|first: char| first.is_ascii_digit());
    line.split_once("] ")
        .filter(|_| starts_with_a_year)
        .map_or(line, |(_, text)| text)
        .trim_end()
}
