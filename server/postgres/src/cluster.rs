//! The data directory of the server: made once, aside, and given its name when it is whole.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::archive::Programs;
use crate::command::command;
use crate::disk::{self, Doing};
use crate::home::{HALF_MADE, Home};
use crate::{Error, SUPERUSER};

/// A fresh cluster takes about 40 MB; the first hours of use should fit as well.
const NEEDED_MIB: u64 = 150;

/// Sorting and case by Unicode's rules in the server itself, so that they do not change with the
/// system's library; C.UTF-8 for character classes, without which pg_trgm is blind beyond ASCII.
const INITDB: [&str; 7] = [
    "-Atrust",
    "-EUTF8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
];

/// One call for the whole disk instead of one for each of a thousand files; only Linux has it.
const SYNC: Option<&str> = if cfg!(target_os = "linux") {
    Some("--sync-method=syncfs")
} else {
    None
};

/// Makes the cluster unless it exists, and refuses one of another version.
pub(crate) fn ensure(programs: &Programs, home: &Home) -> Result<(), Error> {
    let cluster = home.cluster();
    if cluster.exists() {
        return check_version(&cluster, programs.major());
    }
    disk::require(home.dir(), NEEDED_MIB)?;
    let aside = home.path(&format!("{HALF_MADE}data"));
    home.make_private(&aside)?;
    initdb(programs, home, &aside).inspect_err(|_| drop(fs::remove_dir_all(&aside)))?;
    fs::rename(&aside, &cluster).doing("rename to", &cluster)?;
    tracing::info!("made a new database");
    Ok(())
}

/// Only the same major version reads a cluster.
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
    let said = String::from_utf8_lossy(&output.stderr);
    Err(disk::blamed_by(&said, home.dir()).unwrap_or_else(|| Error::InitDb(last_lines(&said))))
}

/// The end of what a program said, on one line.
fn last_lines(said: &str) -> String {
    let lines: Vec<_> = said
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    lines[lines.len().saturating_sub(3)..].join("; ")
}
