//! The binary `hearth`: picks a subcommand. The library does the work.

use clap::Parser;
use hearth_server::{
    commands::{self, Cli, Command},
    serve::{drop_root, runtime},
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
    if matches!(cli.command, Some(Command::ReadUpload)) {
        // Before anything else is done: no settings, no threads, no database.
        return Ok(hearth_extract::run_child());
    }
    let settings = Settings::load(&cli.flags, variables()?)?;
    let command = cli.command.unwrap_or_default();
    telemetry::start(command.log_filter(&settings))?;
    // Before any thread exists: on Linux each thread has its own identity.
    drop_root::drop_root(&settings)?;
    runtime::build()?.block_on(commands::run(command, settings))
}

/// The environment. A variable that is not Unicode is not Hearth's, unless its name says so.
fn variables() -> anyhow::Result<Vec<(String, String)>> {
    let named = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    let mut variables = Vec::new();
    for (name, value) in named {
        match value.into_string() {
            Ok(value) => variables.push((name, value)),
            Err(_) if name.starts_with("HEARTH_") || name == "DATABASE_URL" => {
                anyhow::bail!("{name} is not text in UTF-8")
            }
            Err(_) => {}
        }
    }
    Ok(variables)
}
