//! Errors of files.

use crate::Error;
use hearth_types::{FileTrouble, Problem};
use std::io;

/// A problem with a file that its person sees.
pub(crate) const fn trouble(trouble: FileTrouble) -> Error {
    Error::Problem(Problem::File { trouble })
}

/// Converts an error of the disk: the person sees that the disk is full; any other error is only logged.
pub(crate) fn disk(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => trouble(FileTrouble::DiskFull),
        _ => Error::Internal(format!("files: {error}")),
    }
}
