//! The house's model server: what it has, which model answers, how large its window is, what it fetches.
//!
//! [`catalogue`] looks at the server, at most every few seconds for all askers together; [`choice`] picks the
//! model of an answer and of vectors; [`windows`] keeps each model's window and the tokens that its server
//! really counts; [`times`] how long answers and loading take; [`pulls`] fetches models, with progress that outlives a reload and a restart; [`watch`]
//! notices when a server that was away is back, and [`wake`] wakes its computer.

mod administration;
mod catalogue;
mod choice;
mod embedders;
pub(crate) mod endpoints;
mod floors;
mod pulls;
pub mod recommended;
mod remembered;
pub(crate) mod reply;
mod status;
pub mod thoughts;
mod times;
pub mod trouble;
mod wake;
mod watch;
mod windows;

pub use trouble::trouble;
pub use wake::WakeOnLan;
pub use watch::start_watch;

use crate::{Config, storage::Storage};
use catalogue::Catalogue;
pub(crate) use catalogue::same_model;
use embedders::Embedders;
use endpoints::Endpoint;
pub(crate) use floors::Floors;
use hearth_inference::ModelServer;
use remembered::Remembered;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// The model server and its models. Cheap to clone.
#[derive(Clone)]
pub struct Models {
    inner: Arc<Inner>,
}

struct Inner {
    /// Rows and what is remembered here are of this endpoint.
    endpoint: Endpoint,
    storage: Storage,
    server: Arc<dyn ModelServer>,
    catalogue: Catalogue,
    /// From the settings; see [`Config`].
    chat_model: Option<String>,
    embedding_model: Option<String>,
    num_ctx: u32,
    /// Windows that were looked up since the start.
    windows: windows::Known,
    /// What administrators chose: chat model and embedding model.
    chosen: Remembered<choice::Chosen>,
    floors: Remembered<Option<Floors>>,
    dimensions: Remembered<usize>,
    /// Under one name.
    embedders: Remembered<Embedders>,
    tokens_per_estimate: Remembered<f32>,
    /// Models that answered a moment ago.
    answered: Remembered<()>,
    /// By model, under one name.
    answer_seconds: Remembered<std::collections::HashMap<String, f32>>,
    /// Who runs the pulls of this process.
    runner: Uuid,
    pull_wanted: Notify,
    away: Notify,
    /// A model came or was chosen, or the server is back.
    changed: Notify,
    wake: Option<WakeOnLan>,
    last_wake: wake::LastWake,
    last_asked: wake::LastWake,
}

impl Models {
    pub(crate) fn new(storage: Storage, endpoint: Endpoint, config: Config) -> Self {
        let server = config.model_server;
        let inner = Inner {
            endpoint,
            storage,
            catalogue: Catalogue::new(server.clone()),
            server,
            chat_model: config.chat_model,
            embedding_model: config.embedding_model,
            num_ctx: config.num_ctx,
            wake: config.wake,
            last_wake: wake::LastWake::default(),
            last_asked: wake::LastWake::default(),
            windows: windows::Known::default(),
            chosen: Remembered::default(),
            floors: Remembered::default(),
            dimensions: Remembered::default(),
            embedders: Remembered::default(),
            tokens_per_estimate: Remembered::default(),
            answered: Remembered::default(),
            answer_seconds: Remembered::default(),
            runner: Uuid::now_v7(),
            pull_wanted: Notify::new(),
            away: Notify::new(),
            changed: Notify::new(),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Looks at the server anew the next time: a model came or went, or was chosen.
    pub fn forget(&self) {
        self.inner.catalogue.forget();
        self.inner.windows.forget();
        self.inner.chosen.forget();
    }

    pub(crate) fn known_embedders(&self) -> Option<Embedders> {
        self.inner.embedders.get("")
    }

    pub(crate) fn remember_embedders(&self, embedders: Embedders) {
        self.inner.embedders.put("", embedders);
    }

    pub(crate) fn forget_embedders(&self) {
        self.inner.embedders.forget();
    }

    /// The model server that these models are of.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    pub(crate) fn pool(&self) -> &sqlx::PgPool {
        self.inner.storage.pool()
    }

    /// Waiting answers may be able to run now: a model came or was chosen, or the server is back.
    pub(crate) fn announce_change(&self) {
        self.inner.changed.notify_one();
    }

    /// Resolves after the next change that was announced. For one waiter, the queue.
    pub(crate) async fn changed(&self) {
        self.inner.changed.notified().await;
    }

    /// A call could not reach the server: it is looked for more often, and the queue woken when it is back.
    pub(crate) fn server_is_away(&self) {
        self.inner.catalogue.forget();
        self.inner.away.notify_one();
    }
}
