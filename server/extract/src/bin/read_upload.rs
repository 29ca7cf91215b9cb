//! The child process as its own program, for tests. `hearth read-upload` does the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth_extract::run_child()
}
