//! Reasons why PostgreSQL cannot run, each as one sentence that people can act on.

use std::io;
use std::path::PathBuf;

/// Why the bundled PostgreSQL does not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("this build of Hearth carries no PostgreSQL; set DATABASE_URL to use one of your own")]
    ArchiveMissing,

    #[error("the PostgreSQL inside this build of Hearth is damaged ({0}); install Hearth again")]
    ArchiveDamaged(String),

    #[error("{0}; set DATABASE_URL to use a PostgreSQL of your own")]
    Processor(String),

    #[error("PostgreSQL refuses to run as root; start Hearth as another user, or with --user NAME")]
    Root,

    #[error("another Hearth{} already runs in {}", process(.pid), .dir.display())]
    AlreadyRunning { dir: PathBuf, pid: Option<u32> },

    #[error("PostgreSQL cannot work in {dir:?}: use a data directory without quotation marks, $, ` and \\")]
    PathUnusable { dir: PathBuf },

    #[error("the disk that holds {} is full; make room there ({needed_mib} MB) and start again", .dir.display())]
    DiskFull { dir: PathBuf, needed_mib: u64 },

    #[error(
        "the database in {} was made by PostgreSQL {found}, and this Hearth brings {ours}; \
         start the Hearth that made it, or move the directory away",
        .dir.display()
    )]
    DataVersion {
        dir: PathBuf,
        found: String,
        ours: String,
    },

    #[error("the database in {} cannot be read: it has no PG_VERSION; bring it back from a backup", .dir.display())]
    DataDamaged { dir: PathBuf },

    #[error("the directory {} for PostgreSQL's socket belongs to another account or is open to others; remove it", .dir.display())]
    SocketDir { dir: PathBuf },

    #[error("no path for PostgreSQL's socket is short enough ({} is over {limit} bytes); use a shorter data directory", .dir.display())]
    SocketPathTooLong { dir: PathBuf, limit: usize },

    #[error("a PostgreSQL of an earlier start (process {pid}) still uses {} and does not stop", .dir.display())]
    LeftOver { dir: PathBuf, pid: i32 },

    #[error(
        "{} is a copy of {}, where a PostgreSQL works (process {pid}), and a copy made meanwhile may be damaged: stop \
         Hearth there and copy again; if it is a snapshot of the whole file system, remove {}/postmaster.pid",
        .dir.display(), .original.display(), .dir.display()
    )]
    RunningCopy {
        dir: PathBuf,
        original: PathBuf,
        pid: i32,
    },

    #[error(
        "the database in {} was copied from {} and does not start, perhaps because it was copied while Hearth ran: stop \
         Hearth there and copy again ({output})",
        .dir.display(), .original.display()
    )]
    DamagedCopy {
        dir: PathBuf,
        original: PathBuf,
        output: String,
    },

    #[error("the file system that holds {} is read-only; make it writable, or use a data directory elsewhere", .dir.display())]
    ReadOnly { dir: PathBuf },

    #[error("PostgreSQL's initdb failed: {0}")]
    InitDb(String),

    #[error("PostgreSQL does not start: {0}")]
    CannotStart(String),

    #[error("cannot {what}: {source}")]
    Io { what: String, source: io::Error },
}

impl Error {
    /// Whether an automatic retry is pointless while the server is supervised.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(
            self,
            Self::DiskFull { .. }
                | Self::CannotStart(_)
                | Self::DamagedCopy { .. }
                | Self::LeftOver { .. }
                | Self::Io { .. }
        )
    }
}

fn process(pid: &Option<u32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}
