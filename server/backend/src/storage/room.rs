//! Free space on the disks of the bundled database and of the files.
//!
//! PostgreSQL's log must not fill the disk: a server that cannot write it stops, and then not even reading works. So
//! new work is refused while less than a reserve is free. Work that has started finishes from the reserve, everything
//! stored stays readable, and waiting work resumes by itself when there is space again.

use crate::{Backend, Error, Result};
use hearth_types::Problem;
use std::path::Path;

/// Bytes: four segments of PostgreSQL's log.
const RESERVE: u64 = 64 * 1024 * 1024;

impl Backend {
    /// Refuses new work while the disk is full.
    ///
    /// # Errors
    /// [`Problem::DiskFull`].
    pub fn require_room(&self) -> Result<()> {
        if self.has_room() {
            Ok(())
        } else {
            Err(Error::Problem(Problem::DiskFull))
        }
    }

    /// Whether new work may start. Takes a microsecond. A disk that reports no figure counts as having space.
    pub(crate) fn has_room(&self) -> bool {
        let config = &self.inner.config;
        // The folder of files is created with the first file; until then its parent's disk counts.
        let files = [Some(config.files.as_path()), config.files.parent()];
        let files = files.into_iter().flatten().find_map(free);
        let disks = [config.disk.as_deref().and_then(free), files];
        disks.into_iter().flatten().all(|free| free >= RESERVE)
    }
}

/// Free bytes on the disk of this folder.
pub(crate) fn free(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}
