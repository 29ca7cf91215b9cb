//! A scratch PostgreSQL with the schema, for the compile-time check of queries. Prints `DATABASE_URL=…` and runs until
//! its standard input closes.
//!
//! An example of this crate and not of the backend, because the backend does not compile before its queries are
//! checked. The two files it shares with the backend need only sqlx.

#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    dead_code,
    reason = "a tool of the build"
)]

use hearth_postgres::{Account, Config, SUPERUSER};
use sqlx::postgres::PgConnectOptions;
use std::{io::Read, os::unix::fs::MetadataExt, path::PathBuf};

#[path = "../../backend/src/storage/migrate.rs"]
mod migrate;
#[path = "../../backend/src/storage/provision.rs"]
mod provision;

#[tokio::main]
async fn main() {
    let archive = std::env::var_os("HEARTH_POSTGRES_ARCHIVE").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../target/bundle/postgres.tar.zst"
            ))
        },
        PathBuf::from,
    );
    let archive = std::fs::read(&archive).expect("the PostgreSQL archive; `cargo xtask postgres` makes it");
    let scratch = tempfile::Builder::new()
        .prefix("hearth-dev-")
        .tempdir()
        .expect("temporary folder");
    let mut config = Config::new(scratch.path());
    config.run_as = std::fs::metadata("/proc/self")
        .is_ok_and(|m| m.uid() == 0)
        .then_some(unprivileged());
    let postgres = hearth_postgres::start(archive, config)
        .await
        .expect("scratch PostgreSQL starts");

    let superuser = PgConnectOptions::new_without_pgpass()
        .socket(postgres.socket_dir())
        .username(SUPERUSER);
    let made = provision::provision(&superuser, "hearth")
        .await
        .expect("scratch database can be provisioned");
    migrate::migrate(&made.owner)
        .await
        .expect("scratch database can be migrated");

    let socket = postgres.socket_dir().display().to_string().replace('/', "%2F");
    println!("DATABASE_URL=postgres://{SUPERUSER}@localhost/hearth?host={socket}");
    std::io::stdin().read_to_end(&mut Vec::new()).ok();
    postgres.stop().await;
}

fn unprivileged() -> Account {
    let passwd = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let line = passwd
        .lines()
        .find(|l| l.starts_with("nobody:"))
        .expect("an account named nobody");
    let id = |i: usize| {
        line.split(':')
            .nth(i)
            .and_then(|f| f.parse().ok())
            .expect("ids of nobody")
    };
    Account {
        uid: id(2),
        gid: id(3),
    }
}
