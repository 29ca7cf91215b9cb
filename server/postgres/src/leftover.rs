//! Processes of an earlier server that outlived their Hearth, or their postmaster.
//!
//! The lock on our directory is held, so whatever still works in the data directory is nobody's any
//! more. It must be gone before a start: two servers on one cluster would destroy it.
//!
//! A data directory also brings along what its copy was made of: `postmaster.pid` and `postmaster.opts` name the
//! directory that the server worked in. Where that is another one and a server works there still, this is a copy of a
//! running database. PostgreSQL would replay a log that does not fit the files, and might not notice.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tokio::time::sleep;

use crate::{Error, disk::Doing};

const POLL: Duration = Duration::from_millis(20);
/// The lock of the one socket, which has PostgreSQL's usual port in its name.
const SOCKET_LOCK: &str = ".s.PGSQL.5432.lock";
/// How long each signal is given: end the sessions and write a checkpoint; drop everything; die.
const PATIENCE: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(15)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// Stops what is left over, and returns when it is gone.
pub(crate) async fn stop(cluster: &Path, socket_dir: &Path) -> Result<(), Error> {
    for (signal, patience) in PATIENCE {
        let found = processes(cluster);
        if found.is_empty() {
            return [pid_file(cluster), socket_dir.join(SOCKET_LOCK)]
                .iter()
                .try_for_each(|file| forget_reused_number(file));
        }
        tracing::warn!(processes = ?found, "stopping a PostgreSQL that an earlier start left over");
        send(&found, signal, postmaster(cluster));
        wait_until_gone(cluster, patience).await;
    }
    match processes(cluster).first() {
        None => Ok(()),
        Some(pid) => Err(Error::LeftOver {
            dir: cluster.to_owned(),
            pid: pid.as_raw_nonzero().get(),
        }),
    }
}

/// Refuses a copy of a database that is being written.
pub(crate) fn refuse_running_copy(cluster: &Path) -> Result<(), Error> {
    let original = second_line(&pid_file(cluster));
    let (Some(original), Some(pid)) = (original.filter(|dir| dir != cluster), postmaster(cluster)) else {
        return Ok(());
    };
    match processes(&original).contains(&pid) {
        true => Err(Error::RunningCopy {
            dir: cluster.to_owned(),
            original,
            pid: pid.as_raw_nonzero().get(),
        }),
        false => Ok(()),
    }
}

/// The directory that the server worked in when it was last started, if that is another one.
pub(crate) fn copied_from(cluster: &Path) -> Option<PathBuf> {
    let started = fs::read_to_string(cluster.join("postmaster.opts")).ok()?;
    let (_, after) = started.split_once("\"-D\" \"")?;
    let (dir, _) = after.split_once('"')?;
    Some(PathBuf::from(dir)).filter(|dir| dir != cluster)
}

fn second_line(file: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(file).ok()?;
    text.lines().nth(1).map(PathBuf::from)
}

/// A living postmaster ends its children itself; children without one are told directly, and for
/// them SIGINT would only cancel a statement.
fn send(found: &[Pid], signal: Signal, postmaster: Option<Pid>) {
    let postmaster = postmaster.filter(|pid| found.contains(pid));
    for pid in found {
        let signal = match postmaster {
            Some(postmaster) if postmaster == *pid => signal,
            Some(_) if signal != Signal::KILL => continue,
            None if signal == Signal::INT => Signal::QUIT,
            _ => signal,
        };
        let _ = rustix::process::kill_process(*pid, signal);
    }
}

async fn wait_until_gone(cluster: &Path, patience: Duration) {
    let until = Instant::now() + patience;
    while Instant::now() < until && !processes(cluster).is_empty() {
        sleep(POLL).await;
    }
}

/// The process that `postmaster.pid` names.
pub(crate) fn postmaster(cluster: &Path) -> Option<Pid> {
    process_of(&pid_file(cluster))
}

fn pid_file(cluster: &Path) -> PathBuf {
    cluster.join("postmaster.pid")
}

fn process_of(lock: &Path) -> Option<Pid> {
    let text = fs::read_to_string(lock).ok()?;
    Pid::from_raw(text.lines().next()?.trim().parse().ok()?)
}

/// The processes of PostgreSQL that work in this data directory: each makes it its own directory.
#[cfg(target_os = "linux")]
fn processes(cluster: &Path) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let ours = entries.flatten().filter_map(|entry| {
        let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
        let works_here = fs::read_link(entry.path().join("cwd")).ok()? == cluster;
        let name = fs::read_to_string(entry.path().join("comm")).ok()?;
        (works_here && name.trim() == "postgres").then_some(pid)
    });
    ours.collect()
}

/// Without /proc only the postmaster is known, and `ps` must tell whether its number was reused.
#[cfg(not(target_os = "linux"))]
fn processes(cluster: &Path) -> Vec<Pid> {
    let ours = postmaster(cluster).filter(|pid| {
        let number = pid.as_raw_nonzero().to_string();
        let output = std::process::Command::new("ps")
            .args(["-o", "comm=", "-p", &number])
            .output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"))
    });
    ours.into_iter().collect()
}

/// `postmaster.pid` of a dead server, and the lock of its socket, may name a number that something else has by now (in a
/// container, often one of Hearth's own threads); PostgreSQL would take that for its rival. Nothing
/// works in the data directory, so the file is certainly stale. In every other case it stays: it
/// is PostgreSQL's own guard. The directory of the socket is this database's alone, too.
fn forget_reused_number(file: &Path) -> Result<(), Error> {
    let reused = process_of(file).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok());
    match reused && cfg!(target_os = "linux") {
        true => fs::remove_file(file).doing("remove", file),
        false => Ok(()),
    }
}
