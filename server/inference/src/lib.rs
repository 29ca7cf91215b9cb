//! Chat models and embedders, behind two traits.
//!
//! [`connect`] gives a [`ModelServer`]: a client for Ollama or for anything that speaks the OpenAI routes
//! (llama-server, vLLM). [`SpeechServer`] is the same for speech, [`RerankServer`] for judging texts by a question.
//! Both read the same way: one request, one body, split into lines by [`lines`], into events by [`sse`], each read by
//! its protocol in a [`ChatReader`], every silence measured by the stream. What goes wrong becomes one
//! [`InferenceError`] per cause, because a person is told something different for each. What a server wrote stays
//! [`Foreign`] in it, which no log can print.
//!
//! Nothing here knows SQL or Hearth's conversations. The feature `fake` adds [`fake`]: a scripted server
//! that speaks both protocols over real HTTP and plays every fault.

mod address;
mod auto;
mod chat;
mod embed;
mod error;
#[cfg(feature = "fake")]
pub mod fake;
mod foreign;
mod http;
pub mod lines;
mod ollama;
mod openai;
mod reader;
mod repair;
mod rerank;
mod server;
mod speech;
pub mod sse;
mod stream;
mod values;

pub use address::is_local_address;
pub use chat::{
    ChatDone, ChatEvent, ChatImage, ChatMessage, ChatModel, ChatRequest, ChatStream, Role, StopReason,
};
pub use embed::{EmbedTask, Embedder, task_prefix};
pub use error::{FaultKind, InferenceError};
pub use foreign::Foreign;
pub use reader::{ChatReader, Protocol};
pub use rerank::{RerankServer, Reranker};
pub use server::{
    Capability, LoadedModel, ModelDetails, ModelInfo, ModelServer, PullProgress, PullStream, ServerKind,
    Timeouts, connect, connect_with,
};
pub use speech::{Sound, SpeechServer};
