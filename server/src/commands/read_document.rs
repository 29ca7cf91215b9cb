//! `hearth read-document`: Hearth reads a PDF for itself, in a process that may fall over.
//!
//! The limits come first, before a byte of the file is looked at; they bind this process alone.

use hearth_backend::attachments::document;
use rustix::process::{Resource, Rlimit, setrlimit};
use std::{path::PathBuf, process::ExitCode};

/// Address space: what a PDF of 25 MB may take, with the binary itself.
const MEMORY: u64 = 448 << 20;

/// Seconds of a processor.
const SECONDS: u64 = 15;

/// What starts this command: this very binary, also after it was replaced on the disk, and also where the account
/// that Hearth became cannot reach the binary's folder.
pub fn program() -> Option<PathBuf> {
    let itself = PathBuf::from("/proc/self/exe");
    if itself.exists() {
        return Some(itself);
    }
    std::env::current_exe().ok()
}

/// Reads standard input within the limits.
pub fn read_document() -> ExitCode {
    // What a panic says may quote the file.
    std::panic::set_hook(Box::new(|_| {}));
    for (resource, most) in [
        (Resource::As, MEMORY),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        if setrlimit(resource, limit).is_err() && resource != Resource::As {
            return ExitCode::FAILURE;
        }
    }
    document::read_standard_input()
}
