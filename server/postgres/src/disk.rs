//! Reports a full disk the same way wherever it is detected: before a write, in our own writes, and in child processes.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::Error;

const MIB: u64 = 1024 * 1024;
/// Free space below which a failure of the server is attributed to the disk: two WAL segments.
const NEARLY_FULL: u64 = 32 * MIB;
/// Free space needed to start an existing cluster, in MiB: a lock file, and room to finish a recovery.
const TO_START_MIB: u64 = 64;

/// Refuses when less than `needed_mib` MiB are free on the file system of `dir`.
pub(crate) fn require(dir: &Path, needed_mib: u64) -> Result<(), Error> {
    match free(dir) {
        Some(free) if free < needed_mib * MIB => Err(full(dir, needed_mib)),
        _ => Ok(()),
    }
}

/// Whether a child's failure was caused by a full disk, by its output (stable, because it runs with `LC_ALL=C`) or by
/// the free space.
pub(crate) fn blamed_by(output: &str, dir: &Path) -> Option<Error> {
    let reported = ["No space left on device", "Disk quota exceeded"]
        .iter()
        .any(|words| output.contains(words));
    (reported || free(dir).is_some_and(|free| free < NEARLY_FULL)).then(|| full(dir, TO_START_MIB))
}

fn full(dir: &Path, needed_mib: u64) -> Error {
    Error::DiskFull {
        dir: dir.to_owned(),
        needed_mib,
    }
}

fn free(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}

/// Adds the operation and its path to a failed file operation.
pub(crate) trait Doing<T> {
    fn doing(self, what: &str, path: &Path) -> Result<T, Error>;
}

impl<T> Doing<T> for io::Result<T> {
    fn doing(self, what: &str, path: &Path) -> Result<T, Error> {
        self.map_err(|source| match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => full(path, TO_START_MIB),
            ErrorKind::ReadOnlyFilesystem => Error::ReadOnly { dir: path.to_owned() },
            _ => Error::Io {
                what: format!("{what} {}", path.display()),
                source,
            },
        })
    }
}
