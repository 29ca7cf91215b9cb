//! The model server, its models, and what is being fetched.

use crate::{ModelTrouble, Timestamp};
use serde::{Deserialize, Serialize};

/// A chat model that can be picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatModelChoice {
    pub name: String,
    /// Such as "1.5B"; empty when the server does not tell.
    pub parameter_size: String,
    pub size_bytes: Option<u64>,
    /// Whether it is the default model.
    pub default: bool,
    /// Whether it can see pictures.
    pub sees: bool,
}

/// How the model server is doing, as the set-up page and the administrator see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelServerStatus {
    pub reachable: bool,
    pub url: String,
    pub version: String,
    pub trouble: Option<ModelTrouble>,
    pub chat_models: Vec<ChatModelChoice>,
    /// The chat model of conversations that picked none; the server may have lost it.
    pub default_model: Option<String>,
    /// Whether the settings name it, so that it cannot be chosen.
    pub default_is_set: bool,
    /// The model that makes vectors, when there is one.
    pub embedding_model: Option<String>,
    pub pulls: Vec<ModelPull>,
    /// What this box should fetch, given its memory.
    pub recommended: Vec<RecommendedModel>,
    /// Whether this kind of server can fetch models by itself.
    pub can_pull: bool,
    /// Whether Hearth knows how to wake its computer.
    pub can_wake: bool,
}

impl ModelServerStatus {
    /// The default chat model, when the server can be reached and does not have it.
    pub fn lost_default(&self) -> Option<&str> {
        let there = self.chat_models.iter().any(|model| model.default);
        self.default_model
            .as_deref()
            .filter(|_| self.reachable && self.trouble.is_none() && !there)
    }
}

/// A model that makes vectors, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedderProgress {
    pub model: String,
    /// Whether its vectors are being made while another one's answer.
    pub comes: bool,
    pub paused: bool,
    pub trouble: Option<EmbedderTrouble>,
    /// Texts that were longer than it reads, and were embedded by their beginning.
    pub cut_texts: u64,
    /// Passages and memories that have a vector by it.
    pub done: u64,
    /// All passages and memories.
    pub total: u64,
    /// Work that is left at the pace so far; none before there was any.
    pub seconds_left: Option<u64>,
}

/// Why a model makes no vectors now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbedderTrouble {
    /// The model server no longer has it.
    ModelNotFound,
    /// It makes vectors of another length than before: another model under the same name.
    OtherDimensions,
    /// The model server could not be reached, or failed.
    Failed,
}

/// A model that fits this box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecommendedModel {
    pub name: String,
    pub purpose: ModelPurpose,
    pub size_bytes: u64,
    pub present: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelPurpose {
    Chat,
    Embedding,
}

/// A model being fetched; kept in the database so that it survives a reload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelPull {
    pub model: String,
    pub state: PullState,
    pub completed_bytes: u64,
    /// 0 until known.
    pub total_bytes: u64,
    pub started_at: Timestamp,
    pub trouble: Option<ModelTrouble>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum PullState {
    Running,
    Done,
    Failed,
}
