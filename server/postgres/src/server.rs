//! One run of the server process, from spawn to reaping.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::process::Child;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::disk::Doing;
use crate::log::Log;
use crate::{Error, leftover};

const POLL: Duration = Duration::from_millis(10);
/// Time limit for readiness. A recovery after a crash replays at most `max_wal_size`, which can take minutes on a slow
/// disk.
const READY_TIMEOUT: Duration = Duration::from_secs(600);
/// Children that outlive the server keep its log open; this limits the wait for their last lines.
const LAST_LINES_TIMEOUT: Duration = Duration::from_millis(300);
/// Signals of a shutdown with the time given to each: fast, immediate, kill.
const SHUTDOWN: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(20)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

pub(crate) struct Server {
    child: Child,
    log_reader: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn spawn(mut command: Command, log: &Log) -> Result<Self, Error> {
        log.forget_recent();
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let program = command.get_program().to_owned();
        let spawned = tokio::process::Command::from(command).spawn();
        let mut child = spawned.doing("run", Path::new(&program))?;
        let log_reader = child
            .stderr
            .take()
            .map(|pipe| tokio::spawn(log.clone().drain(pipe)));
        Ok(Self { child, log_reader })
    }

    /// The process id; 0 once it has ended.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    /// Waits until the server accepts connections, or returns how it ended.
    pub(crate) async fn until_ready(&mut self, cluster: &Path) -> Result<(), String> {
        let pid = self.pid();
        tokio::select! {
            how = self.until_end() => Err(how),
            ready = timeout(READY_TIMEOUT, poll_ready(cluster, pid)) => {
                ready.map_err(|_| "it was not ready in ten minutes".into())
            }
        }
    }

    /// Resolves when the server has ended and its last lines are logged; returns how it ended.
    pub(crate) async fn until_end(&mut self) -> String {
        let how = self
            .child
            .wait()
            .await
            .map_or_else(|error| error.to_string(), ending);
        if let Some(reader) = self.log_reader.take() {
            let _ = timeout(LAST_LINES_TIMEOUT, reader).await;
        }
        how
    }

    pub(crate) async fn shut_down(mut self) {
        for (signal, patience) in SHUTDOWN {
            // No id means that the process was reaped; until then the id is not reused.
            let Some(pid) = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed())) else {
                return;
            };
            let _ = rustix::process::kill_process(pid, signal);
            if timeout(patience, self.until_end()).await.is_ok() {
                return;
            }
            tracing::warn!(?signal, "PostgreSQL did not stop in time");
        }
    }
}

/// The server reports its status in the eighth line of `postmaster.pid`.
async fn poll_ready(cluster: &Path, pid: u32) {
    while !is_ready(cluster, pid) {
        sleep(POLL).await;
    }
}

fn is_ready(cluster: &Path, pid: u32) -> bool {
    let ours = leftover::postmaster(cluster)
        .is_some_and(|found| found.as_raw_nonzero().get().cast_unsigned() == pid);
    let text = fs::read_to_string(cluster.join("postmaster.pid")).unwrap_or_default();
    ours && text.lines().nth(7).is_some_and(|status| status.trim() == "ready")
}

fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "it was stopped".into(),
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "no one knows how".into(),
    }
}
