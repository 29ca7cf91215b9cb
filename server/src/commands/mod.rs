//! The subcommands of `hearth`.

mod backend;
pub mod bench;
pub mod doctor;
pub mod read_upload;
pub mod serve;
pub mod user;

use crate::settings::{Flags, Settings};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// A private AI assistant with a memory, for everyone who shares one box.
#[derive(Parser)]
#[command(name = "hearth", version)]
pub struct Cli {
    #[command(flatten)]
    pub flags: Flags,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Subcommand, Default)]
pub enum Command {
    /// Serve the web app (what `hearth` does by itself)
    #[default]
    Serve,
    /// Say what is wrong with this installation, in plain words
    Doctor,
    /// Read the picture or PDF on standard input (Hearth starts this itself, with limits)
    #[command(hide = true, name = hearth_extract::SUBCOMMAND)]
    ReadUpload,
    /// Measure memory with conversations of your own choice
    #[command(subcommand)]
    Bench(hearth_bench::BenchCommand),
    /// Add people or reset passwords from the box itself
    #[command(subcommand)]
    User(user::UserCommand),
}

impl Command {
    /// Commands print their own output; the server's usual log lines would disturb it.
    pub fn log_filter<'a>(&self, settings: &'a Settings) -> &'a str {
        match self {
            Self::Bench(_) | Self::Doctor | Self::ReadUpload | Self::User(_) if settings.log == "info" => {
                "error"
            }
            _ => &settings.log,
        }
    }
}

/// Runs the subcommand.
pub async fn run(command: Command, settings: Settings) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve => serve::serve(settings).await.map(|()| ExitCode::SUCCESS),
        Command::Doctor => Ok(doctor::doctor(&settings).await),
        Command::ReadUpload => Ok(hearth_extract::run_child()),
        Command::Bench(command) => bench::run(command, &settings).await.map(|()| ExitCode::SUCCESS),
        Command::User(command) => user::run(command, &settings).await.map(|()| ExitCode::SUCCESS),
    }
}
