//! Server processes that outlived an earlier Hearth, or their own postmaster.
//!
//! This Hearth holds the lock on the directory, so any process that still works in the data directory is a leftover. It
//! must end before a start: two servers on one cluster would destroy it.
//!
//! A copied data directory still names the original: `postmaster.pid` and `postmaster.opts` contain the directory of
//! the server. If that is another directory and a server still runs there, this is a copy of a running database.
//! PostgreSQL would replay a WAL that does not fit the files, and might not notice.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use tokio::time::sleep;

use crate::{Error, disk::Doing};

const POLL: Duration = Duration::from_millis(20);
/// The lock of the only socket; its name contains PostgreSQL's default port.
const SOCKET_LOCK: &str = ".s.PGSQL.5432.lock";
/// Signals with the time given to each: end sessions and write a checkpoint; abort; kill.
const SIGNALS: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(15)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// Stops leftover processes; returns when none is left.
pub(crate) async fn stop(cluster: &Path, socket_dir: &Path) -> Result<(), Error> {
    for (signal, time) in SIGNALS {
        let found = processes(cluster);
        if found.is_empty() {
            return [pid_file(cluster), socket_dir.join(SOCKET_LOCK)]
                .iter()
                .try_for_each(|file| remove_stale_lock(file));
        }
        tracing::warn!(processes = ?found, "stopping a PostgreSQL left over from an earlier start");
        send(&found, signal, postmaster(cluster));
        wait_until_gone(cluster, time).await;
    }
    match processes(cluster).first() {
        None => Ok(()),
        Some(pid) => Err(Error::LeftOver {
            dir: cluster.to_owned(),
            pid: pid.as_raw_nonzero().get(),
        }),
    }
}

/// Refuses a copy of a database that is still in use.
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

/// The directory where the server was last started, if it differs from this one.
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

/// Signals a living postmaster, which ends its children itself. Children without one are signalled directly; for them
/// SIGINT would only cancel a statement.
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

async fn wait_until_gone(cluster: &Path, time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until && !processes(cluster).is_empty() {
        sleep(POLL).await;
    }
}

/// The process named in `postmaster.pid`.
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

/// PostgreSQL's processes in this data directory, which is their working directory.
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

/// Without /proc only the postmaster is known; `ps` tells whether its number was reused.
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

/// Removes a lock file of a dead server whose process id now belongs to another process (in a container, often one of
/// Hearth's threads); PostgreSQL would take that process for a rival. No server works in the data directory, so the
/// file is stale. In all other cases the file stays, because it is PostgreSQL's own guard. The socket's directory
/// belongs to this database alone, too.
fn remove_stale_lock(file: &Path) -> Result<(), Error> {
    let reused = process_of(file).is_some_and(|pid| rustix::process::test_kill_process(pid).is_ok());
    match reused && cfg!(target_os = "linux") {
        true => fs::remove_file(file).doing("remove", file),
        false => Ok(()),
    }
}
