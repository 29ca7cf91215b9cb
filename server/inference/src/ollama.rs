//! Client for Ollama's own routes (0.32). Its OpenAI routes are not used: they lack `num_ctx`, without which Ollama
//! sizes the context window by graphics memory and silently drops old messages.

use std::time::Duration;

use async_trait::async_trait;
use futures::{StreamExt, stream};

use crate::{
    Capability, ChatModel, ChatReader, ChatRequest, ChatStream, EmbedTask, Embedder, InferenceError,
    LoadedModel, ModelDetails, ModelInfo, ModelServer, Protocol, PullStream, ServerKind,
    embed::{checked, with_prefix},
    http::Http,
    stream::{SilenceLimits, events},
};

mod chunk;
mod pull;
mod wire;

pub(crate) use chunk::read_chat;

/// Maximum number of concurrent `/api/show` requests when listing models.
const SHOW_AT_ONCE: usize = 8;

pub(crate) struct Ollama {
    http: Http,
}

impl Ollama {
    pub(crate) fn new(http: Http) -> Self {
        Self { http }
    }

    /// `/api/tags` reports wrong capabilities (0.32 calls an embedder made from safetensors "completion") while
    /// `/api/show` is right, so each model is queried. If that fails, the listed capabilities stay.
    async fn with_capabilities(&self, mut model: ModelInfo) -> ModelInfo {
        if let Ok(details) = self.show(&model.name).await
            && !details.capabilities.is_empty()
        {
            model.capabilities = details.capabilities;
        }
        model
    }
}

#[async_trait]
impl ChatModel for Ollama {
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError> {
        let first = self.http.timeouts.first_byte;
        let body = wire::ChatBody::from(&request);
        let response = self.http.open("/api/chat", &body, &request.model, first).await?;
        let limits = SilenceLimits {
            first,
            between: self.http.timeouts.between_tokens,
        };
        Ok(Box::pin(events(
            response,
            ChatReader::new(Protocol::Ollama),
            limits,
        )))
    }
}

#[async_trait]
impl Embedder for Ollama {
    async fn embed(
        &self,
        model: &str,
        task: EmbedTask,
        texts: &[String],
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let body = wire::EmbedBody {
            model,
            input: with_prefix(model, task, texts),
            truncate: false,
        };
        let reply: wire::Embeddings = self
            .http
            .post("/api/embed", &body, model, self.http.timeouts.first_byte)
            .await?;
        checked(reply.embeddings, texts.len())
    }
}

#[async_trait]
impl ModelServer for Ollama {
    fn base_url(&self) -> &str {
        &self.http.base
    }

    fn kind(&self) -> ServerKind {
        ServerKind::Ollama
    }

    async fn version(&self) -> Result<String, InferenceError> {
        Ok(self.http.get::<wire::Version>("/api/version").await?.version)
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError> {
        let list: wire::Tags = self.http.get("/api/tags").await?;
        let models = list.models.into_iter().map(ModelInfo::from);
        Ok(stream::iter(models.map(|model| self.with_capabilities(model)))
            .buffered(SHOW_AT_ONCE)
            .collect()
            .await)
    }

    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError> {
        let body = serde_json::json!({ "model": model });
        let shown: wire::Show = self
            .http
            .post("/api/show", &body, model, self.http.timeouts.short_call)
            .await?;
        Ok(shown.into())
    }

    async fn pull(&self, model: &str) -> Result<PullStream, InferenceError> {
        let body = serde_json::json!({ "model": model, "stream": true });
        // Verifying the hash of a large layer is silent for minutes, so a pull uses the long timeout throughout.
        let wait = self.http.timeouts.first_byte;
        let response = self.http.open("/api/pull", &body, model, wait).await?;
        let lines = pull::PullReader::new(model);
        Ok(events(
            response,
            lines,
            SilenceLimits {
                first: wait,
                between: wait,
            },
        )
        .boxed())
    }

    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError> {
        let running: wire::Running = self.http.get("/api/ps").await?;
        Ok(running.models.into_iter().map(LoadedModel::from).collect())
    }

    async fn unload(&self, model: &str) -> Result<(), InferenceError> {
        let body = serde_json::json!({ "model": model, "keep_alive": 0, "stream": false });
        let wait = self.http.timeouts.short_call;
        self.http
            .post::<serde_json::Value>("/api/generate", &body, model, wait)
            .await
            .map(drop)
    }
}

/// Parses Ollama's name of a capability.
fn capability(word: &str) -> Option<Capability> {
    Some(match word {
        "completion" => Capability::Chat,
        "embedding" => Capability::Embedding,
        "vision" => Capability::Vision,
        "thinking" => Capability::Thinking,
        "tools" => Capability::Tools,
        _ => return None,
    })
}

/// Ollama takes a duration as text with a unit; a negative number means forever.
fn keep_alive(duration: Duration) -> serde_json::Value {
    if duration == Duration::MAX {
        (-1).into()
    } else {
        format!("{}s", duration.as_secs()).into()
    }
}
