//! The bundled PostgreSQL: unpack, initialise, start, watch, stop.
//!
//! Everything lies in `postgres/` under Hearth's data directory:
//!
//! ```text
//! lock                     held by the one Hearth that runs here
//! 18.6.3-1f2e3d4c5b6a/     the unpacked programs, named by version and content
//! data/                    the cluster; appears whole or not at all
//! socket/                  the only way in: mode 0700, no network
//! postgres.log             errors of the server, never a statement
//! ```
//!
//! One long-lived thread owns the server ([`supervisor`]): it starts it, reaps it, starts it again
//! when it dies, and stops it. The kernel ties the server's life to that thread, so a Hearth that is
//! killed takes its database down with it; should one be left over all the same, the next start
//! stops it first ([`leftover`]). The server trusts whoever reaches its socket, and the socket's
//! directory lets only one account pass.

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

/// The name of the cluster's superuser. Only Hearth reaches the socket, so there is no password.
pub const SUPERUSER: &str = "postgres";

/// What a start needs to know.
#[derive(Clone, Debug)]
pub struct Config {
    /// Hearth's data directory; made if missing.
    pub data_dir: PathBuf,
    /// The account for the server when Hearth itself stays root, which PostgreSQL refuses to.
    /// Every directory above `data_dir` must let that account pass.
    pub run_as: Option<Account>,
    /// PostgreSQL's own page cache, in MiB.
    pub shared_buffers_mib: u32,
    pub max_connections: u16,
}

impl Config {
    /// Settings for a house: a small cache, and connections enough for one Hearth.
    pub fn new(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            data_dir: data_dir.into(),
            run_as: None,
            shared_buffers_mib: 64,
            max_connections: 60,
        }
    }
}

/// An unprivileged account; it needs an entry in the system's list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
}

/// How the server is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It takes connections.
    Ready,
    /// It died and is being started again; one sentence says what is known about the reason.
    Restarting(String),
    /// It was asked to stop, and has.
    Stopped,
    /// It cannot come back without somebody's help; one sentence says why.
    Failed(String),
}

/// A running server. Dropping it stops the server in the background; [`Postgres::stop`] waits for it.
#[derive(Debug)]
pub struct Postgres {
    socket_dir: PathBuf,
    version: String,
    log_file: PathBuf,
    pid: Arc<AtomicU32>,
    state: watch::Receiver<State>,
    /// Dropped to ask for the end.
    stop: oneshot::Sender<()>,
    /// Resolves (to an error, its sender being dropped) when the thread has let go of everything.
    ended: oneshot::Receiver<()>,
}

/// Starts the server and returns when it takes connections, recovery included.
///
/// `archive` is the packed PostgreSQL (tar.zst); it is only read when its programs are not yet
/// unpacked in the data directory.
pub async fn start(archive: impl Into<Cow<'static, [u8]>>, config: Config) -> Result<Postgres, Error> {
    supervisor::start(archive.into(), config).await
}

/// Bytes that the databases in this data directory take on the disk; 0 before there are any, or where Hearth may
/// not look.
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

    /// The process id of the server; `None` while there is no process.
    pub fn pid(&self) -> Option<u32> {
        Some(self.pid.load(Ordering::Acquire)).filter(|pid| *pid != 0)
    }

    /// Follows the server's state.
    pub fn state(&self) -> watch::Receiver<State> {
        self.state.clone()
    }

    /// Ends all connections and stops the server, gently at first and within half a minute for sure.
    /// Afterwards another Hearth may start in the same directory.
    pub async fn stop(self) {
        let Self { stop, ended, .. } = self;
        drop(stop);
        let _ = ended.await;
    }
}
