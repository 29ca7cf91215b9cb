//! Clients for chat models and embedders, behind two traits.
//!
//! [`connect`] returns a [`ModelServer`]: a client for Ollama or for a server with the OpenAI routes (llama-server,
//! vLLM). [`SpeechServer`] and [`RerankServer`] are the clients for speech and for reranking. Every streamed answer is
//! read the same way: one request, one body, split into lines ([`lines`]) and events ([`sse`]), parsed by protocol in a
//! [`ChatReader`], with a timeout for every silence. Each cause of failure is one [`InferenceError`], because pages
//! explain each cause differently. Text from a server stays [`Foreign`] in it, so that no log prints it.
//!
//! This crate knows neither SQL nor conversations. The feature `fake` adds [`fake`]: a scripted server that speaks both
//! protocols over real HTTP and produces every fault.

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
