//! `cargo xtask prepare-sql`: the offline data of the checked queries, in `.sqlx`.
//!
//! With a live database, sqlx's macros write what they learn about a query to `SQLX_OFFLINE_DIR`. So this checks the
//! backend against a scratch database with an empty folder, which then holds exactly the files that `.sqlx` needs; all
//! other files there are stale.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::scratch_database::ScratchDatabase;
use crate::{assets, paths, sh, toolchain};

const CRATE: &str = "server/backend";

/// Writes `.sqlx`; with `check`, fails if it is out of date.
pub fn prepare(check: bool) -> Result<()> {
    let toolchain = toolchain::ensure()?;
    sh::doing("scratch database: the bundled PostgreSQL with all migrations");
    let database = ScratchDatabase::start()?;
    let learnt = paths::target().join("sqlx-prepare");
    let _ = std::fs::remove_dir_all(&learnt);
    std::fs::create_dir_all(&learnt)?;
    touch_sources(&paths::root().join(CRATE))?;
    let mut cargo = toolchain.cargo();
    // The same features as in the checks, otherwise every dependency would be recompiled.
    cargo.args(["check", "--all-targets"]);
    cargo
        .env("SQLX_OFFLINE", "false")
        .env("SQLX_OFFLINE_DIR", &learnt)
        .env("DATABASE_URL", database.url());
    sh::run(&mut cargo)?;
    let (new, old) = (
        assets::read_folder(&learnt)?,
        assets::read_folder(&paths::root().join(".sqlx"))?,
    );
    if new == old {
        sh::done(format!(".sqlx: {} queries, up to date", new.len()));
        return Ok(());
    }
    if check {
        bail!(
            ".sqlx is out of date ({}): run `cargo xtask prepare-sql`",
            difference(&old, &new)
        );
    }
    write(&old, &new)
}

/// The macros run again only in targets whose root file has changed.
fn touch_sources(package: &Path) -> Result<()> {
    for root in ["src/lib.rs", "src/main.rs", "tests/it/main.rs"] {
        let file = package.join(root);
        if file.is_file() {
            std::fs::File::options()
                .append(true)
                .open(file)?
                .set_modified(SystemTime::now())?;
        }
    }
    for folder in ["examples", "benches"] {
        for file in std::fs::read_dir(package.join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            if file.path().is_file() {
                std::fs::File::options()
                    .append(true)
                    .open(file.path())?
                    .set_modified(SystemTime::now())?;
            }
        }
    }
    Ok(())
}

type Files = BTreeMap<String, Vec<u8>>;

fn difference(old: &Files, new: &Files) -> String {
    let missing = new.keys().filter(|name| !old.contains_key(*name)).count();
    let stale = old.keys().filter(|name| !new.contains_key(*name)).count();
    let changed = new
        .iter()
        .filter(|(name, bytes)| old.get(*name).is_some_and(|old| old != *bytes))
        .count();
    format!("{missing} missing, {stale} stale, {changed} changed")
}

fn write(old: &Files, new: &Files) -> Result<()> {
    let folder = paths::root().join(".sqlx");
    std::fs::create_dir_all(&folder)?;
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        std::fs::remove_file(folder.join(name))?;
    }
    for (name, bytes) in new {
        std::fs::write(folder.join(name), bytes)?;
    }
    sh::done(format!(".sqlx: {} queries ({})", new.len(), difference(old, new)));
    Ok(())
}
