//! The models that the fake server lists.

use serde_json::{Value, json};

use super::embedding::DIMENSIONS;

/// A model of the fake server. Names are compared as in Ollama: `:latest` is the default tag.
#[derive(Debug, Clone)]
pub struct FakeModel {
    pub name: String,
    pub size_bytes: u64,
    pub parameter_size: String,
    pub family: String,
    /// Ollama's names: "completion", "embedding", "vision", "thinking", "tools".
    pub capabilities: Vec<String>,
    /// Context window in tokens. Texts to embed with more words than this are rejected.
    pub context_length: u32,
}

impl FakeModel {
    /// A model that chats.
    pub fn chat(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            size_bytes: 1_100_000_000,
            parameter_size: "1.5B".to_owned(),
            family: "scripted".to_owned(),
            capabilities: vec!["completion".to_owned()],
            context_length: 32_768,
        }
    }

    /// A chat model that accepts pictures.
    pub fn with_vision(name: &str) -> Self {
        Self {
            capabilities: vec!["completion".to_owned(), "vision".to_owned()],
            ..Self::chat(name)
        }
    }

    /// An embedder.
    pub fn embedder(name: &str) -> Self {
        Self {
            size_bytes: 46_000_000,
            parameter_size: "23M".to_owned(),
            capabilities: vec!["embedding".to_owned()],
            context_length: 2_048,
            ..Self::chat(name)
        }
    }

    /// The initial models: `scripted-chat:1b` and `scripted-embed:latest`.
    pub(super) fn defaults() -> Vec<Self> {
        vec![
            Self::chat("scripted-chat:1b"),
            Self::embedder("scripted-embed:latest"),
        ]
    }

    pub(super) fn is(&self, name: &str) -> bool {
        let plain = |name: &str| name.trim_end_matches(":latest").to_owned();
        plain(&self.name) == plain(name)
    }

    /// Whether it has this capability, by Ollama's name.
    pub(super) fn can(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|word| word == capability)
    }

    fn details(&self) -> Value {
        json!({
            "format": "gguf", "family": self.family, "parameter_size": self.parameter_size,
            "quantization_level": "Q4_K_M",
        })
    }

    pub(super) fn tag(&self) -> Value {
        json!({
            "name": self.name, "model": self.name, "size": self.size_bytes,
            "digest": format!("{:064x}", super::embedding::hash(self.name.as_bytes())),
            "details": self.details(), "capabilities": self.capabilities,
        })
    }

    pub(super) fn show(&self) -> Value {
        json!({
            "details": self.details(),
            "capabilities": self.capabilities,
            "model_info": {
                "general.architecture": self.family,
                format!("{}.context_length", self.family): self.context_length,
                format!("{}.embedding_length", self.family): DIMENSIONS,
            },
        })
    }

    pub(super) fn running(&self) -> Value {
        json!({ "name": self.name, "size": self.size_bytes, "size_vram": 0, "context_length": 4096 })
    }

    pub(super) fn openai(&self) -> Value {
        json!({ "id": self.name, "object": "model", "max_model_len": self.context_length })
    }
}
