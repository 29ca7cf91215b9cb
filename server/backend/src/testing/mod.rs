//! For tests: one scratch PostgreSQL per test program, one fresh database per test.
//!
//! The schema is migrated once into a template; a test's database is a copy of it (about 50 ms).

#![allow(
    clippy::expect_used,
    reason = "a test that cannot be set up should say so and stop"
)]

mod backend;
mod cluster;
mod own_server;
mod pooler;
pub mod readers;

pub use backend::{TestBackend, pool_size};
pub use cluster::TestDatabase;
pub use own_server::OwnServer;
pub use pooler::{Pooler, pgbouncer_version};
