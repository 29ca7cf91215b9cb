//! The installation's model server: its models, the choice of a model, context windows, and pulls.
//!
//! [`catalogue`] lists the server's models, at most every few seconds for all callers together; [`choice`] picks the
//! chat model and the embedding model; [`windows`] keeps each model's context window and the ratio of the server's
//! token counts to our estimates; [`times`] measures how long answers and loading take; [`pulls`] downloads models,
//! with progress that outlives a reload and a restart; [`watch`] notices when a server that was away is back, and
//! [`wake`] wakes its computer.

mod administration;
mod calibrations;
mod catalogue;
mod choice;
mod embedders;
pub(crate) mod endpoints;
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
pub(crate) use calibrations::{ANY, Calibration, Calibrations};
use catalogue::Catalogue;
pub(crate) use catalogue::same_model;
use embedders::Embedders;
use endpoints::Endpoint;
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
    /// The endpoint of all rows and caches here.
    endpoint: Endpoint,
    storage: Storage,
    server: Arc<dyn ModelServer>,
    catalogue: Catalogue,
    /// From the settings; see [`Config`].
    chat_model: Option<String>,
    embedding_model: Option<String>,
    num_ctx: u32,
    /// Context lengths looked up since the start.
    windows: windows::Known,
    /// The recorded defaults.
    chosen: Remembered<choice::Chosen>,
    calibrations: Remembered<Option<Calibrations>>,
    calibrating: tokio::sync::Mutex<()>,
    dimensions: Remembered<usize>,
    /// One value, under the empty name.
    embedders: Remembered<Embedders>,
    tokens_per_estimate: Remembered<f32>,
    /// Models that answered within the last seconds.
    answered: Remembered<()>,
    /// Seconds by model, as one value under the empty name.
    answer_seconds: Remembered<std::collections::HashMap<String, f32>>,
    /// Identifies the pulls that this process runs.
    runner: Uuid,
    pull_wanted: Notify,
    away: Notify,
    /// A model was added or chosen, or the server is back.
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
            calibrations: Remembered::default(),
            calibrating: tokio::sync::Mutex::default(),
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

    /// Discards cached lists: a model was added, removed or chosen.
    pub fn forget(&self) {
        self.inner.catalogue.forget();
        self.inner.windows.forget();
        self.inner.chosen.forget();
        self.inner.calibrations.forget();
    }

    pub(crate) fn cached_embedders(&self) -> Option<Embedders> {
        self.inner.embedders.get("")
    }

    pub(crate) fn remember_embedders(&self, embedders: Embedders) {
        self.inner.embedders.put("", embedders);
    }

    pub(crate) fn forget_embedders(&self) {
        self.inner.embedders.forget();
    }

    /// The server of these models.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.inner.endpoint
    }

    pub(crate) fn pool(&self) -> &sqlx::PgPool {
        self.inner.storage.pool()
    }

    /// Signals that waiting answers may be able to run: a model was added or chosen, or the server is back.
    pub(crate) fn announce_change(&self) {
        self.inner.changed.notify_one();
    }

    /// Resolves after the next announced change. For one waiter only: the queue.
    pub(crate) async fn changed(&self) {
        self.inner.changed.notified().await;
    }

    /// Reports that a call could not reach the server: it is then checked more often, and the queue is woken when it
    /// is back.
    pub(crate) fn server_is_away(&self) {
        self.inner.catalogue.forget();
        self.inner.away.notify_one();
    }
}
