//! The server's data directory: created once in a temporary directory and renamed when it is complete.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::archive::Programs;
use crate::command::command;
use crate::disk::{self, Doing};
use crate::home::{Home, INCOMPLETE};
use crate::{Error, SUPERUSER};

/// Disk space needed, in MiB. A new cluster takes about 40 MB; the first hours of use should fit as well.
const NEEDED_MIB: u64 = 150;

/// Sorting and case follow Unicode's rules built into the server, so a change of the system's C library does not affect
/// them. C.UTF-8 for character classes, without which pg_trgm ignores everything beyond ASCII.
const INITDB: [&str; 7] = [
    "-Atrust",
    "-EUTF8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
];

/// One sync of the whole file system instead of one per file (about a thousand); Linux only.
const SYNC: Option<&str> = if cfg!(target_os = "linux") {
    Some("--sync-method=syncfs")
} else {
    None
};

/// Creates the cluster if it does not exist; refuses one of another major version.
pub(crate) fn ensure(programs: &Programs, home: &Home) -> Result<(), Error> {
    let cluster = home.cluster();
    if cluster.exists() {
        return check_version(&cluster, programs.major());
    }
    disk::require(home.dir(), NEEDED_MIB)?;
    let temporary = home.path(&format!("{INCOMPLETE}data"));
    home.make_private(&temporary)?;
    initdb(programs, home, &temporary).inspect_err(|_| drop(fs::remove_dir_all(&temporary)))?;
    fs::rename(&temporary, &cluster).doing("rename to", &cluster)?;
    tracing::info!("created a new database");
    Ok(())
}

/// A cluster can be read only by the major version that created it.
pub(crate) fn check_version(cluster: &Path, ours: &str) -> Result<(), Error> {
    let found = fs::read_to_string(cluster.join("PG_VERSION")).unwrap_or_default();
    match found.trim() {
        "" => Err(Error::DataDamaged {
            dir: cluster.to_owned(),
        }),
        found if found == ours => Ok(()),
        found => Err(Error::DataVersion {
            dir: cluster.to_owned(),
            found: found.into(),
            ours: ours.into(),
        }),
    }
}

fn initdb(programs: &Programs, home: &Home, to: &Path) -> Result<(), Error> {
    let program = programs.program("initdb");
    let mut initdb = command(&program, home.account(), Signal::KILL);
    let output = initdb
        .args(INITDB)
        .args(SYNC)
        .args(["-U", SUPERUSER])
        .arg("-D")
        .arg(to)
        .output()
        .doing("run", &program)?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(disk::blamed_by(&stderr, home.dir()).unwrap_or_else(|| Error::InitDb(last_lines(&stderr))))
}

/// The end of a program's output, on one line.
fn last_lines(stderr: &str) -> String {
    let lines: Vec<_> = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines[lines.len().saturating_sub(3)..].join("; ")
}
