//! Room on the disks that the bundled database and the files lie on.
//!
//! PostgreSQL's log must not meet the end of the disk: a server that cannot write it stops, and then nobody can
//! even read. So nothing new is taken in while less than a reserve is free. What is in hand is finished from
//! the reserve, everything stored can be read, and when there is room again all goes on by itself.

use crate::{Backend, Error, Result};
use hearth_types::Problem;
use std::path::Path;

/// Bytes: four segments of PostgreSQL's log.
const RESERVE: u64 = 64 * 1024 * 1024;

impl Backend {
    /// Refuses something new while the disk is full.
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

    /// Whether something new can be begun. Asking costs a microsecond. A disk that does not tell has room.
    pub(crate) fn has_room(&self) -> bool {
        let config = &self.inner.config;
        // The folder of files is made by the first file; until then it is on its parent's disk.
        let files = [Some(config.files.as_path()), config.files.parent()];
        let files = files.into_iter().flatten().find_map(free);
        let disks = [config.disk.as_deref().and_then(free), files];
        disks.into_iter().flatten().all(|free| free >= RESERVE)
    }
}

/// Bytes that are free on the disk that this lies on.
pub(crate) fn free(dir: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(dir).ok()?;
    Some(disk.f_bavail * disk.f_frsize)
}
