//! An embedder that nothing was tuned for: another one, with its cosines squeezed and shifted.

use async_trait::async_trait;
use hearth_inference::{
    ChatModel, ChatRequest, ChatStream, EmbedTask, Embedder, InferenceError, LoadedModel, ModelDetails,
    ModelInfo, ModelServer, PullStream, ServerKind,
};
use std::sync::Arc;

/// The constant that every vector gets as one more component before it is normalised. A cosine c becomes
/// (c + 3) / 4: the range from 0 to 1 becomes that from 0.75 to 1, as narrow as that of multilingual-e5-small.
const CONSTANT: f32 = 1.732_050_8;

/// A model server with such an embedder.
pub struct Squeezed(pub Arc<dyn ModelServer>);

#[async_trait]
impl Embedder for Squeezed {
    async fn embed(
        &self,
        model: &str,
        task: EmbedTask,
        texts: &[String],
    ) -> Result<Vec<Vec<f32>>, InferenceError> {
        let mut vectors = self.0.embed(model, task, texts).await?;
        for vector in &mut vectors {
            vector.push(CONSTANT);
            let length = CONSTANT.mul_add(CONSTANT, 1.0).sqrt();
            vector.iter_mut().for_each(|value| *value /= length);
        }
        Ok(vectors)
    }
}

#[async_trait]
impl ChatModel for Squeezed {
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError> {
        self.0.chat(request).await
    }
}

#[async_trait]
impl ModelServer for Squeezed {
    fn base_url(&self) -> &str {
        self.0.base_url()
    }

    fn kind(&self) -> ServerKind {
        self.0.kind()
    }

    async fn version(&self) -> Result<String, InferenceError> {
        self.0.version().await
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, InferenceError> {
        self.0.models().await
    }

    async fn show(&self, model: &str) -> Result<ModelDetails, InferenceError> {
        self.0.show(model).await
    }

    async fn pull(&self, model: &str) -> Result<PullStream, InferenceError> {
        self.0.pull(model).await
    }

    async fn loaded(&self) -> Result<Vec<LoadedModel>, InferenceError> {
        self.0.loaded().await
    }

    async fn unload(&self, model: &str) -> Result<(), InferenceError> {
        self.0.unload(model).await
    }
}
