//! The threads that answer.

use std::{io, thread::available_parallelism};
use tokio::runtime::{Builder, Runtime};

/// Threads at least, however few cores there are: two tasks that keep theirs busy leave others for everybody else.
const LEAST: usize = 4;

/// The runtime of every command.
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
