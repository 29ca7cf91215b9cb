//! The binary with the PostgreSQL that it carries, a scripted model server that outlives it, and its administrator signed
//! in: for tests that kill, fill and flood it.

use crate::{
    browser::{Browser, cookie},
    command_line::{data_dir, free_address, hearth, ready},
};
use hearth_inference::fake::FakeModelServer;
use hearth_server::serve::database;
use sqlx::{PgConnection, postgres::PgConnectOptions};
use std::{
    fs,
    io::Write,
    ops::{Deref, DerefMut},
    path::PathBuf,
    process::Child,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The lines of the server's log that a failed test prints.
const LOG_LINES: usize = 60;

/// Prints past the capture of passing tests, so that a skipped test does not look like a passed one.
pub fn skip(why: &str) {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    writeln!(std::io::stdout(), "skipped: {name}: {why}").ok();
}

/// Prints a measured figure past the capture of passing tests.
pub fn figure(text: &str) {
    writeln!(std::io::stdout(), "figure: {text}").ok();
}

/// The running binary. As a [`Browser`], it is its administrator's.
pub struct TestServer {
    _keep: TempDir,
    pub data: PathBuf,
    pub address: String,
    /// For the environment of each start.
    variables: Vec<(String, String)>,
    pub model_server: FakeModelServer,
    browser: Browser,
    pub process: Child,
}

impl Deref for TestServer {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.browser
    }
}

impl DerefMut for TestServer {
    fn deref_mut(&mut self) -> &mut Browser {
        &mut self.browser
    }
}

impl TestServer {
    /// None, with a line of output, in a build that carries no PostgreSQL.
    pub async fn start() -> Option<Self> {
        let (keep, data) = data_dir();
        Self::start_in(keep, data, &[]).await
    }

    pub async fn start_in(keep: TempDir, data: PathBuf, variables: &[(&str, &str)]) -> Option<Self> {
        if !database::is_bundled() {
            skip("this build carries no PostgreSQL");
            return None;
        }
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let variables: Vec<_> = variables.iter().map(own).collect();
        let model_server = FakeModelServer::start().await;
        let address = free_address();
        let mut process = spawn(&data, &address, &model_server, &variables);
        ready(&address, &mut process).await;
        let mut browser = Browser::new(&format!("http://{address}"), "");
        let account = "name=Ada&password=a+lamp+on+the+table&language=en&time_zone=UTC";
        let created = browser.post("/api/setup/administrator", account).send().await;
        browser.cookie = cookie(&created.unwrap());
        Some(Self {
            _keep: keep,
            data,
            address,
            variables,
            model_server,
            browser,
            process,
        })
    }

    /// `kill -9`, and the process is reaped.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts again with the same data; returns the time until it is ready.
    pub async fn restart(&mut self) -> Duration {
        let started = Instant::now();
        self.process = spawn(&self.data, &self.address, &self.model_server, &self.variables);
        ready(&self.address, &mut self.process).await;
        started.elapsed()
    }

    /// Its database, past row-level security: as the superuser through the socket.
    pub async fn database(&self) -> PgConnection {
        let socket = fs::read_to_string(self.data.join("postgres-socket")).unwrap();
        let options = PgConnectOptions::new_without_pgpass()
            .socket(socket.trim())
            .port(5432)
            .username(hearth_postgres::SUPERUSER)
            .database("hearth");
        <PgConnection as sqlx::Connection>::connect_with(&options)
            .await
            .unwrap()
    }

    /// PostgreSQL's first process.
    pub fn postmaster(&self) -> Option<i32> {
        let note = fs::read_to_string(self.data.join("postgres/data/postmaster.pid")).ok()?;
        note.lines().next()?.trim().parse().ok()
    }

    /// Kilobytes of memory that the server's own process uses now.
    pub fn resident(&self) -> u64 {
        self.kilobytes("VmRSS:")
    }

    /// The most memory since [`TestServer::forget_peak`], in kilobytes.
    pub fn peak(&self) -> u64 {
        self.kilobytes("VmHWM:")
    }

    pub fn forget_peak(&self) {
        fs::write(format!("/proc/{}/clear_refs", self.process.id()), "5").unwrap();
    }

    fn kilobytes(&self, field: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        line.unwrap()
            .trim()
            .trim_end_matches(" kB")
            .trim()
            .parse()
            .unwrap()
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
        if std::thread::panicking() {
            let log = fs::read_to_string(self.data.with_extension("log")).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = lines.len().saturating_sub(LOG_LINES);
            eprintln!("the server's log ends with:\n{}", lines[last..].join("\n"));
        }
    }
}

fn spawn(
    data: &std::path::Path,
    address: &str,
    model_server: &FakeModelServer,
    variables: &[(String, String)],
) -> Child {
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(data.with_extension("log"))
        .unwrap();
    hearth(data, &["--listen", address])
        .env("HEARTH_OLLAMA_URL", model_server.url())
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}
