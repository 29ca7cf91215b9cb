//! Requests to chat models and the events they stream back.

use std::{pin::Pin, time::Duration};

use async_trait::async_trait;
use futures::Stream;
use serde::{Deserialize, Serialize};

use crate::{Foreign, InferenceError};

/// The author of a [`ChatMessage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
}

/// One message of the prompt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatMessage {
    pub role: Role,
    pub content: String,
    /// Pictures of this message, in order; only for a model with [`crate::Capability::Vision`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ChatImage>,
}

/// A picture of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatImage {
    /// `image/jpeg` or `image/png`; servers differ in which other types they accept.
    pub media_type: String,
    /// The encoded picture, in standard base64.
    pub base64: String,
}

impl ChatMessage {
    /// A message without pictures.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            images: Vec::new(),
        }
    }
}

/// One completion request. The caller fits the messages into the context window: servers are asked neither to drop old
/// messages nor to shift the window, so a prompt that is too long is an [`InferenceError::ContextOverflow`].
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    pub model: String,
    /// If the last message is the assistant's, the answer continues it without repeating it. Ollama does so with the
    /// templates of its library, llama-server unless it was started with `--no-prefill-assistant`.
    pub messages: Vec<ChatMessage>,
    /// Context window in tokens, for prompt and answer together. Ollama reloads the model when it changes, so keep it
    /// fixed per model. OpenAI-compatible servers fix it at their start, so it is not sent there.
    pub num_ctx: u32,
    /// Maximum tokens of the answer. A structured answer can be cut off in the middle of its JSON.
    pub max_tokens: Option<u32>,
    pub temperature: Option<f32>,
    pub seed: Option<u64>,
    /// JSON schema that the answer must follow.
    pub json_schema: Option<serde_json::Value>,
    /// Whether the model thinks first; `None` uses the server's default.
    pub think: Option<bool>,
    /// How long the model stays loaded afterwards (Ollama only). `Duration::MAX` means forever.
    pub keep_alive: Option<Duration>,
}

impl ChatRequest {
    /// A request with server defaults for all optional fields.
    pub fn new(model: impl Into<String>, messages: Vec<ChatMessage>, num_ctx: u32) -> Self {
        Self {
            model: model.into(),
            messages,
            num_ctx,
            max_tokens: None,
            temperature: None,
            seed: None,
            json_schema: None,
            think: None,
            keep_alive: None,
        }
    }
}

/// One piece of a streamed answer.
#[derive(Debug, Clone, PartialEq)]
pub enum ChatEvent {
    /// A further part of the answer; never empty.
    Text(String),
    /// A further part of the model's reasoning before the answer; never empty.
    Thinking(String),
    /// The answer is complete. No event follows.
    Done(ChatDone),
}

/// Statistics of a finished answer; `None` where the server reports nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatDone {
    /// Tokens of the whole prompt, including cached ones.
    pub prompt_tokens: Option<u32>,
    pub completion_tokens: Option<u32>,
    /// Time to process the prompt.
    pub prompt_eval: Option<Duration>,
    /// Time to generate the answer.
    pub eval: Option<Duration>,
    /// Time to load the model.
    pub load: Option<Duration>,
    pub stop: StopReason,
}

/// Why the model stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StopReason {
    /// The model finished its answer.
    #[default]
    End,
    /// It reached `max_tokens` or the end of the context window.
    Length,
    /// A content filter of the server withheld the answer or the rest of it.
    Filtered,
    /// Another reason, in the server's words.
    Other(Foreign),
}

/// Stop reasons that mean [`StopReason::Filtered`]: OpenAI and Azure, Gemini's routes, Zhipu, Mistral.
const FILTERED: [&str; 8] = [
    "content_filter",
    "content_filtered",
    "safety",
    "sensitive",
    "prohibited_content",
    "blocklist",
    "recitation",
    "refusal",
];

impl StopReason {
    /// Parses a server's stop reason; `None` if the word means that generation continues.
    pub(crate) fn from_wire(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        Some(match word.as_str() {
            "" | "null" | "none" => return None,
            "stop" | "eos" | "eos_token" | "end_turn" | "stop_sequence" => Self::End,
            "length" | "max_tokens" | "model_length" => Self::Length,
            filtered if FILTERED.contains(&filtered) => Self::Filtered,
            _ => Self::Other(Foreign::new(&word)),
        })
    }
}

/// A streamed answer. Its last item is `Ok(Done)` or an `Err`; a body that ends before that yields
/// [`InferenceError::EndedEarly`]. Dropping the stream closes the connection, which cancels the generation.
pub type ChatStream = Pin<Box<dyn Stream<Item = Result<ChatEvent, InferenceError>> + Send>>;

/// A model that answers prompts.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// Starts an answer. A server may send its response headers only with the first token, so this future can take as
    /// long as loading the model. Dropping it cancels the request.
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError>;
}
