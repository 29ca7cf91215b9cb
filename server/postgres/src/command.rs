//! Starts PostgreSQL's programs: under the right account, with a clean environment, and never outliving Hearth.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::Account;

/// A command that receives the signal `at_our_end` when the **thread** that spawned it ends (Linux only). Spawn it from
/// a thread that lives as long as the program should.
pub(crate) fn command(program: &Path, account: Option<Account>, at_our_end: Signal) -> Command {
    let mut command = Command::new(program);
    // English messages, because they are searched for a full disk. PGDATA and similar variables must not reach the
    // program.
    command
        .env_clear()
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .current_dir("/")
        .stdin(Stdio::null());
    // A process group of its own: Ctrl-C in a terminal stops Hearth, and Hearth stops the server.
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
        // If Hearth died before the line above, the signal never comes.
        match rustix::process::getppid() == Some(parent) {
            true => Ok(()),
            false => Err(rustix::io::Errno::SRCH.into()),
        }
    };
    // SAFETY: only two system calls run between fork and exec; they neither allocate nor lock.
    #[allow(
        unsafe_code,
        reason = "the tie must be made in the child, before it becomes the server"
    )]
    unsafe {
        command.pre_exec(tie);
    }
}

/// Other systems: the next start stops a leftover server.
#[cfg(not(target_os = "linux"))]
fn tie_to_this_thread(_: &mut Command, _: Signal) {}
