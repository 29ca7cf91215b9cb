//! The binary `hearth`: picks a subcommand. The library does the work.

use clap::Parser;
use hearth_server::{
    commands::{self, Cli},
    drop_root,
    settings::Settings,
    telemetry,
};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            // One line, as a person reads it: the causes follow their effects.
            eprintln!("hearth: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let settings = Settings::load(&cli.flags, std::env::vars())?;
    telemetry::start(&settings.log)?;
    // Before any thread exists: on Linux each thread has its own identity.
    drop_root::drop_root(&settings)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(commands::run(cli.command.unwrap_or_default(), settings))
}
