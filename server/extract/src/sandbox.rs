//! Limits of the child process, set before it reads a byte of the file.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Address space in bytes, including the program. Reserved memory counts, so the parent limits malloc to one arena.
const MEMORY: u64 = 448 << 20;

/// Processor time in seconds.
const CPU_SECONDS: u64 = 15;

/// Open files: standard input, output and error. A library that was loaded before needs no open file.
const FILES: u64 = 3;

/// Priority below the server's.
const NICENESS: i32 = 10;

/// Sets the resource limits of this process.
///
/// # Errors
/// When a limit cannot be set, except the one on memory: not every system supports it.
pub(crate) fn limit_process() -> rustix::io::Result<()> {
    // Out of memory, the kernel ends this process before the server or PostgreSQL.
    std::fs::write("/proc/self/oom_score_adj", "1000").ok();
    rustix::process::nice(NICENESS).ok();
    for (resource, limit) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, FILES),
    ] {
        let both = Rlimit {
            current: Some(limit),
            maximum: Some(limit),
        };
        match setrlimit(resource, both) {
            Err(error) if resource != Resource::As => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Blocks, for this thread, the system calls that open files, use the network or affect other processes. Returns
/// whether the seccomp filter is active. Without seccomp the resource limits still allow no further descriptor.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) fn give_up_system_calls() -> bool {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};
    let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else {
        return false;
    };
    let refused = refused_calls().into_iter().map(|call| (call, Vec::new()));
    let errno = SeccompAction::Errno(rustix::io::Errno::PERM.raw_os_error().unsigned_abs());
    let filter = SeccompFilter::new(refused.collect(), SeccompAction::Allow, errno, arch);
    let program = filter.and_then(BpfProgram::try_from);
    program.is_ok_and(|program| apply_filter(&program).is_ok())
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
pub(crate) fn give_up_system_calls() -> bool {
    false
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn refused_calls() -> Vec<i64> {
    let mut calls = vec![
        libc::SYS_openat,
        libc::SYS_openat2,
        libc::SYS_open_by_handle_at,
        libc::SYS_unlinkat,
        libc::SYS_renameat2,
        libc::SYS_linkat,
        libc::SYS_symlinkat,
        libc::SYS_mkdirat,
        libc::SYS_mknodat,
        libc::SYS_truncate,
        libc::SYS_fchmodat,
        libc::SYS_fchownat,
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_sendto,
        libc::SYS_sendmsg,
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_clone,
        libc::SYS_clone3,
        libc::SYS_kill,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_pidfd_open,
        libc::SYS_pidfd_getfd,
        libc::SYS_io_uring_setup,
        libc::SYS_memfd_create,
        libc::SYS_bpf,
        libc::SYS_perf_event_open,
        libc::SYS_userfaultfd,
        libc::SYS_keyctl,
        libc::SYS_add_key,
        libc::SYS_request_key,
    ];
    #[cfg(target_arch = "x86_64")]
    calls.extend([
        libc::SYS_open,
        libc::SYS_creat,
        libc::SYS_unlink,
        libc::SYS_rename,
        libc::SYS_renameat,
        libc::SYS_link,
        libc::SYS_symlink,
        libc::SYS_mkdir,
        libc::SYS_rmdir,
        libc::SYS_mknod,
        libc::SYS_chmod,
        libc::SYS_chown,
        libc::SYS_fork,
        libc::SYS_vfork,
    ]);
    calls
}

#[cfg(test)]
mod tests {
    /// The filter applies to the calling thread only, so a thread of the test can try it.
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[test]
    fn a_child_cannot_open_files_connect_or_start_processes() {
        let outcomes = std::thread::spawn(|| {
            super::give_up_system_calls().then(|| {
                [
                    std::fs::read("/etc/hostname").is_ok(),
                    std::fs::write("/tmp/hearth-reader-escaped", "x").is_ok(),
                    std::net::TcpListener::bind("127.0.0.1:0").is_ok(),
                    std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
                    std::process::Command::new("/bin/true").status().is_ok(),
                    std::thread::Builder::new().spawn(|| {}).is_ok(),
                ]
            })
        });
        let outcomes = outcomes.join().unwrap();
        assert!(
            outcomes.is_none_or(|done| done == [false; 6]),
            "with seccomp: {outcomes:?}"
        );
    }
}
