//! `cargo xtask bench [NAME]`: set-up, then the benches of the server crate, in release.

use anyhow::Result;

use crate::site::{self, Mode};
use crate::{postgres_bundle, sh, toolchain};

/// Runs one bench, or all of them.
pub fn bench(names: &[String]) -> Result<()> {
    let toolchain = toolchain::ensure()?;
    let archive = postgres_bundle::ensure_bundle()?;
    site::ensure_site(&toolchain, Mode::Release)?;
    sh::run(
        toolchain
            .cargo()
            .args(["build", "--release", "-p", "hearth", "--bin", "hearth"]),
    )?;
    let bench = ["run", "--release", "-p", "hearth", "--example", "bench", "--"];
    sh::run(
        toolchain
            .cargo()
            .args(bench)
            .args(names)
            .env("HEARTH_POSTGRES_ARCHIVE", archive),
    )
}
