//! What is asked of a chat model and what it streams back.

use std::{pin::Pin, time::Duration};

use async_trait::async_trait;
use futures::Stream;
use serde::{Deserialize, Serialize};

use crate::{Foreign, InferenceError};

/// Who speaks in a [`ChatMessage`].
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
    /// Pictures that belong to it, in order; only for a model with [`crate::Capability::Vision`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<ChatImage>,
}

/// A picture of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatImage {
    /// `image/jpeg` or `image/png`; what else a server reads is its own affair.
    pub media_type: String,
    /// Its bytes in standard base64.
    pub base64: String,
}

impl ChatMessage {
    /// A message of `role` that says `content`.
    pub fn new(role: Role, content: impl Into<String>) -> Self {
        Self {
            role,
            content: content.into(),
            images: Vec::new(),
        }
    }
}

/// One completion. Fitting the messages into the window is the caller's work: servers are told neither to
/// cut old messages nor to shift the window, so what does not fit is a [`InferenceError::ContextOverflow`].
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    pub model: String,
    /// When the last one is the assistant's, the answer goes on with it and does not repeat it. Ollama does so
    /// with the templates of its library, llama-server unless it was started with `--no-prefill-assistant`.
    pub messages: Vec<ChatMessage>,
    /// Context window in tokens, prompt and answer together. Ollama loads the model anew when it changes,
    /// so keep it fixed per model. OpenAI-compatible servers fix it at their start; it is not sent there.
    pub num_ctx: u32,
    /// Most tokens of the answer. A structured answer can be cut in the middle of its JSON.
    pub max_tokens: Option<u32>,
    pub temperature: Option<f32>,
    pub seed: Option<u64>,
    /// The answer must be JSON of this schema.
    pub json_schema: Option<serde_json::Value>,
    /// Whether the model thinks first; `None` leaves it to the server.
    pub think: Option<bool>,
    /// How long the model stays loaded afterwards (Ollama only); `Duration::MAX` is for ever.
    pub keep_alive: Option<Duration>,
}

impl ChatRequest {
    /// A request with everything optional left to the server.
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
    /// More of the answer; never empty.
    Text(String),
    /// More of what the model thinks before it answers; never empty.
    Thinking(String),
    /// The answer is complete. Nothing follows.
    Done(ChatDone),
}

/// What the server reports about a finished answer; whatever it does not tell is `None`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChatDone {
    /// Tokens of the whole prompt, cached ones included.
    pub prompt_tokens: Option<u32>,
    pub completion_tokens: Option<u32>,
    /// Time spent reading the prompt.
    pub prompt_eval: Option<Duration>,
    /// Time spent writing the answer.
    pub eval: Option<Duration>,
    /// Time spent loading the model.
    pub load: Option<Duration>,
    pub stop: StopReason,
}

/// Why the model stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum StopReason {
    /// It had finished.
    #[default]
    End,
    /// It reached `max_tokens` or the end of the window.
    Length,
    /// The server's filter withheld the answer, or the rest of it.
    Filtered,
    /// Another reason, as the server says it.
    Other(Foreign),
}

/// Words of servers for [`StopReason::Filtered`]: OpenAI and Azure, Gemini's routes, Zhipu, Mistral.
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
    /// The reason in a server's word; none where it says that there is none yet.
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

/// A streamed answer. Its last item is `Ok(Done)` or an `Err`; a body that ends in between yields
/// [`InferenceError::EndedEarly`]. Dropping it closes the connection, which cancels the generation.
pub type ChatStream = Pin<Box<dyn Stream<Item = Result<ChatEvent, InferenceError>> + Send>>;

/// Something that answers a prompt.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// Starts an answer. Servers may hold back their reply until the first token, so this future can take
    /// as long as loading the model; dropping it cancels like dropping the stream.
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, InferenceError>;
}
