//! A full disk, told the same way wherever it is met: before, in our own writes, in a child's.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::Error;

const MIB: u64 = 1024 * 1024;
/// Free space below which a failure of the server is put down to the disk: two segments of its log.
const NEXT_TO_NOTHING: u64 = 32 * MIB;
/// What a start needs once everything is in place: a lock file, room to finish a recovery.
const TO_START_MIB: u64 = 64;

/// Refuses when less than `needed_mib` is free where `dir` lies.
pub(crate) fn require(dir: &Path, needed_mib: u64) -> Result<(), Error> {
    match free(dir) {
        Some(free) if free < needed_mib * MIB => Err(full(dir, needed_mib)),
        _ => Ok(()),
    }
}

/// Whether a child's failure looks like a full disk. Its words are all a child process leaves
/// behind, and they are stable because it runs with `LC_ALL=C`; the disk itself is asked as well.
pub(crate) fn blamed_by(output: &str, dir: &Path) -> Option<Error> {
    let said = ["No space left on device", "Disk quota exceeded"]
        .iter()
        .any(|words| output.contains(words));
    (said || free(dir).is_some_and(|free| free < NEXT_TO_NOTHING)).then(|| full(dir, TO_START_MIB))
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

/// Turns a failed file operation into a sentence: what was being done, and where.
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
