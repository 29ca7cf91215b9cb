//! What the reading process may take and do: decided before it looks at a byte of the file.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Bytes of address space, the program itself included. What the allocator reserves counts, so the parent asks it
/// for a single arena.
const MEMORY: u64 = 448 << 20;

/// Seconds of a processor.
const SECONDS: u64 = 15;

/// Open files: standard input, output and error.
const FILES: u64 = 3;

/// Priority below the server's: people wait for that first.
const NICENESS: i32 = 10;

/// Sets the limits of this process. The memory limit is not supported everywhere; the others must hold.
pub(super) fn limit_process() -> rustix::io::Result<()> {
    // If the machine runs out of memory, the kernel ends this process before the server or PostgreSQL.
    std::fs::write("/proc/self/oom_score_adj", "1000").ok();
    rustix::process::nice(NICENESS).ok();
    for (resource, most) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, FILES),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        match setrlimit(resource, limit) {
            Err(error) if resource != Resource::As => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Gives up the system calls with which this thread could reach anything: files, the network, other processes. A
/// kernel without seccomp leaves the limits of the process, which allow no further descriptor either.
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(super) fn give_up_system_calls() -> bool {
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
pub(super) fn give_up_system_calls() -> bool {
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
    /// The filter binds the thread that asks for it, so a thread of the test can try it.
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[test]
    fn a_reader_opens_no_file_no_connection_and_no_process() {
        let tried = std::thread::spawn(|| {
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
        let tried = tried.join().unwrap();
        assert!(
            tried.is_none_or(|done| done == [false; 6]),
            "{tried:?}, where a kernel has seccomp"
        );
    }
}
