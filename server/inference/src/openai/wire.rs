//! The part of the OpenAI routes' JSON that Hearth uses, with the additions of llama-server and vLLM.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Capability, ChatImage, ChatMessage, ChatRequest, LoadedModel, ModelDetails, ModelInfo, Role};

#[derive(Serialize)]
pub(super) struct ChatBody<'a> {
    model: &'a str,
    messages: Vec<Message<'a>>,
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_template_kwargs: Option<Value>,
    /// Continue the last message if it is the assistant's. llama-server does so by default, vLLM on request.
    #[serde(skip_serializing_if = "Option::is_none")]
    continue_final_message: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    add_generation_prompt: Option<bool>,
}

/// A message of the prompt.
#[derive(Serialize)]
struct Message<'a> {
    role: Role,
    content: Content<'a>,
}

/// Plain text, which every server accepts, unless there are pictures.
#[derive(Serialize)]
#[serde(untagged)]
enum Content<'a> {
    Text(&'a str),
    Parts(Vec<Value>),
}

impl<'a> From<&'a ChatMessage> for Message<'a> {
    fn from(message: &'a ChatMessage) -> Self {
        let text = message.content.as_str();
        let content = if message.images.is_empty() {
            Content::Text(text)
        } else {
            let pictures = message.images.iter().map(picture);
            let words = json!({ "type": "text", "text": text });
            Content::Parts(pictures.chain([words]).collect())
        };
        Self {
            role: message.role,
            content,
        }
    }
}

fn picture(image: &ChatImage) -> Value {
    let url = format!("data:{};base64,{}", image.media_type, image.base64);
    json!({ "type": "image_url", "image_url": { "url": url } })
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> From<&'a ChatRequest> for ChatBody<'a> {
    fn from(request: &'a ChatRequest) -> Self {
        let schema = |schema: &Value| {
            let named = json!({ "name": "answer", "schema": schema, "strict": true });
            json!({ "type": "json_schema", "json_schema": named })
        };
        let continues = request
            .messages
            .last()
            .is_some_and(|last| last.role == Role::Assistant);
        Self {
            model: &request.model,
            messages: request.messages.iter().map(Message::from).collect(),
            stream: true,
            stream_options: StreamOptions { include_usage: true },
            max_tokens: request.max_tokens,
            temperature: request.temperature,
            seed: request.seed,
            response_format: request.json_schema.as_ref().map(schema),
            chat_template_kwargs: request.think.map(|think| json!({ "enable_thinking": think })),
            continue_final_message: continues.then_some(true),
            add_generation_prompt: continues.then_some(false),
        }
    }
}

#[derive(Serialize)]
pub(super) struct EmbedBody<'a> {
    pub model: &'a str,
    pub input: Vec<String>,
    pub encoding_format: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Embeddings {
    pub data: Vec<Embedding>,
}

#[derive(Deserialize)]
pub(super) struct Embedding {
    #[serde(default)]
    pub index: usize,
    pub embedding: Vec<f32>,
}

#[derive(Deserialize)]
pub(super) struct Version {
    pub version: String,
}

#[derive(Deserialize)]
pub(super) struct Models {
    pub data: Vec<Model>,
}

#[derive(Deserialize)]
pub(super) struct Model {
    pub id: String,
    /// vLLM's context window.
    max_model_len: Option<u32>,
    /// llama-server's figures; null while it loads.
    meta: Option<Meta>,
}

#[derive(Deserialize, Clone, Copy)]
struct Meta {
    n_ctx: Option<u32>,
    n_params: Option<u64>,
    size: Option<u64>,
}

/// llama-server's `/props`.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Props {
    pub build_info: Option<String>,
    model_ftype: Option<String>,
    default_generation_settings: Settings,
    modalities: Modalities,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Settings {
    /// The context window of one slot, which is what a request can use.
    n_ctx: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Modalities {
    vision: bool,
}

impl Model {
    fn meta<T>(&self, figure: impl Fn(Meta) -> Option<T>) -> Option<T> {
        self.meta.and_then(figure)
    }

    fn parameter_size(&self) -> Option<String> {
        self.meta(|meta| meta.n_params).map(|count| match count {
            1_000_000_000.. => format!("{:.1}B", count as f64 / 1e9),
            _ => format!("{:.0}M", count as f64 / 1e6),
        })
    }

    pub(super) fn details(&self, props: &Props) -> ModelDetails {
        let window = props.default_generation_settings.n_ctx;
        ModelDetails {
            context_length: window.or(self.max_model_len).or(self.meta(|meta| meta.n_ctx)),
            capabilities: props
                .modalities
                .vision
                .then_some(Capability::Vision)
                .into_iter()
                .collect(),
            parameter_size: self.parameter_size(),
            quantization: props.model_ftype.clone(),
            ..Default::default()
        }
    }
}

impl From<Model> for ModelInfo {
    fn from(model: Model) -> Self {
        Self {
            size_bytes: model.meta(|meta| meta.size),
            parameter_size: model.parameter_size(),
            name: model.id,
            ..Default::default()
        }
    }
}

impl From<Model> for LoadedModel {
    fn from(model: Model) -> Self {
        Self {
            context_length: model.max_model_len.or(model.meta(|meta| meta.n_ctx)),
            size_bytes: model.meta(|meta| meta.size),
            name: model.id,
            ..Default::default()
        }
    }
}
