//! The model server, its models, and downloads of models.

use crate::{ModelTrouble, Timestamp};
use serde::{Deserialize, Serialize};

/// A chat model that can be picked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatModelChoice {
    pub name: String,
    /// For example "1.5B"; empty if the server does not report it.
    pub parameter_size: String,
    pub size_bytes: Option<u64>,
    /// Whether it is the default model.
    pub default: bool,
    /// Whether it accepts pictures.
    pub sees: bool,
}

/// State of the model server, for the set-up page and for administrators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelServerStatus {
    pub reachable: bool,
    pub url: String,
    pub version: String,
    pub trouble: Option<ModelTrouble>,
    pub chat_models: Vec<ChatModelChoice>,
    /// The default chat model; the server may have lost it.
    pub default_model: Option<String>,
    /// Whether the settings name the default, so that it cannot be changed here.
    pub default_is_set: bool,
    /// The embedding model, if there is one.
    pub embedding_model: Option<String>,
    pub pulls: Vec<ModelPull>,
    /// Models recommended for the memory of this machine.
    pub recommended: Vec<RecommendedModel>,
    /// Whether this kind of server can download models.
    pub can_pull: bool,
    /// Whether the settings say how to wake its computer.
    pub can_wake: bool,
}

impl ModelServerStatus {
    /// The default chat model, if the server is reachable and does not have it.
    pub fn lost_default(&self) -> Option<&str> {
        let there = self.chat_models.iter().any(|model| model.default);
        self.default_model
            .as_deref()
            .filter(|_| self.reachable && self.trouble.is_none() && !there)
    }
}

/// An embedding model and the progress of its vectors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbedderProgress {
    pub model: String,
    /// Whether its vectors are being made to replace those of another model.
    pub incoming: bool,
    pub paused: bool,
    pub trouble: Option<EmbedderTrouble>,
    /// Texts longer than its input limit, of which only the beginning was embedded.
    pub cut_texts: u64,
    /// Passages and memories that have its vectors.
    pub done: u64,
    /// All passages and memories.
    pub total: u64,
    /// Seconds left at the pace so far; none before any progress.
    pub seconds_left: Option<u64>,
}

/// Why an embedding model makes no vectors at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmbedderTrouble {
    /// The model server no longer has it.
    ModelNotFound,
    /// The length of its vectors changed: another model under the same name.
    OtherDimensions,
    /// The model server could not be reached, or failed.
    Failed,
}

/// A model recommended for this machine.
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

/// Download of a model; kept in the database so that it survives a reload.
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
