//! The bundled PostgreSQL: unpack, initialise, start, supervise, stop.
//!
//! All files are below `postgres/` in Hearth's data directory:
//!
//! ```text
//! lock                     held by the Hearth that runs here
//! 18.6.3-1f2e3d4c5b6a/     the unpacked programs, named by version and content
//! data/                    the cluster; complete or absent
//! socket/                  the only access: mode 0700, no network
//! postgres.log             errors of the server, never a statement
//! ```
//!
//! One long-lived thread owns the server ([`supervisor`]): it starts the server, reaps it, restarts it when it dies,
//! and stops it. The kernel ties the server's life to that thread, so killing Hearth also ends its database; a server
//! that survives nevertheless is stopped by the next start ([`leftover`]). The server trusts every client of its
//! socket, and the socket's directory admits only one account.

mod archive;
mod cluster;
mod command;
mod disk;
mod error;
mod home;
mod leftover;
mod log;
pub mod processor;
mod server;
mod settings;
mod socket;
mod supervisor;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::{oneshot, watch};

pub use archive::is_portable;
pub use error::Error;
pub use processor::processor_can_run_vector;

/// The cluster's superuser. Only Hearth reaches the socket, so it has no password.
pub const SUPERUSER: &str = "postgres";

/// Configuration of a start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Hearth's data directory; created if missing.
    pub data_dir: PathBuf,
    /// The account of the server if Hearth itself runs as root, which PostgreSQL refuses. Every directory above
    /// `data_dir` must be passable for that account.
    pub run_as: Option<Account>,
    /// PostgreSQL's page cache, in MiB.
    pub shared_buffers_mib: u32,
    pub max_connections: u16,
}

impl Config {
    /// Defaults: a small cache, and enough connections for one Hearth.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            run_as: None,
            shared_buffers_mib: 64,
            max_connections: 60,
        }
    }
}

/// An unprivileged account, listed in the system's account database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

/// The state of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It accepts connections.
    Ready,
    /// It died and is being restarted; one sentence gives the reason.
    Restarting(String),
    /// It was stopped on request.
    Stopped,
    /// It cannot restart without help; one sentence gives the reason.
    Failed(String),
}

/// A running server. Dropping it stops the server in the background; [`Postgres::stop`] waits for the end.
#[derive(Debug)]
pub struct Postgres {
    socket_dir: PathBuf,
    version: String,
    log_file: PathBuf,
    pid: Arc<AtomicU32>,
    state: watch::Receiver<State>,
    /// Dropped to request a stop.
    stop: oneshot::Sender<()>,
    /// Resolves (to an error, because its sender is dropped) when the thread has released everything.
    ended: oneshot::Receiver<()>,
}

/// Starts the server; returns when it accepts connections, after any recovery.
///
/// `archive` is the packed PostgreSQL (tar.zst); it is unpacked only if its programs are not yet in the data directory.
pub async fn start(archive: impl Into<Cow<'static, [u8]>>, config: Config) -> Result<Postgres, Error> {
    supervisor::start(archive.into(), config).await
}

/// Bytes that the databases in this data directory take on the disk; 0 if there are none or if Hearth may not read
/// them.
pub fn stored_bytes(data_dir: &Path) -> u64 {
    let files = |dir: PathBuf| std::fs::read_dir(dir).into_iter().flatten().flatten();
    files(home::databases(data_dir))
        .flat_map(|database| files(database.path()))
        .filter_map(|file| Some(file.metadata().ok()?.len()))
        .sum()
}

impl Postgres {
    /// The directory of the socket, for `host=` of a client. The port is 5432.
    pub fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    pub fn superuser(&self) -> &str {
        SUPERUSER
    }

    /// The version of the unpacked programs, such as `18.6.3-x86_64-1`.
    pub fn version(&self) -> &str {
        &self.version
    }

    pub fn log_file(&self) -> &Path {
        &self.log_file
    }

    /// The process id of the server; `None` while no process runs.
    pub fn pid(&self) -> Option<u32> {
        Some(self.pid.load(Ordering::Acquire)).filter(|pid| *pid != 0)
    }

    /// Subscribes to the server's state.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Closes all connections and stops the server, gracefully at first and within half a minute in any case.
    /// Afterwards another Hearth may start in the same directory.
    pub async fn stop(self) {
        let Self { stop, ended, .. } = self;
        drop(stop);
        let _ = ended.await;
    }
}
