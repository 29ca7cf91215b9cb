//! The backend that a command needs.

use super::read_upload;
use crate::{serve::database::Database, settings::Settings};
use hearth_backend::{Backend, Config, models::WakeOnLan};
use hearth_inference::{RerankServer, SpeechServer};
use std::sync::Arc;

/// How the settings configure the backend.
pub fn backend_config(settings: &Settings, database: &Database) -> Config {
    let model_server = hearth_inference::connect(&settings.ollama_url, settings.model_server_kind);
    let mut config = Config::new(database.app.clone(), model_server);
    config.slots = settings.model_slots;
    // The bundled database serves one Hearth, which holds its data directory.
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

/// A backend for a command: few connections, no background work.
pub async fn brief_backend(settings: &Settings, database: &Database) -> hearth_backend::Result<Backend> {
    let mut config = backend_config(settings, database);
    config.max_connections = 3;
    Backend::connect(config).await
}
