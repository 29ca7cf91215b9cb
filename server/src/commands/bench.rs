//! `hearth bench`: how good and how fast memory is, measured in a database of its own that is gone afterwards.

use super::backend::backend_config;
use crate::{
    serve::database::{self, Database},
    settings::Settings,
};
use anyhow::{Context, bail};
use hearth_backend::Backend;
use hearth_bench::{BenchCommand, Installation};

/// Runs the bench. A binary that carries no PostgreSQL uses the database of `DATABASE_URL`, if it has no accounts.
pub async fn run(command: BenchCommand, settings: &Settings) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("hearth-bench-").tempdir()?;
    let mut settings = settings.clone();
    settings.data_dir = folder.path().to_path_buf();
    if database::is_bundled() {
        settings.database_url = None;
    }
    let database = Database::start(&settings).await?;
    let measured = measure(&command, &settings, &database).await;
    database.stop().await;
    measured
}

async fn measure(command: &BenchCommand, settings: &Settings, database: &Database) -> anyhow::Result<()> {
    let backend = Backend::connect(backend_config(settings, database)).await?;
    if backend.accounts().is_set_up().await? {
        bail!("the database of DATABASE_URL has accounts: give the bench one of its own");
    }
    let embedder = backend.models().embedding_model().await;
    let installation = Installation {
        embedder: embedder.context(
            "the model server has no embedding model, or is away (--ollama-url, --embedding-model)",
        )?,
        backend,
    };
    let measured = hearth_bench::run(command, &installation).await;
    installation.backend.shut_down().await;
    measured
}
