//! How a program of PostgreSQL is started: as the right account, in an environment of its own, and
//! never outliving Hearth.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::Account;

/// A command that the kernel ends with `at_our_end` when the **thread** that spawns it ends (Linux):
/// spawn it from a thread that lives as long as the program should.
pub(crate) fn command(program: &Path, account: Option<Account>, at_our_end: Signal) -> Command {
    let mut command = Command::new(program);
    // Its messages are read for a full disk, hence English. PGDATA and the like must not reach it.
    command
        .env_clear()
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .current_dir("/")
        .stdin(Stdio::null());
    // Of a group of its own: Ctrl-C in a terminal asks Hearth, and Hearth asks the server.
    command.process_group(0);
    if let Some(Account { uid, gid }) = account {
        command.uid(uid).gid(gid);
    }
    tie_to_this_thread(&mut command, at_our_end);
    command
}

#[cfg(target_os = "linux")]
fn tie_to_this_thread(command: &mut Command, signal: Signal) {
    let parent = rustix::process::getpid();
    let tie = move || {
        rustix::process::set_parent_process_death_signal(Some(signal))?;
        // Hearth may have died before the line above; then nobody would send the signal.
        match rustix::process::getppid() == Some(parent) {
            true => Ok(()),
            false => Err(rustix::io::Errno::SRCH.into()),
        }
    };
    // SAFETY: between fork and exec only two system calls are made; nothing is allocated or locked.
    #[allow(
        unsafe_code,
        reason = "the tie must be made in the child, before it becomes the server"
    )]
    unsafe {
        command.pre_exec(tie);
    }
}

/// Elsewhere a left-over server is stopped by the next start.
#[cfg(not(target_os = "linux"))]
fn tie_to_this_thread(_: &mut Command, _: Signal) {}
