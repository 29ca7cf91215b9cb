//! A model server as a whole: what it is, what it has, and how to reach it.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures::stream::BoxStream;
use serde::{Deserialize, Serialize};

use crate::{
    ChatModel, Embedder, InferenceError, auto::AutoServer, http::Http, ollama::Ollama, openai::OpenAi,
};

/// Which protocol a server speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ServerKind {
    /// Not known yet: found out at the first call that reaches the server.
    #[default]
    Auto,
    Ollama,
    OpenAi,
}

/// How long to wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the first event of an answer, or for embeddings. Loading a large model can take minutes.
    pub first_byte: Duration,
    /// For the next byte, once an answer has begun.
    pub between_tokens: Duration,
    /// For each step of a short call: lists, details, versions.
    pub short_call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(300),
            between_tokens: Duration::from_secs(60),
            short_call: Duration::from_secs(15),
        }
    }
}

/// Something a model can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capability {
    Chat,
    Embedding,
    Vision,
    Thinking,
    Tools,
}

/// A model in the server's list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelInfo {
    /// The name to ask for.
    pub name: String,
    pub size_bytes: Option<u64>,
    /// As the server says it, such as "1.5B".
    pub parameter_size: Option<String>,
    pub family: Option<String>,
    /// Empty when the server does not tell.
    pub capabilities: Vec<Capability>,
    pub digest: Option<String>,
}

/// A model looked at closely.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelDetails {
    /// Ollama: the most the model was made for. OpenAI-compatible: the window the server runs it with.
    pub context_length: Option<u32>,
    /// Empty when the server does not tell.
    pub capabilities: Vec<Capability>,
    /// Length of its vectors; only for embedders.
    pub embedding_dimensions: Option<u32>,
    pub parameter_size: Option<String>,
    pub quantization: Option<String>,
    pub family: Option<String>,
}

/// A model that is in memory now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadedModel {
    pub name: String,
    /// The window it was loaded with.
    pub context_length: Option<u32>,
    pub size_bytes: Option<u64>,
    /// The share of it in graphics memory.
    pub vram_bytes: Option<u64>,
}

/// One report while a model is fetched. Bytes are those of the layer `digest`, not of the whole model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullProgress {
    pub status: String,
    pub completed: Option<u64>,
    pub total: Option<u64>,
    pub digest: Option<String>,
}

/// Reports until the model is there: the last item is the status "success", or an `Err`.
pub type PullStream = BoxStream<'static, Result<PullProgress, InferenceError>>;

/// One server with its models.
#[async_trait]
pub trait ModelServer: ChatModel + Embedder {
    /// The address in use, without a slash at its end.
    fn base_url(&self) -> &str;

    /// What it speaks; `Auto` until that was found out.
    fn kind(&self) -> ServerKind;

    /// The server's own version; for OpenAI-compatible servers what they call themselves.
    async fn version(&self) -> Result<String, InferenceError>;

    /// All models it has.
    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError>;

    /// More about one model.
    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError>;

    /// Fetches a model. Dropping the stream stops the download; asking again resumes it.
    async fn pull(&self, model: &str) -> Result<PullStream, InferenceError>;

    /// The models that are in memory now.
    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError>;

    /// Takes a model out of memory.
    async fn unload(&self, model: &str) -> Result<(), InferenceError>;
}

/// A client for the server at `url` with the default [`Timeouts`]. Nothing is sent yet.
pub fn connect(url: &str, kind: ServerKind) -> Arc<dyn ModelServer> {
    connect_with(url, kind, Timeouts::default())
}

/// A client for the server at `url`. The scheme may be missing (`127.0.0.1:11434`).
pub fn connect_with(url: &str, kind: ServerKind, timeouts: Timeouts) -> Arc<dyn ModelServer> {
    let http = Http::new(url, timeouts);
    match kind {
        ServerKind::Auto => Arc::new(AutoServer::new(http)),
        ServerKind::Ollama => Arc::new(Ollama::new(http)),
        ServerKind::OpenAi => Arc::new(OpenAi::new(http)),
    }
}
