//! A server to measure: the binary in a new data directory, its model server, its administrator.

use crate::client::{Client, NAME, PASSWORD, Person};
use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{self, File, Permissions},
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// For a first start, on a machine that others use too.
const READY_WITHIN: Duration = Duration::from_secs(120);

/// For a stop; then it is killed.
const GONE_WITHIN: Duration = Duration::from_secs(20);

/// A folder for one server, gone with this value.
pub struct Folder {
    dir: TempDir,
}

impl Folder {
    pub fn new() -> Result<Self> {
        let dir = tempfile::Builder::new().prefix("hearth-bench-").tempdir()?;
        // Started as root, Hearth becomes another account, which must get through to its data.
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755))?;
        Ok(Self { dir })
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.dir.path().join("log")
    }
}

/// The program that a variable names.
pub fn program(variable: &str) -> Result<PathBuf> {
    let path =
        std::env::var_os(variable).with_context(|| format!("{variable} names the program to measure"))?;
    fs::canonicalize(&path).with_context(|| format!("{variable}: there is no {}", Path::new(&path).display()))
}

/// The scripted model server.
pub struct ModelServer {
    pub url: String,
    process: Child,
}

impl ModelServer {
    /// Answers each chat at once with this many tokens, or with a pause before each.
    pub fn start(tokens: usize, pause_ms: u64) -> Result<Self> {
        let mut process = Command::new(program("HEARTH_FAKE_MODEL_SERVER")?)
            .args([
                "--tokens",
                &tokens.to_string(),
                "--delay-ms",
                &pause_ms.to_string(),
            ])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        BufReader::new(process.stdout.take().context("its output was asked for")?).read_line(&mut url)?;
        Ok(Self {
            url: url.trim().to_owned(),
            process,
        })
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A running Hearth.
pub struct Server {
    pub url: String,
    /// From the start of the process to its first answer that it is ready.
    pub ready_after: Duration,
    process: Child,
}

impl Server {
    /// Starts the binary in this place and waits until it is ready.
    pub async fn start(folder: &Folder, fake: &ModelServer) -> Result<Self> {
        Self::start_beside(folder, &fake.url, 64, "").await
    }

    /// The same beside the model server at this address, which answers so many at once, by this chat model (empty:
    /// the first it has).
    pub async fn start_beside(folder: &Folder, url: &str, slots: usize, model: &str) -> Result<Self> {
        // Free at this moment; another program is unlikely to take it in the next.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = File::options().create(true).append(true).open(folder.log())?;
        let mut command = Command::new(program("HEARTH_BIN")?);
        for (name, _) in
            std::env::vars().filter(|(name, _)| name.starts_with("HEARTH_") || name == "DATABASE_URL")
        {
            command.env_remove(name);
        }
        command
            .arg("serve")
            // Where the bench runs as root: Hearth chooses no account that others share by itself.
            .env("HEARTH_USER", "nobody")
            .env("HEARTH_LISTEN", format!("127.0.0.1:{port}"))
            .env("HEARTH_DATA_DIR", folder.data())
            .env("HEARTH_OLLAMA_URL", url)
            .env("HEARTH_MODEL_SLOTS", slots.to_string())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        if !model.is_empty() {
            command.env("HEARTH_CHAT_MODEL", model);
        }
        let begin = Instant::now();
        let process = command.spawn()?;
        let mut server = Self {
            url: format!("http://127.0.0.1:{port}"),
            ready_after: Duration::ZERO,
            process,
        };
        server
            .until_ready(begin)
            .await
            .with_context(|| log_tail(folder))?;
        server.ready_after = begin.elapsed();
        Ok(server)
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// The first account.
    pub async fn set_up(&self) -> Result<Person> {
        let client = Client::new(&self.url)?;
        let form = [
            ("name", NAME),
            ("password", PASSWORD),
            ("language", "en"),
            ("time_zone", "UTC"),
        ];
        client.enter("/api/setup/administrator", &form).await
    }

    /// Signs in a person of [`crate::seed::Database::people`].
    pub async fn sign_in(&self, name: &str) -> Result<Person> {
        let client = Client::new(&self.url)?;
        client
            .enter("/api/session/sign_in", &[("name", name), ("password", PASSWORD)])
            .await
    }

    /// Restarts with the same data: a server sizes PostgreSQL's cache at its start, by what is stored.
    pub async fn restart(self, folder: &Folder, fake: &ModelServer) -> Result<Self> {
        self.stop()?;
        Self::start(folder, fake).await
    }

    /// Sends SIGTERM and waits for the end.
    pub fn stop(mut self) -> Result<()> {
        self.end();
        match self.process.try_wait()? {
            Some(_) => Ok(()),
            None => bail!("hearth did not stop"),
        }
    }

    async fn until_ready(&mut self, begin: Instant) -> Result<()> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(10))
            .build()?;
        let address = format!("{}/healthz", self.url);
        loop {
            if let Ok(reply) = http.get(&address).send().await
                && reply.status().is_success()
            {
                return Ok(());
            }
            if let Some(status) = self.process.try_wait()? {
                bail!("hearth ended ({status})");
            }
            if begin.elapsed() > READY_WITHIN {
                bail!("hearth was not ready in time");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn end(&mut self) {
        if matches!(self.process.try_wait(), Ok(Some(_))) {
            return;
        }
        kill_process(Pid::from_child(&self.process), Signal::TERM).ok();
        let begin = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) {
            if begin.elapsed() > GONE_WITHIN {
                self.process.kill().ok();
                self.process.wait().ok();
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn log_tail(folder: &Folder) -> String {
    let log = fs::read_to_string(folder.log()).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    format!(
        "hearth said: {}",
        lines[lines.len().saturating_sub(5)..].join(" / ")
    )
}
