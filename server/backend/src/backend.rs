//! The handle that all other code holds.

use crate::{
    events::EventHub,
    memory::{facts::extraction::FACTS, layers::CONSOLIDATE},
    models::{Models, endpoints::Endpoint},
    people::{Accounts, Administration},
    retrieval::{
        embedders::{DROP_VECTORS, EMBED_MEMORY, REEMBED},
        embedding::EMBED,
    },
    storage::Storage,
    turn::{self, summary::SUMMARY, title::TITLE},
    work::{
        jobs::JobKind,
        queue::{AnswerQueue, Hooks},
    },
};
use hearth_inference::{ModelServer, Reranker, SpeechServer};
use hearth_types::{Problem, UserId};
use std::{num::NonZeroUsize, path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::Notify;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Every kind of job.
const JOBS: &[JobKind] = &[
    TITLE,
    EMBED,
    EMBED_MEMORY,
    SUMMARY,
    FACTS,
    REEMBED,
    DROP_VECTORS,
    CONSOLIDATE,
];

/// The functions that the queue calls in the modules above it.
const HOOKS: Hooks = Hooks {
    run: |backend, claim, stop| Box::pin(async move { turn::run_turn(&backend, &claim, &stop).await }),
    stop: |person, answer| Box::pin(async move { person.stop_answer(answer).await }),
    announce_waiting: |person, answer| Box::pin(async move { person.notify_waiting(answer).await }),
    announce_ended: |person, answer| Box::pin(async move { person.notify_ended(answer).await }),
};

/// Configuration of a backend.
#[derive(Clone)]
pub struct Config {
    /// How to reach PostgreSQL as the app's role, never the owner's.
    pub database: sqlx::postgres::PgConnectOptions,
    pub max_connections: u32,
    pub model_server: Arc<dyn ModelServer>,
    /// Number of answers that the model server generates at once. Ollama does not report it; 1 is its default.
    pub slots: NonZeroUsize,
    /// How long a runner may be silent before its answer counts as interrupted.
    pub lease: Duration,
    /// Whether no other process uses the database: claims found at a start then belong to the previous process.
    pub alone: bool,
    /// The chat model if neither the conversation nor the installation has one; none means the first of the server.
    pub chat_model: Option<String>,
    /// The embedding model; none means one that the server has.
    pub embedding_model: Option<String>,
    /// Requested context window in tokens; less if the model has less.
    pub num_ctx: u32,
    /// Folder of the bundled database; none if the database's disk is managed elsewhere.
    pub disk: Option<std::path::PathBuf>,
    /// How the model server's computer is woken from sleep.
    pub wake: Option<crate::models::WakeOnLan>,
    /// The speech server, if one is configured.
    pub speech: Option<SpeechServer>,
    /// Reranks the best candidates of a recall, if such a model is configured.
    pub reranker: Option<Arc<dyn Reranker>>,
    /// The folder of pictures and files, for this installation alone.
    pub files: PathBuf,
    /// The program that reads pictures and PDFs, which is Hearth itself (see [`hearth_extract`]);
    /// without it none is read.
    pub upload_reader: Option<PathBuf>,
    /// Storage quota per person in bytes; none is no limit.
    pub quota: Option<u64>,
    /// How long a conversation must be idle before facts are drawn from it.
    pub facts_after: Duration,
}

impl Config {
    /// A configuration with the product's defaults.
    pub fn new(database: sqlx::postgres::PgConnectOptions, model_server: Arc<dyn ModelServer>) -> Self {
        Self {
            database,
            max_connections: 10,
            model_server,
            slots: NonZeroUsize::MIN,
            lease: Duration::from_secs(10),
            alone: false,
            chat_model: None,
            embedding_model: None,
            num_ctx: 8192,
            disk: None,
            wake: None,
            speech: None,
            reranker: None,
            files: "files".into(),
            upload_reader: None,
            quota: None,
            facts_after: Duration::from_secs(180),
        }
    }
}

/// All behaviour of Hearth, behind one handle that is cheap to clone.
#[derive(Clone)]
pub struct Backend {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub config: Config,
    pub storage: Storage,
    pub events: EventHub,
    pub queue: AnswerQueue,
    pub models: Models,
    pub passwords: crate::people::PasswordHasher,
    pub files: crate::files::FileStore,
    /// Limit on pictures and PDFs that are read at once; each may take a processor and 448 MB for some seconds.
    pub readers: tokio::sync::Semaphore,
    pub limits: crate::limits::PerPerson,
    pub quotas: crate::quota::Quotas,
    pub questions: crate::retrieval::QuestionQueue,
    pub instance: crate::instance::Instance,
    /// Signals a deletion that may have freed files.
    pub files_freed: Notify,
    pub shutdown: CancellationToken,
    pub tasks: TaskTracker,
}

impl Backend {
    /// Connects to the database and starts the runners; the schema must exist already.
    pub async fn start(config: Config) -> crate::Result<Self> {
        let backend = Self::connect(config).await?;
        crate::work::queue::start_runners(&backend);
        crate::retrieval::embedders::start(&backend);
        crate::work::jobs::start_workers(&backend, JOBS);
        crate::models::start_watch(&backend);
        crate::people::start_sweeper(&backend);
        crate::files::start_sweeper(&backend);
        crate::conversations::start_sweeper(&backend);
        Ok(backend)
    }

    /// Connects without running anything: for a command beside a running server.
    pub async fn connect(config: Config) -> crate::Result<Self> {
        let storage = Storage::connect(config.database.clone(), config.max_connections).await?;
        let endpoint = Endpoint::configured(&storage, &config).await?;
        let shutdown = CancellationToken::new();
        let inner = Arc::new(Inner {
            events: EventHub::new(),
            queue: AnswerQueue::new(storage.clone(), config.lease, HOOKS),
            models: Models::new(storage.clone(), endpoint, config.clone()),
            passwords: crate::people::PasswordHasher::new(),
            files: crate::files::FileStore::new(config.files.clone()),
            readers: tokio::sync::Semaphore::new(crate::files::READERS),
            limits: crate::limits::PerPerson::default(),
            quotas: crate::quota::Quotas::default(),
            questions: crate::retrieval::QuestionQueue::default(),
            instance: crate::instance::Instance::start(config.alone),
            files_freed: Notify::new(),
            storage,
            config,
            shutdown,
            tasks: TaskTracker::new(),
        });
        Ok(Self { inner })
    }

    /// Stops the runners; running answers get a moment to be stored as interrupted.
    pub async fn shut_down(&self) {
        self.inner.shutdown.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.inner.storage.close().await;
    }

    /// The configuration, for another backend that takes this one's place.
    pub fn config(&self) -> Config {
        self.inner.config.clone()
    }

    /// Accounts, sign-in, devices: what is needed before sign-in.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts::new(self)
    }

    /// Administration. Refused unless `user` is an administrator.
    pub async fn administration(&self, user: UserId) -> crate::Result<Administration<'_>> {
        Administration::open(self, user).await
    }

    /// The model server and its models.
    pub fn models(&self) -> &Models {
        &self.inner.models
    }

    /// The speech server, if one is configured.
    pub fn speech(&self) -> Option<&SpeechServer> {
        self.inner.config.speech.as_ref()
    }

    /// Access to one person's data, and only to that.
    pub fn for_user(&self, user: UserId) -> UserBackend {
        UserBackend {
            backend: self.clone(),
            user,
        }
    }

    /// Whether requests can be served: the database answers.
    pub async fn ready(&self) -> Result<(), Problem> {
        self.inner.storage.ping().await.map_err(Problem::from)
    }
}

/// Access to one person's data. Its methods are in the modules of their subject.
#[derive(Clone)]
pub struct UserBackend {
    pub(crate) backend: Backend,
    pub(crate) user: UserId,
}

impl UserBackend {
    /// The person.
    pub const fn user(&self) -> UserId {
        self.user
    }

    /// A transaction that carries the person's id for row-level security.
    pub(crate) async fn begin(&self) -> crate::Result<crate::storage::UserTransaction> {
        self.backend.inner.storage.begin_as(self.user).await
    }
}
