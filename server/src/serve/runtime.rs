//! The async runtime.

use std::{io, thread::available_parallelism};
use tokio::runtime::{Builder, Runtime};

/// Worker threads on any machine: two tasks that block theirs leave two for other requests.
const LEAST: usize = 4;

/// The runtime of all commands.
///
/// # Errors
/// The system gives no threads.
pub fn build() -> io::Result<Runtime> {
    let cores = available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(cores.max(LEAST))
        .enable_all()
        .build()
}
