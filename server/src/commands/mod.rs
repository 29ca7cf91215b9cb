//! The subcommands of `hearth`.

pub mod bench;
pub mod doctor;
pub mod read_upload;
pub mod serve;
pub mod user;

use crate::{
    database::Database,
    settings::{Flags, Settings},
};
use clap::{Parser, Subcommand};
use hearth_backend::{Backend, Config, files::reader, models::WakeOnLan};
use hearth_inference::{RerankServer, SpeechServer};
use std::{process::ExitCode, sync::Arc};

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
    #[command(hide = true, name = hearth_backend::files::reader::SUBCOMMAND)]
    ReadUpload,
    /// Measure memory with conversations of your own choice
    #[command(subcommand)]
    Bench(bench::BenchCommand),
    /// Add people or reset passwords from the box itself
    #[command(subcommand)]
    User(user::UserCommand),
}

impl Command {
    /// A command speaks for itself; the server's usual log lines would stand in between.
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
        Command::ReadUpload => Ok(reader::read_standard_input()),
        Command::Bench(command) => bench::run(command, &settings).await.map(|()| ExitCode::SUCCESS),
        Command::User(command) => user::run(command, &settings).await.map(|()| ExitCode::SUCCESS),
    }
}

/// How the settings configure the backend.
pub(crate) fn backend_config(settings: &Settings, database: &Database) -> Config {
    let model_server = hearth_inference::connect(&settings.ollama_url, settings.model_server_kind);
    let mut config = Config::new(database.app.clone(), model_server);
    config.slots = settings.model_slots;
    // The bundled one serves one Hearth, which holds its data directory.
    config.alone = settings.database_url.is_none();
    config.disk = config.alone.then(|| settings.data_dir.clone());
    config.chat_model.clone_from(&settings.chat_model);
    config.embedding_model.clone_from(&settings.embedding_model);
    config.num_ctx = settings.num_ctx;
    config.quota = (settings.quota_mb > 0).then(|| u64::from(settings.quota_mb) << 20);
    config.wake = settings.wake_mac.map(|mac| WakeOnLan {
        mac: mac.0,
        to: settings.wake_broadcast.0,
    });
    config.speech = settings.speech_url.as_deref().map(SpeechServer::new);
    if let Some(url) = &settings.reranker_url {
        config.reranker = Some(Arc::new(RerankServer::new(url)));
    }
    config.files = settings.data_dir.join("files");
    config.upload_reader = read_upload::program();
    config
}

/// A backend for a command: few connections, and gone again at once.
pub(crate) async fn brief_backend(
    settings: &Settings,
    database: &Database,
) -> hearth_backend::Result<Backend> {
    let mut config = backend_config(settings, database);
    config.max_connections = 3;
    Backend::connect(config).await
}
