//! `hearth read-upload`: the child process that reads one picture or PDF within limits ([`hearth_extract`]).

use std::path::PathBuf;

/// The program that runs this command: this binary, even after its file was replaced, and even where the account
/// Hearth runs as cannot read the binary's folder.
pub fn program() -> Option<PathBuf> {
    let itself = PathBuf::from("/proc/self/exe");
    if itself.exists() {
        return Some(itself);
    }
    std::env::current_exe().ok()
}
