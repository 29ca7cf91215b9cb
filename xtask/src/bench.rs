//! `cargo xtask bench [NAME]`: set-up, the binary as it ships, and the bench that measures it.

use anyhow::Result;

use crate::site::{self, Mode};
use crate::toolchain::Toolchain;
use crate::{browser_tools, paths, postgres_bundle, sh, toolchain};

/// The bench that needs a browser.
const PAGE: &str = "page";

/// Runs one bench, or all of them.
pub fn bench(names: &[String]) -> Result<()> {
    let toolchain = toolchain::ensure()?;
    postgres_bundle::ensure_bundle()?;
    site::ensure_site(&toolchain, Mode::Release)?;
    build(&toolchain)?;
    let programs = paths::target().join("release");
    let mut bench = sh::command(programs.join("examples/bench"));
    bench
        .args(names)
        .env("HEARTH_BIN", programs.join("hearth"))
        .env("HEARTH_FAKE_MODEL_SERVER", programs.join("fake-model-server"));
    if names.is_empty() || names.iter().any(|name| name == PAGE) {
        bench.env("PLAYWRIGHT_CHROMIUM", browser_tools::ensure_chromium()?);
        browser_tools::ensure_playwright()?;
    }
    sh::run(&mut bench)
}

/// In two steps: built together, the binary would get the features that tests and the bench turn on.
fn build(toolchain: &Toolchain) -> Result<()> {
    sh::doing("compiling the bench and what it measures, in release");
    let release =
        |arguments: &[&str]| sh::run(toolchain.cargo().args(["build", "--release"]).args(arguments));
    release(&["-p", "hearth", "--bin", "hearth"])?;
    release(&[
        "-p",
        "hearth-inference",
        "--features",
        "fake",
        "--bin",
        "fake-model-server",
    ])?;
    release(&["-p", "hearth", "--example", "bench"])
}
