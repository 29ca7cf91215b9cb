//! A model server: one that already runs, or one started for this run.

use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{ollama_api::Api, ollama_build, paths, sh};

/// The default address of Ollama.
const DEFAULT_URL: &str = "http://127.0.0.1:11434";

/// A running server; one started by this run ends with it.
pub struct Ollama {
    pub api: Api,
    child: Option<Child>,
}

impl Ollama {
    pub fn url(&self) -> &str {
        &self.api.0
    }

    /// For use: `HEARTH_OLLAMA_URL`, else the default address, else the `ollama` on the PATH with its models, else our
    /// own build.
    pub fn for_people() -> Result<Self> {
        if let Some(named) = named("HEARTH_OLLAMA_URL")? {
            return Ok(named);
        }
        let usual = Api(DEFAULT_URL.to_owned());
        if let Some(version) = usual.version() {
            sh::done(format!(
                "model server: Ollama {version} at {DEFAULT_URL} (already there)"
            ));
            return Ok(Self {
                api: usual,
                child: None,
            });
        }
        match sh::which("ollama") {
            Some(program) => start(&program, Store::Own),
            None => start(&ollama_build::ensure_ollama()?, Store::People),
        }
    }

    /// For tests: `HEARTH_TEST_OLLAMA_URL`, else always a separate server with a separate model folder, even if another
    /// one runs: test models must not appear in the server that people use.
    pub fn for_tests() -> Result<Self> {
        if let Some(named) = named("HEARTH_TEST_OLLAMA_URL")? {
            return Ok(named);
        }
        let program = match sh::which("ollama") {
            Some(program) => program,
            None => ollama_build::ensure_ollama()?,
        };
        start(&program, Store::Tests)
    }
}

impl Drop for Ollama {
    fn drop(&mut self) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        // Terminate instead of kill, so that it stops the engines it started.
        sh::terminate(&child);
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

/// The model folder of a server started here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Store {
    /// The folder of the user's own Ollama.
    Own,
    People,
    Tests,
}

impl Store {
    fn folder(self) -> Result<Option<PathBuf>> {
        match self {
            Self::Own => Ok(None),
            Self::People => paths::cache("ollama-models").map(Some),
            Self::Tests => paths::cache("ollama-models-of-tests").map(Some),
        }
    }

    /// Log file; a server for use and one for tests may run at the same time.
    fn log(self) -> &'static str {
        match self {
            Self::Own | Self::People => "ollama.log",
            Self::Tests => "ollama-of-tests.log",
        }
    }
}

fn command(program: &Path, port: u16, models: Option<&Path>) -> Command {
    let mut serve = Command::new(program);
    serve
        .arg("serve")
        .env("OLLAMA_HOST", format!("127.0.0.1:{port}"))
        .env("OLLAMA_NO_CLOUD", "1");
    if let Some(models) = models {
        serve.env("OLLAMA_MODELS", models);
    }
    serve
}

fn start(program: &Path, store: Store) -> Result<Ollama> {
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let log = paths::cache("logs")?.join(store.log());
    let mut serve = command(program, port, store.folder()?.as_deref());
    serve
        .stdout(File::create(&log)?)
        .stderr(File::options().append(true).open(&log)?);
    // A process group of its own: on Ctrl-C, Hearth must end first, because it may still use this server.
    let child = serve
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;
    let mut ollama = Ollama {
        api: Api(format!("http://127.0.0.1:{port}")),
        child: Some(child),
    };
    let version = wait_until_ready(&mut ollama, &log)?;
    sh::done(format!(
        "model server: Ollama {version} started at {} (log: {})",
        ollama.url(),
        log.display()
    ));
    Ok(ollama)
}

fn wait_until_ready(ollama: &mut Ollama, log: &Path) -> Result<String> {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn tests_never_share_a_folder_a_log_or_a_port_with_people() {
        let (people, tests) = (Store::People.folder().unwrap(), Store::Tests.folder().unwrap());
        assert!(people.is_some() && tests.is_some() && people != tests);
        assert_eq!(Store::Own.folder().unwrap(), None);
        for other in [Store::Own, Store::People] {
            assert_ne!(other.log(), Store::Tests.log());
        }
        // The user's environment variables are not inherited.
        let serve = command(Path::new("ollama"), 4711, tests.as_deref());
        let set: Vec<_> = serve.get_envs().collect();
        assert!(set.contains(&("OLLAMA_MODELS".as_ref(), tests.as_deref().map(Path::as_os_str))));
        assert!(set.contains(&("OLLAMA_HOST".as_ref(), Some("127.0.0.1:4711".as_ref()))));
        assert!(!DEFAULT_URL.ends_with(":4711"));
    }
}
