//! The part of Ollama's JSON that Hearth uses.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{capability, keep_alive};
use crate::{Capability, ChatMessage, ChatRequest, LoadedModel, ModelDetails, ModelInfo, Role};

#[derive(Serialize)]
pub(super) struct ChatBody<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    stream: bool,
    /// Neither drop old messages nor shift the window: Hearth fits the prompt itself and shows what it left out.
    truncate: bool,
    shift: bool,
    options: Options,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keep_alive: Option<Value>,
}

/// A message of the prompt; its pictures are bare base64.
#[derive(Serialize)]
struct Message<'a> {
    role: Role,
    content: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<&'a str>,
}

impl<'a> From<&'a ChatMessage> for Message<'a> {
    fn from(message: &'a ChatMessage) -> Self {
        Self {
            role: message.role,
            content: &message.content,
            images: message.images.iter().map(|image| image.base64.as_str()).collect(),
        }
    }
}

#[derive(Serialize)]
struct Options {
    num_ctx: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_predict: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
}

impl<'a> From<&'a ChatRequest> for ChatBody<'a> {
    fn from(request: &'a ChatRequest) -> Self {
        Self {
            model: &request.model,
            messages: request.messages.iter().map(Message::from).collect(),
            stream: true,
            truncate: false,
            shift: false,
            options: Options {
                num_ctx: request.num_ctx,
                num_predict: request.max_tokens,
                temperature: request.temperature,
                seed: request.seed,
            },
            format: request.json_schema.as_ref(),
            think: request.think,
            keep_alive: request.keep_alive.map(keep_alive),
        }
    }
}

#[derive(Serialize)]
pub(super) struct EmbedBody<'a> {
    pub model: &'a str,
    pub input: Vec<String>,
    /// Otherwise Ollama silently truncates a text that is too long.
    pub truncate: bool,
}

#[derive(Deserialize)]
pub(super) struct Embeddings {
    pub embeddings: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
pub(super) struct Version {
    pub version: String,
}

#[derive(Deserialize)]
pub(super) struct Tags {
    #[serde(default)]
    pub models: Vec<Tag>,
}

#[derive(Deserialize)]
pub(super) struct Tag {
    name: String,
    size: Option<u64>,
    digest: Option<String>,
    #[serde(default)]
    details: Details,
    #[serde(default)]
    capabilities: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Details {
    family: Option<String>,
    parameter_size: Option<String>,
    quantization_level: Option<String>,
}

impl From<Tag> for ModelInfo {
    fn from(tag: Tag) -> Self {
        Self {
            name: tag.name,
            size_bytes: tag.size,
            parameter_size: filled(tag.details.parameter_size),
            family: filled(tag.details.family),
            capabilities: capabilities(&tag.capabilities),
            digest: filled(tag.digest),
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Show {
    #[serde(default)]
    details: Details,
    #[serde(default)]
    capabilities: Vec<String>,
    #[serde(default)]
    model_info: HashMap<String, Value>,
}

impl From<Show> for ModelDetails {
    fn from(show: Show) -> Self {
        let capabilities = capabilities(&show.capabilities);
        let figure = |name: &str| {
            let architecture = show.model_info.get("general.architecture")?.as_str()?;
            show.model_info
                .get(&format!("{architecture}.{name}"))?
                .as_u64()?
                .try_into()
                .ok()
        };
        // Chat models have an "embedding length" too: the width of their layers.
        let embeds = capabilities.contains(&Capability::Embedding);
        Self {
            context_length: figure("context_length"),
            embedding_dimensions: figure("embedding_length").filter(|_| embeds),
            parameter_size: filled(show.details.parameter_size),
            quantization: filled(show.details.quantization_level),
            family: filled(show.details.family),
            capabilities,
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Running {
    #[serde(default)]
    pub models: Vec<RunningModel>,
}

#[derive(Deserialize)]
pub(super) struct RunningModel {
    name: String,
    size: Option<u64>,
    size_vram: Option<u64>,
    context_length: Option<u32>,
}

impl From<RunningModel> for LoadedModel {
    fn from(model: RunningModel) -> Self {
        Self {
            name: model.name,
            context_length: model.context_length,
            size_bytes: model.size,
            vram_bytes: model.size_vram,
        }
    }
}

fn capabilities(words: &[String]) -> Vec<Capability> {
    words.iter().filter_map(|word| capability(word)).collect()
}

/// Ollama writes an empty string for an unknown value.
fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
