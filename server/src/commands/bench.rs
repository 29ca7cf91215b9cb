//! `hearth bench`: how good and how fast memory is, measured in a database of its own that is gone afterwards.

use super::backend::backend_config;
use crate::{
    serve::database::{self, Database},
    settings::Settings,
};
use anyhow::{Context, bail};
use hearth_backend::{Backend, evaluation::Squeezed};
use hearth_bench::{BenchCommand, Embedder, Installation, Run};
use std::sync::Arc;

/// Runs the bench. A binary that carries no PostgreSQL uses the database of `DATABASE_URL`, if it has no accounts.
pub async fn run(command: BenchCommand, settings: &Settings) -> anyhow::Result<()> {
    let mut run = Run::of(&command);
    for embedder in run.embedders() {
        measure_one(&mut run, &embedder, settings).await?;
    }
    run.finish()
}

async fn measure_one(run: &mut Run<'_>, embedder: &Embedder, settings: &Settings) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("hearth-bench-").tempdir()?;
    let mut settings = settings.clone();
    settings.data_dir = folder.path().to_path_buf();
    if let Some(model) = &embedder.model {
        settings.embedding_model = Some(model.clone());
    }
    if let Some(url) = &embedder.url {
        settings.ollama_url.clone_from(url);
    }
    if database::is_bundled() {
        settings.database_url = None;
    }
    let database = Database::start(&settings).await?;
    let measured = measure(run, embedder, &settings, &database).await;
    database.stop().await;
    measured
}

async fn measure(
    run: &mut Run<'_>,
    wanted: &Embedder,
    settings: &Settings,
    database: &Database,
) -> anyhow::Result<()> {
    let mut config = backend_config(settings, database);
    if wanted.squeezed {
        config.model_server = Arc::new(Squeezed(config.model_server));
    }
    let backend = Backend::connect(config).await?;
    if backend.accounts().is_set_up().await? {
        bail!("the database of DATABASE_URL has accounts: give the bench one of its own");
    }
    let embedder = backend.models().embedding_model().await;
    let name = embedder
        .context("the model server has no embedding model, or is away (--ollama-url, --embedding-model)")?;
    let squeezed = if wanted.squeezed { ", squeezed" } else { "" };
    let installation = Installation {
        embedder: format!("{name}{squeezed}"),
        backend,
    };
    let measured = run.measure(&installation).await;
    installation.backend.shut_down().await;
    measured
}
