//! `cargo xtask test`: all checks and tests, with a real model server and a real browser.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::models::{self, Models};
use crate::ollama::Ollama;
use crate::report::Report;
use crate::site::{self, Mode};
use crate::toolchain::{Toolchain, WASM};
use crate::{
    browser_tools, debian, packaged, paths, pdfium_bundle, postgres_bundle, sh, supply_chain, toolchain,
};

/// Programs and servers that the tests use.
struct Environment {
    toolchain: Toolchain,
    postgres: PathBuf,
    ollama: Ollama,
    models: Models,
}

/// Runs everything; returns whether everything passed.
pub fn test(real_model: bool, filter: Option<&str>) -> bool {
    let mut report = Report::default();
    if let Some(environment) = set_up(&mut report) {
        lints(&mut report, &environment.toolchain);
        report.tests("tests", |count| {
            let mut cargo = environment.cargo(&["test", "--no-fail-fast"]);
            cargo.args(filter);
            sh::run_listening(&mut cargo, |line| count.read_cargo(line))
        });
        pool_of_one(&mut report, &environment, filter);
        browser(&mut report, &environment, filter);
        if real_model {
            with_real_model(&mut report, &environment);
        }
        supply_chain::check(&mut report, &environment.toolchain);
    }
    report.finish()
}

fn set_up(report: &mut Report) -> Option<Environment> {
    let toolchain = report.step("toolchain", || {
        let toolchain = toolchain::ensure()?;
        toolchain.ensure_lints()?;
        Ok(toolchain)
    })?;
    let postgres = report.step("postgres bundle", postgres_bundle::ensure_bundle)?;
    report.step("PDF library", pdfium_bundle::ensure_bundle)?;
    report.step("site", || site::ensure_site(&toolchain, Mode::Release))?;
    ensure_faketime();
    ensure_pgbouncer();
    let ollama = report.step("model server", Ollama::for_tests)?;
    let models = report.step("models", || models::for_tests(&ollama.api))?;
    Some(Environment {
        toolchain,
        postgres,
        ollama,
        models,
    })
}

/// libfaketime, which sets the clock in one test; without it that test skips itself and reports it.
fn ensure_faketime() {
    const PACKAGE: &str = "libfaketime";
    let mut places = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let there = places.any(|place| place.path().join("faketime").is_dir());
    if !there && let Err(error) = debian::install(&[PACKAGE]) {
        sh::warn(format!(
            "no {PACKAGE}, the test that sets the clock is skipped: {error:#}"
        ));
    }
}

/// The pooler that some tests put between Hearth and PostgreSQL; without it they skip themselves and report it. Debian
/// does not start it where there is no init system; the tests start their own on their own ports.
fn ensure_pgbouncer() {
    const PACKAGE: &str = "pgbouncer";
    let there = ["/usr/sbin/pgbouncer", "/usr/local/bin/pgbouncer"]
        .iter()
        .any(|place| Path::new(place).is_file());
    if !there && let Err(error) = debian::install(&[PACKAGE]) {
        sh::warn(format!(
            "no {PACKAGE}, the tests with a pooler are skipped: {error:#}"
        ));
    }
}

/// The backend's tests with a pool of one connection: code that takes a second connection while it holds the first
/// hangs. Runs the program built for the step above, so nothing is compiled again.
fn pool_of_one(report: &mut Report, environment: &Environment, filter: Option<&str>) {
    report.tests("tests with a pool of one", |count| {
        let mut suite = sh::command(backend_suite(environment)?);
        suite.current_dir(paths::root().join("server/backend"));
        suite.args(filter).env("HEARTH_TEST_POOL", "1");
        environment.configure(&mut suite);
        sh::run_listening(&mut suite, |line| count.read_cargo(line))
    });
}

/// The path of the backend's integration tests.
fn backend_suite(environment: &Environment) -> Result<PathBuf> {
    let mut cargo = environment.cargo(&["test", "--no-run", "--message-format", "json"]);
    let built = sh::output(&mut cargo)?;
    let mut messages = built
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let suite = messages.find_map(|message| {
        let of_backend = message["manifest_path"]
            .as_str()?
            .ends_with("server/backend/Cargo.toml");
        let is_suite = of_backend && message["target"]["name"] == "it";
        is_suite.then(|| message["executable"].as_str().map(PathBuf::from))?
    });
    suite.context("cargo built no tests of the backend")
}

impl Environment {
    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = self.toolchain.cargo();
        cargo.args(arguments);
        self.configure(&mut cargo);
        cargo
    }

    fn configure(&self, command: &mut Command) {
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

/// Playwright against the real binary, with the scripted model server.
fn browser(report: &mut Report, environment: &Environment, filter: Option<&str>) {
    let folder = paths::root().join("end2end");
    if !folder.join("package.json").is_file() {
        return report.skip("browser tests", "there is no end2end/package.json");
    }
    let ready = report.step("browser set-up", || {
        let chromium = browser_tools::ensure_chromium()?;
        browser_tools::ensure_fonts();
        browser_tools::ensure_playwright()?;
        build_binaries(&environment.toolchain)?;
        Ok(chromium)
    });
    let Some(chromium) = ready else { return };
    report.tests("browser tests", |count| {
        let mut playwright = playwright(&folder, &chromium, filter);
        environment.configure(&mut playwright);
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

/// Tests with a model whose answers can be checked.
fn with_real_model(report: &mut Report, environment: &Environment) {
    let Some(model) = report.step("real model", || packaged::qwen(&environment.ollama.api)) else {
        return;
    };
    report.tests("tests with a real model", |count| {
        let mut cargo = environment.cargo(&["test", "real_model", "--", "--ignored", "--nocapture"]);
        cargo.env("HEARTH_TEST_REAL_MODEL", model);
        sh::run_listening(&mut cargo, |line| count.read_cargo(line))?;
        if count.passed + count.failed == 0 {
            bail!("no ignored test has real_model in its name");
        }
        Ok(())
    });
}
