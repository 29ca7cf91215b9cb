//! A server whose protocol is not known yet. The first call that reaches it probes the protocol and caches the result;
//! a server that was unreachable is probed again at the next call.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;

use crate::{
    ChatModel, ChatRequest, ChatStream, EmbedTask, Embedder, InferenceError, LoadedModel, ModelDetails,
    ModelInfo, ModelServer, PullStream, ServerKind,
    http::{Http, is_missing_route},
    ollama::Ollama,
    openai::OpenAi,
};

pub(crate) struct AutoServer {
    http: Http,
    found: OnceLock<Arc<dyn ModelServer>>,
}

impl AutoServer {
    pub(crate) fn new(http: Http) -> Self {
        Self {
            http,
            found: OnceLock::new(),
        }
    }

    /// The client for the detected protocol. Callers probe concurrently: behind a lock, each would wait for the
    /// timeouts of all callers before it.
    async fn server(&self) -> Result<&Arc<dyn ModelServer>, InferenceError> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        let server = self.probe().await?;
        tracing::info!(url = %self.http.address(), kind = ?server.kind(), "detected the protocol of the model server");
        Ok(self.found.get_or_init(|| server))
    }

    async fn probe(&self) -> Result<Arc<dyn ModelServer>, InferenceError> {
        let ollama = Ollama::new(self.http.clone());
        match ollama.version().await {
            Ok(_) => return Ok(Arc::new(ollama)),
            Err(error) if is_missing_route(&error) || matches!(error, InferenceError::Garbage { .. }) => {}
            Err(error) => return Err(error),
        }
        let openai = OpenAi::new(self.http.clone());
        openai.models().await.map_err(|error| match error {
            InferenceError::Refused { .. } | InferenceError::Garbage { .. } => self
                .http
                .unreachable("something else than a model server answers there".to_owned()),
            other => other,
        })?;
        Ok(Arc::new(openai))
    }
}

#[async_trait]
impl ChatModel for AutoServer {
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError> {
        self.server().await?.chat(request).await
    }
}

#[async_trait]
impl Embedder for AutoServer {
    async fn embed(
        &self,
        model: &str,
        task: EmbedTask,
        texts: &[String],
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        self.server().await?.embed(model, task, texts).await
    }
}

#[async_trait]
impl ModelServer for AutoServer {
    fn base_url(&self) -> &str {
        self.found.get().map_or(&self.http.base, |found| found.base_url())
    }

    fn kind(&self) -> ServerKind {
        self.found.get().map_or(ServerKind::Auto, |found| found.kind())
    }

    async fn version(&self) -> Result<String, InferenceError> {
        self.server().await?.version().await
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError> {
        self.server().await?.models().await
    }

    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError> {
        self.server().await?.show(model).await
    }

    async fn pull(&self, model: &str) -> Result<PullStream, InferenceError> {
        self.server().await?.pull(model).await
    }

    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError> {
        self.server().await?.loaded().await
    }

    async fn unload(&self, model: &str) -> Result<(), InferenceError> {
        self.server().await?.unload(model).await
    }
}
