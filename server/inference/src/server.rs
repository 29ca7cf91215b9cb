//! The interface of a model server: its protocol, its models, and how to reach it.

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
    /// Not known yet: detected by the first call that reaches the server.
    #[default]
    Auto,
    Ollama,
    OpenAi,
}

/// Timeouts of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For connecting.
    pub connect: Duration,
    /// Until the first event of an answer, or until embeddings arrive. Loading a large model can take minutes.
    pub first_byte: Duration,
    /// Between two bytes of an answer.
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

/// A feature of a model.
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
    /// The name used in requests.
    pub name: String,
    pub size_bytes: Option<u64>,
    /// As reported by the server, such as "1.5B".
    pub parameter_size: Option<String>,
    pub family: Option<String>,
    /// Empty if the server does not report them.
    pub capabilities: Vec<Capability>,
    pub digest: Option<String>,
}

/// Details of one model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ModelDetails {
    /// In tokens. Ollama: the maximum the model supports. OpenAI-compatible: the window the server runs it with.
    pub context_length: Option<u32>,
    /// Empty if the server does not report them.
    pub capabilities: Vec<Capability>,
    /// Length of its vectors; only for embedders.
    pub embedding_dimensions: Option<u32>,
    pub parameter_size: Option<String>,
    pub quantization: Option<String>,
    pub family: Option<String>,
}

/// A model that is in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoadedModel {
    pub name: String,
    /// The context window it was loaded with, in tokens.
    pub context_length: Option<u32>,
    pub size_bytes: Option<u64>,
    /// The part of it in graphics memory.
    pub vram_bytes: Option<u64>,
}

/// One progress report of a pull. Bytes are those of the layer `digest`, not of the whole model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PullProgress {
    pub status: String,
    pub completed: Option<u64>,
    pub total: Option<u64>,
    pub digest: Option<String>,
}

/// Progress of a pull. The last item is the status "success" or an `Err`.
pub type PullStream = BoxStream<'static, Result<PullProgress, InferenceError>>;

/// A model server with its models.
#[async_trait]
pub trait ModelServer: ChatModel + Embedder {
    /// The address in use, without a trailing slash.
    fn base_url(&self) -> &str;

    /// The protocol; `Auto` until it was detected.
    fn kind(&self) -> ServerKind;

    /// The server's version; for OpenAI-compatible servers the name they report.
    async fn version(&self) -> Result<String, InferenceError>;

    /// All models of the server.
    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError>;

    /// Details of one model.
    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError>;

    /// Downloads a model. Dropping the stream stops the download; a new call resumes it.
    async fn pull(&self, model: &str) -> Result<PullStream, InferenceError>;

    /// The models in memory.
    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError>;

    /// Unloads a model from memory.
    async fn unload(&self, model: &str) -> Result<(), InferenceError>;
}

/// A client for the server at `url` with the default [`Timeouts`]. Does not connect yet.
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
