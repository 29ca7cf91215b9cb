//! A house for a measurement: a database of its own in a temporary folder, and the configured model server.

use crate::{
    commands::backend::backend_config,
    serve::database::{self, Database},
    settings::Settings,
};
use anyhow::{Context, bail};
use hearth_backend::Backend;
use hearth_types::{Role, UserId};
use tempfile::TempDir;

/// Gone with everything in it once it is closed or dropped.
pub struct House {
    pub backend: Backend,
    /// The model that makes vectors.
    pub embedder: String,
    database: Database,
    _folder: TempDir,
}

impl House {
    /// Starts it. A binary that carries no PostgreSQL uses the one of `DATABASE_URL`, if nobody lives there.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("hearth-bench-").tempdir()?;
        let mut settings = settings.clone();
        settings.data_dir = folder.path().to_path_buf();
        if database::is_bundled() {
            settings.database_url = None;
        }
        let database = Database::start(&settings).await?;
        let backend = Backend::connect(backend_config(&settings, &database)).await?;
        if backend.accounts().is_set_up().await? {
            bail!("people live in the database of DATABASE_URL: give the bench one of its own");
        }
        let embedder = backend.models().embedding_model().await.context(
            "the model server has no embedding model, or is away (--ollama-url, --embedding-model)",
        )?;
        Ok(Self {
            backend,
            embedder,
            database,
            _folder: folder,
        })
    }

    /// Adds a person whom nobody signs in as.
    pub async fn person(&self, name: &str) -> anyhow::Result<UserId> {
        let password = format!("{:032x}", rand::random::<u128>());
        Ok(self
            .backend
            .accounts()
            .add_user(name, &password, Role::Member)
            .await?)
    }

    pub async fn close(self) {
        self.backend.shut_down().await;
        self.database.stop().await;
    }
}
