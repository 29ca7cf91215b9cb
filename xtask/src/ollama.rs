//! A model server: one that answers already, or one started for the length of this run.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{ollama_api::Api, ollama_build, paths, sh};

/// Where Ollama's own installer lets it listen.
const USUAL: &str = "http://127.0.0.1:11434";

/// A server that answers; one that this run started ends with it.
pub struct Ollama {
    pub api: Api,
    child: Option<Child>,
}

impl Ollama {
    pub fn url(&self) -> &str {
        &self.api.0
    }

    /// For people: `HEARTH_OLLAMA_URL`, else the usual address, else the `ollama` on the PATH with the
    /// models it has, else one of our own.
    pub fn for_people() -> Result<Self> {
        if let Some(named) = named("HEARTH_OLLAMA_URL")? {
            return Ok(named);
        }
        let usual = Api(USUAL.to_owned());
        if let Some(version) = usual.version() {
            sh::done(format!(
                "model server: Ollama {version} at {USUAL} (already there)"
            ));
            return Ok(Self {
                api: usual,
                child: None,
            });
        }
        match sh::which("ollama") {
            Some(program) => start(&program, None),
            None => start(
                &ollama_build::ensure_ollama()?,
                Some(&paths::cache("ollama-models")?),
            ),
        }
    }

    /// For tests: `HEARTH_TEST_OLLAMA_URL`, else a server with a models folder of its own, so that nobody
    /// finds test models among theirs.
    pub fn for_tests() -> Result<Self> {
        if let Some(named) = named("HEARTH_TEST_OLLAMA_URL")? {
            return Ok(named);
        }
        let program = match sh::which("ollama") {
            Some(program) => program,
            None => ollama_build::ensure_ollama()?,
        };
        start(&program, Some(&paths::cache("ollama-models")?))
    }
}

impl Drop for Ollama {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        // Asked, not killed: it stops the engines that it started.
        sh::ask_to_end(&child);
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_secs(5) {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

fn named(variable: &str) -> Result<Option<Ollama>> {
    let Ok(url) = std::env::var(variable) else {
        return Ok(None);
    };
    let api = Api(url.clone());
    let Some(version) = api.version() else {
        bail!("{variable} is {url}, but no Ollama answers there")
    };
    sh::done(format!(
        "model server: Ollama {version} at {url} (named by {variable})"
    ));
    Ok(Some(Ollama { api, child: None }))
}

fn start(program: &Path, models: Option<&PathBuf>) -> Result<Ollama> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let log = paths::cache("logs")?.join("ollama.log");
    let mut serve = Command::new(program);
    serve
        .arg("serve")
        .env("OLLAMA_HOST", format!("127.0.0.1:{port}"))
        .env("OLLAMA_NO_CLOUD", "1");
    if let Some(models) = models {
        serve.env("OLLAMA_MODELS", models);
    }
    serve
        .stdout(File::create(&log)?)
        .stderr(File::options().append(true).open(&log)?);
    // A group of its own: Ctrl-C is to end Hearth first, and Hearth may still be talking to it.
    let child = serve
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut ollama = Ollama {
        api: Api(format!("http://127.0.0.1:{port}")),
        child: Some(child),
    };
    let version = wait_until_it_answers(&mut ollama, &log)?;
    sh::done(format!(
        "model server: Ollama {version} started at {} (log: {})",
        ollama.url(),
        log.display()
    ));
    Ok(ollama)
}

fn wait_until_it_answers(ollama: &mut Ollama, log: &Path) -> Result<String> {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(60) {
        if let Some(version) = ollama.api.version() {
            return Ok(version);
        }
        if let Some(Ok(Some(status))) = ollama.child.as_mut().map(Child::try_wait) {
            bail!("Ollama ended at once ({status}); see {}", log.display());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("Ollama does not answer after a minute; see {}", log.display())
}
