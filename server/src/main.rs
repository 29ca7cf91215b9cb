//! The binary `hearth`: picks a subcommand. The library does the work.

use clap::Parser;
use hearth_backend::attachments::reader;
use hearth_server::{
    commands::{self, Cli, Command},
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
    if matches!(cli.command, Some(Command::ReadUpload)) {
        // Before anything else is done: no settings, no threads, no database.
        return Ok(reader::read_standard_input());
    }
    // A variable that is not Unicode is none of Hearth's.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let settings = Settings::load(&cli.flags, variables)?;
    let command = cli.command.unwrap_or_default();
    telemetry::start(command.log_filter(&settings))?;
    // Before any thread exists: on Linux each thread has its own identity.
    drop_root::drop_root(&settings)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(commands::run(command, settings))
}
