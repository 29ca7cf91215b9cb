//! The reader of uploads as a program of its own, for this crate's tests. `hearth read-upload` is the same.

use std::process::ExitCode;

fn main() -> ExitCode {
    hearth_backend::files::reader::read_standard_input()
}
