//! Client for the OpenAI routes, as llama-server and vLLM serve them. Such a server fixes the context window at its
//! start, so `num_ctx` and `keep_alive` are not sent; it can neither pull nor unload models.

use async_trait::async_trait;

use crate::{
    Capability, ChatModel, ChatReader, ChatRequest, ChatStream, EmbedTask, Embedder, Foreign, InferenceError,
    LoadedModel, ModelDetails, ModelInfo, ModelServer, Protocol, PullStream, ServerKind,
    embed::{checked, with_prefix},
    http::Http,
    stream::{SilenceLimits, events},
};

mod chunk;
mod wire;

pub(crate) use chunk::read_chat;

pub(crate) struct OpenAi {
    http: Http,
}

impl OpenAi {
    /// Accepts the address with or without `/v1`.
    pub(crate) fn new(mut http: Http) -> Self {
        http.base
            .truncate(http.base.trim_end_matches("/v1").trim_end_matches('/').len());
        Self { http }
    }

    async fn list(&self) -> Result<Vec<wire::Model>, InferenceError> {
        Ok(self.http.get::<wire::Models>("/v1/models").await?.data)
    }

    async fn vectors(&self, model: &str, input: Vec<String>) -> Result<Vec<Vec<f32>>, InferenceError> {
        let body = wire::EmbedBody {
            model,
            input,
            encoding_format: "float",
        };
        let wait = self.http.timeouts.first_byte;
        let mut reply: wire::Embeddings = self.http.post("/v1/embeddings", &body, model, wait).await?;
        reply.data.sort_by_key(|item| item.index);
        Ok(reply.data.into_iter().map(|item| item.embedding).collect())
    }

    /// No route reports what a model can do (llama-server calls every model "completion"), so this embeds one word: a
    /// model that cannot embed is a chat model.
    async fn can_embed(&self, model: &str) -> Result<Option<u32>, InferenceError> {
        match self.vectors(model, vec!["hearth".to_owned()]).await {
            Ok(vectors) => Ok(vectors.first().and_then(|vector| vector.len().try_into().ok())),
            Err(InferenceError::Unsupported { .. } | InferenceError::Refused { .. }) => Ok(None),
            Err(other) => Err(other),
        }
    }
}

#[async_trait]
impl ChatModel for OpenAi {
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError> {
        let first = self.http.timeouts.first_byte;
        let body = wire::ChatBody::from(&request);
        let response = self
            .http
            .open("/v1/chat/completions", &body, &request.model, first)
            .await?;
        let patience = SilenceLimits {
            first,
            between: self.http.timeouts.between_tokens,
        };
        Ok(Box::pin(events(
            response,
            ChatReader::new(Protocol::OpenAi),
            patience,
        )))
    }
}

#[async_trait]
impl Embedder for OpenAi {
    async fn embed(
        &self,
        model: &str,
        task: EmbedTask,
        texts: &[String],
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        checked(
            self.vectors(model, with_prefix(model, task, texts)).await?,
            texts.len(),
        )
    }
}

#[async_trait]
impl ModelServer for OpenAi {
    fn base_url(&self) -> &str {
        &self.http.base
    }

    fn kind(&self) -> ServerKind {
        ServerKind::OpenAi
    }

    /// vLLM reports a version; llama-server names its build in its properties.
    async fn version(&self) -> Result<String, InferenceError> {
        if let Ok(version) = self.http.get::<wire::Version>("/version").await {
            return Ok(format!("vLLM {}", version.version));
        }
        if let Ok(wire::Props {
            build_info: Some(build),
            ..
        }) = self.http.get("/props").await
        {
            return Ok(format!("llama-server {build}"));
        }
        self.list().await.map(|_| "OpenAI-compatible".to_owned())
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError> {
        Ok(self.list().await?.into_iter().map(ModelInfo::from).collect())
    }

    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError> {
        let missing = || InferenceError::ModelNotFound {
            model: Foreign::new(model),
        };
        let entry = self
            .list()
            .await?
            .into_iter()
            .find(|entry| entry.id == model)
            .ok_or_else(missing)?;
        let props: wire::Props = self.http.get("/props").await.unwrap_or_default();
        let dimensions = self.can_embed(model).await?;
        let mut details = entry.details(&props);
        details.embedding_dimensions = dimensions;
        let task = if dimensions.is_some() {
            Capability::Embedding
        } else {
            Capability::Chat
        };
        details.capabilities.insert(0, task);
        Ok(details)
    }

    async fn pull(&self, _model: &str) -> Result<PullStream, InferenceError> {
        Err(InferenceError::Unsupported {
            what: Foreign::new("fetching models"),
        })
    }

    /// Such a server keeps its models loaded as long as it runs.
    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError> {
        Ok(self.list().await?.into_iter().map(LoadedModel::from).collect())
    }

    async fn unload(&self, _model: &str) -> Result<(), InferenceError> {
        Err(InferenceError::Unsupported {
            what: Foreign::new("unloading models"),
        })
    }
}
