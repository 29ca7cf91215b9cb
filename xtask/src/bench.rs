//! `cargo xtask bench [NAME]`: sets up, builds the release binary, and runs the bench.

use anyhow::Result;

use crate::ollama::Ollama;
use crate::site::{self, Mode};
use crate::toolchain::Toolchain;
use crate::{browser_tools, models, paths, pdfium_bundle, postgres_bundle, sh, toolchain};

/// The bench that needs a browser.
const PAGE: &str = "page";

/// The bench that needs a real model server.
const PREFIX: &str = "prefix";

/// Runs the named benches, or all.
pub fn bench(names: &[String]) -> Result<()> {
    let toolchain = toolchain::ensure()?;
    postgres_bundle::ensure_bundle()?;
    pdfium_bundle::ensure_bundle()?;
    site::ensure_site(&toolchain, Mode::Release)?;
    build(&toolchain)?;
    let programs = paths::target().join("release");
    let mut bench = sh::command(programs.join("examples/bench"));
    bench
        .args(names)
        .env("HEARTH_BIN", programs.join("hearth"))
        .env("HEARTH_FAKE_MODEL_SERVER", programs.join("fake-model-server"));
    let _ollama = match names.iter().any(|name| name == PREFIX) {
        true => Some(with_real_model_server(&mut bench)?),
        false => None,
    };
    if names.is_empty() || names.iter().any(|name| name == PAGE) {
        bench.env("PLAYWRIGHT_CHROMIUM", browser_tools::ensure_chromium()?);
        browser_tools::ensure_playwright()?;
    }
    sh::run(&mut bench)
}

/// Configures the bench for a real model server, which runs as long as the returned value lives.
fn with_real_model_server(bench: &mut std::process::Command) -> Result<Ollama> {
    let ollama = Ollama::for_tests()?;
    let models = models::for_tests(&ollama.api)?;
    bench
        .env("HEARTH_BENCH_OLLAMA_URL", ollama.url())
        .env("HEARTH_BENCH_CHAT_MODEL", models.chat);
    Ok(ollama)
}

/// Two separate builds: together, the binary would get the features that tests and the bench enable.
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
    release(&["-p", "hearth-bench", "--example", "bench"])
}
