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

/// Leaves this process, from now on, the system calls of computing: memory, time, reading and writing what is open.
/// All others fail: no file can be opened, no connection made, no process started or signalled. Returns whether the
/// seccomp filter is active. Without seccomp the resource limits still allow no further descriptor.
///
/// It is a list of what is allowed, and applies to all threads, because a library in C++ parses a stranger's bytes.
pub(crate) fn give_up_system_calls() -> bool {
    filter::apply(filter::Threads::All)
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod filter {
    #[cfg(test)]
    use seccompiler::apply_filter;
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter_all_threads};

    pub(super) enum Threads {
        All,
        #[cfg(test)]
        This,
    }

    /// System calls that stay. An abort does not need a signal: without one, the C library ends with a trap.
    const ALLOWED: [i64; 31] = [
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_write,
        libc::SYS_writev,
        libc::SYS_close,
        libc::SYS_fstat,
        libc::SYS_lseek,
        libc::SYS_brk,
        libc::SYS_mmap,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_mprotect,
        libc::SYS_madvise,
        libc::SYS_futex,
        libc::SYS_membarrier,
        libc::SYS_rseq,
        libc::SYS_set_robust_list,
        libc::SYS_sched_yield,
        libc::SYS_sched_getaffinity,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sigaltstack,
        libc::SYS_restart_syscall,
        libc::SYS_clock_gettime,
        libc::SYS_gettimeofday,
        libc::SYS_getrandom,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_exit,
        libc::SYS_exit_group,
    ];

    pub(super) fn apply(threads: Threads) -> bool {
        let Ok(arch) = TargetArch::try_from(std::env::consts::ARCH) else {
            return false;
        };
        let allowed = ALLOWED.into_iter().map(|call| (call, Vec::new()));
        let errno = SeccompAction::Errno(rustix::io::Errno::PERM.raw_os_error().unsigned_abs());
        let filter = SeccompFilter::new(allowed.collect(), errno, SeccompAction::Allow, arch);
        let program = filter.and_then(BpfProgram::try_from);
        program.is_ok_and(|program| match threads {
            Threads::All => apply_filter_all_threads(&program).is_ok(),
            #[cfg(test)]
            Threads::This => apply_filter(&program).is_ok(),
        })
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod filter {
    pub(super) enum Threads {
        All,
    }

    pub(super) const fn apply(_: Threads) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    /// Here the filter applies to the calling thread only.
    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[test]
    fn a_child_cannot_open_files_connect_or_start_processes() {
        use super::filter::{Threads, apply};
        let outcomes = std::thread::spawn(|| {
            apply(Threads::This).then(|| {
                [
                    std::fs::read("/etc/hostname").is_ok(),
                    std::fs::write("/tmp/hearth-reader-escaped", "x").is_ok(),
                    std::net::TcpListener::bind("127.0.0.1:0").is_ok(),
                    std::net::UdpSocket::bind("127.0.0.1:0").is_ok(),
                    std::process::Command::new("/bin/true").status().is_ok(),
                    std::thread::Builder::new().spawn(|| {}).is_ok(),
                    rustix::process::test_kill_process(rustix::process::getpid()).is_ok(),
                    std::env::set_current_dir("/").is_ok(),
                ]
            })
        });
        let outcomes = outcomes.join().unwrap();
        assert!(
            outcomes.is_none_or(|done| done == [false; 8]),
            "with seccomp: {outcomes:?}"
        );
    }
}
