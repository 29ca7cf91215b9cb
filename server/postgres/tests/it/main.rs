//! Tests with real servers: each test unpacks and runs its own server in its own directory.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod full_disk;
mod killed;
mod lifecycle;
mod log;
mod place;
mod processor;
mod refusals;
mod support;
