//! `cargo xtask test`: everything, a real model server and a real browser included.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::models::{self, Models};
use crate::ollama::Ollama;
use crate::report::Report;
use crate::site::{self, Mode};
use crate::toolchain::{Toolchain, WASM};
use crate::{browser_tools, debian, packaged, paths, postgres_bundle, sh, supply_chain, toolchain};

/// What the tests are pointed at.
struct Surroundings {
    toolchain: Toolchain,
    postgres: PathBuf,
    ollama: Ollama,
    models: Models,
}

/// Runs all; whether all is well.
pub fn test(real_model: bool, filter: Option<&str>) -> bool {
    let mut report = Report::default();
    if let Some(surroundings) = set_up(&mut report) {
        lints(&mut report, &surroundings.toolchain);
        report.tests("tests", |count| {
            let mut cargo = surroundings.cargo(&["test", "--no-fail-fast"]);
            cargo.args(filter);
            sh::run_listening(&mut cargo, |line| count.read_cargo(line))
        });
        browser(&mut report, &surroundings, filter);
        if real_model {
            with_real_model(&mut report, &surroundings);
        }
        supply_chain::check(&mut report, &surroundings.toolchain);
    }
    report.finish()
}

fn set_up(report: &mut Report) -> Option<Surroundings> {
    let toolchain = report.step("toolchain", || {
        let toolchain = toolchain::ensure()?;
        toolchain.ensure_lints()?;
        Ok(toolchain)
    })?;
    let postgres = report.step("postgres bundle", postgres_bundle::ensure_bundle)?;
    report.step("site", || site::ensure_site(&toolchain, Mode::Release))?;
    ensure_faketime();
    let ollama = report.step("model server", Ollama::for_tests)?;
    let models = report.step("models", || models::for_tests(&ollama.api))?;
    Some(Surroundings {
        toolchain,
        postgres,
        ollama,
        models,
    })
}

/// What jumps the clock for one test; without it that test skips itself and says so.
fn ensure_faketime() {
    const PACKAGE: &str = "libfaketime";
    let mut places = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let there = places.any(|place| place.path().join("faketime").is_dir());
    if !there && let Err(error) = debian::install(&[PACKAGE]) {
        sh::warn(format!("no {PACKAGE}, so clocks do not jump: {error:#}"));
    }
}

impl Surroundings {
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.toolchain.cargo();
        cargo.args(arguments);
        self.point(&mut cargo);
        cargo
    }

    fn point(&self, command: &mut Command) {
        command.env("HEARTH_POSTGRES_ARCHIVE", &self.postgres);
        command.env("HEARTH_TEST_OLLAMA_URL", self.ollama.url());
        command.env("HEARTH_TEST_CHAT_MODEL", &self.models.chat);
        command.env("HEARTH_TEST_EMBED_MODEL", &self.models.embed);
    }
}

fn lints(report: &mut Report, toolchain: &Toolchain) {
    report.step("rustfmt", || {
        sh::run(toolchain.cargo().args(["fmt", "--all", "--check"]))
    });
    let strict = ["--", "-D", "warnings"];
    report.step("clippy: server", || {
        sh::run(toolchain.cargo().args(["clippy", "--all-targets"]).args(strict))
    });
    report.step("clippy: browser", || {
        sh::run(
            toolchain
                .cargo()
                .args(["clippy", "-p", "hearth-frontend", "--target", WASM])
                .args(strict),
        )
    });
}

/// Playwright against the real binary, with the scripted model server beside it.
fn browser(report: &mut Report, surroundings: &Surroundings, filter: Option<&str>) {
    let folder = paths::root().join("end2end");
    if !folder.join("package.json").is_file() {
        return report.skip("browser tests", "there is no end2end/package.json");
    }
    let ready = report.step("browser set-up", || {
        let chromium = browser_tools::ensure_chromium()?;
        browser_tools::ensure_fonts();
        browser_tools::ensure_playwright()?;
        build_binaries(&surroundings.toolchain)?;
        Ok(chromium)
    });
    let Some(chromium) = ready else { return };
    report.tests("browser tests", |count| {
        let mut playwright = playwright(&folder, &chromium, filter);
        surroundings.point(&mut playwright);
        sh::run_listening(&mut playwright, |line| count.read_playwright(line))
    });
}

fn build_binaries(toolchain: &Toolchain) -> Result<()> {
    sh::run(
        toolchain
            .cargo()
            .args(["build", "-p", "hearth", "--bin", "hearth"]),
    )?;
    let fake = [
        "build",
        "-p",
        "hearth-inference",
        "--features",
        "fake",
        "--bin",
        "fake-model-server",
    ];
    sh::run(toolchain.cargo().args(fake))
}

fn playwright(folder: &Path, chromium: &Path, filter: Option<&str>) -> Command {
    let programs = paths::target().join("debug");
    let mut npx = sh::command("npx");
    npx.args(["--no-install", "playwright", "test"])
        .current_dir(folder);
    if let Some(filter) = filter {
        npx.args(["--grep", filter, "--pass-with-no-tests"]);
    }
    npx.env("PLAYWRIGHT_CHROMIUM", chromium)
        .env("HEARTH_BIN", programs.join("hearth"));
    npx.env("HEARTH_FAKE_MODEL_SERVER", programs.join("fake-model-server"));
    npx
}

/// The promise itself, with a model whose answers can be checked.
fn with_real_model(report: &mut Report, surroundings: &Surroundings) {
    let Some(model) = report.step("real model", || packaged::qwen(&surroundings.ollama.api)) else {
        return;
    };
    report.tests("tests with a real model", |count| {
        let mut cargo = surroundings.cargo(&["test", "real_model", "--", "--ignored", "--nocapture"]);
        cargo.env("HEARTH_TEST_REAL_MODEL", model);
        sh::run_listening(&mut cargo, |line| count.read_cargo(line))?;
        if count.passed + count.failed == 0 {
            bail!("no ignored test has real_model in its name");
        }
        Ok(())
    });
}
