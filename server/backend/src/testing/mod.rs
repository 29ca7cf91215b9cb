//! For tests: one scratch PostgreSQL per test program, one fresh database per test.
//!
//! The schema is migrated once into a template; a test's database is a copy of it (about 50 ms).

#![allow(
    clippy::expect_used,
    reason = "a test that cannot be set up should say so and stop"
)]

mod cluster;
mod house;
mod own_server;
mod pooler;

pub use cluster::TestDatabase;
pub use house::{TestHouse, pool_size};
pub use own_server::OwnServer;
pub use pooler::{Pooler, pgbouncer_version};
