//! Set-up and orchestration. Two commands matter: `cargo xtask run` and `cargo xtask test`; the rest are
//! their steps, to be had one by one. Every step may be repeated: it uses what is there, says what it
//! does, and checks what it downloads against `pins`.
#![allow(clippy::print_stdout)] // talking to the terminal is what it does

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
        /// Builds faster and answers slower
        #[arg(long)]
        dev: bool,
        /// For `hearth` itself, after `--`
        #[arg(last = true)]
        arguments: Vec<String>,
    },
    /// Runs every check and every test, with a real model server and a real browser
    Test {
        /// Also fetches a model whose answers can be checked (1.1 GB), and tests memory with it
        #[arg(long)]
        real_model: bool,
        /// Only tests with this in their name
        filter: Option<String>,
    },
    /// Measures, with a scripted model server
    Bench { names: Vec<String> },
    /// Feeds the readers of foreign bytes and text with hostile input (needs nightly and cargo-fuzz)
    Fuzz {
        /// One of server/fuzz/fuzz_targets, by its name; all of them when none is named
        target: Option<String>,
        /// For each target
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Only sets up: toolchain, database archive, site, model server and its models
    Setup,
    #[command(flatten)]
    Step(Step),
}

#[derive(Subcommand)]
enum Step {
    /// Finds or makes a toolchain that compiles for the browser too
    Toolchain {
        /// Makes the one of Debian's packages even where another would do
        #[arg(long)]
        debian: bool,
    },
    /// Makes target/bundle/site
    Site {
        /// Faster to make, several times larger
        #[arg(long, conflicts_with = "release")]
        dev: bool,
        /// As it ships (the default)
        #[arg(long)]
        release: bool,
    },
    /// Makes target/bundle/postgres.tar.zst
    Postgres,
    /// Finds or makes a model server and the models to run with
    Models {
        /// The small packaged ones that tests use
        #[arg(long)]
        test: bool,
    },
    /// Refreshes .sqlx, the offline data of the checked queries
    PrepareSql {
        /// Only tells whether it is up to date
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
            // `{:#}` and not `{:?}`: a backtrace of this program helps nobody.
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
        Step::Models { test: true } => models::for_tests(&ollama::Ollama::for_tests()?.api).map(drop),
        Step::Models { test: false } => models::for_people(&ollama::Ollama::for_people()?.api).map(drop),
        Step::PrepareSql { check } => sql::prepare(check),
    }
}

fn set_up() -> Result<()> {
    let toolchain = toolchain::ensure()?;
    postgres_bundle::ensure_bundle()?;
    site::ensure_site(&toolchain, site::Mode::Release)?;
    let ollama = ollama::Ollama::for_people()?;
    models::for_people(&ollama.api).map(drop)
}
