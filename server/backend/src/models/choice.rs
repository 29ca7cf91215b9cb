//! Chooses the chat model and the embedding model.
//!
//! Each of the two defaults is decided once: by the settings, by an administrator, or at its first use by what the
//! server has. Then it is recorded, and the order of later pulls, removals and restarts does not change it. A default
//! that the server has lost stays the default; answers that need it fail with that reason until the model is back or
//! an administrator chooses another one.

use super::{
    Models,
    catalogue::{Snapshot, chats, embeds, same_model},
    trouble::problem,
};
use crate::{Error, Result};
use hearth_inference::{Capability, ModelInfo};
use hearth_types::{ChatModelChoice, Field, InvalidReason, ModelTrouble, Problem};

/// Embedders in order of preference when none was chosen: multilingual ones first.
const KNOWN_EMBEDDERS: [&str; 7] = [
    "bge-m3",
    "qwen3-embedding",
    "embeddinggemma",
    "snowflake-arctic-embed2",
    "nomic-embed-text",
    "mxbai-embed-large",
    "all-minilm",
];

/// The recorded defaults.
#[derive(Clone, Default)]
pub(super) struct Chosen {
    chat_model: Option<String>,
    embedding_model: Option<String>,
}

impl Models {
    /// The chat models; while the server is away, those it had.
    pub async fn chat_models(&self) -> Result<Vec<ChatModelChoice>> {
        let snapshot = self.recent_snapshot().await;
        let models = match &snapshot.models {
            Ok(models) => models,
            Err(_) if !snapshot.last_known.is_empty() => &snapshot.last_known,
            Err(error) => return Err(problem(error)),
        };
        let default = self.default_in(models).await?;
        Ok(choices(models, default.as_deref()))
    }

    /// The default chat model: that of the settings, else the recorded one, which the server may have lost; none if
    /// the server has none to record.
    pub async fn default_chat_model(&self) -> Result<Option<String>> {
        if let Some(named) = self.named_default().await? {
            return Ok(Some(named));
        }
        let snapshot = self.recent_snapshot().await;
        match &snapshot.models {
            Ok(models) => self.default_in(models).await,
            Err(_) if first_chat(&snapshot.last_known).is_some() => {
                self.default_in(&snapshot.last_known).await
            }
            Err(error) => match self.last_used().await? {
                Some(model) => Ok(Some(model)),
                None => Err(problem(error)),
            },
        }
    }

    /// Whether the settings name the default chat model, which then cannot be changed elsewhere.
    pub(super) fn default_is_set(&self) -> bool {
        self.inner.chat_model.is_some()
    }

    /// The model of a conversation: the one picked in it, else the one it started with if the server still has it;
    /// none for the default.
    pub(crate) async fn of_conversation(
        &self,
        picked: Option<String>,
        first_model: Option<String>,
    ) -> Option<String> {
        if picked.as_ref().is_some_and(|model| !model.is_empty()) {
            return picked;
        }
        let first_model = first_model.filter(|_| !self.default_is_set())?;
        let snapshot = self.recent_snapshot().await;
        let has = |models: &std::sync::Arc<Vec<ModelInfo>>| {
            models
                .iter()
                .any(|candidate| chats(candidate) && same_model(&candidate.name, &first_model))
        };
        snapshot.models.as_ref().map_or(true, has).then_some(first_model)
    }

    /// The model that answers in a conversation with this choice. A picked model is not checked with the server: its
    /// absence shows when it is called.
    pub(crate) async fn resolve(&self, conversations: Option<&str>) -> Result<String> {
        if let Some(model) = conversations.filter(|model| !model.is_empty()) {
            return Ok(model.to_owned());
        }
        let none = || {
            Problem::ModelServer {
                trouble: ModelTrouble::NoModel,
            }
            .into()
        };
        self.default_chat_model().await?.ok_or_else(none)
    }

    /// The embedding model: that of the settings, else the recorded one, else the one whose vectors are searched,
    /// else one that the server has, which is then recorded; none if the server has none, or is away and none is
    /// recorded.
    pub async fn embedding_model(&self) -> Option<String> {
        self.find_embedding_model().await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the embedding model cannot be determined");
            None
        })
    }

    async fn find_embedding_model(&self) -> Result<Option<String>> {
        if let Some(model) = &self.inner.embedding_model {
            return Ok(Some(model.clone()));
        }
        if let Some(model) = self.chosen().await?.embedding_model {
            return Ok(Some(model));
        }
        if let Some(active) = self.embedders().await?.active {
            return Ok(Some(active));
        }
        let snapshot = self.recent_snapshot().await;
        let models = snapshot.models.as_ref().unwrap_or(&snapshot.last_known);
        let Some(first) = preferred_embedder(models) else {
            return Ok(None);
        };
        // If two callers record at once, the first one wins. Before the first account there is no row.
        let recorded = sqlx::query_scalar!(
            r#"update installation set embedding_model = coalesce(embedding_model, $1) returning embedding_model as "model!""#,
            first
        );
        let recorded = recorded.fetch_optional(self.inner.storage.pool()).await?;
        self.inner.chosen.forget();
        Ok(Some(recorded.unwrap_or(first)))
    }

    /// Whether the last request for the server's models succeeded.
    pub(crate) fn has_reached_server(&self) -> bool {
        let latest = self.inner.catalogue.latest();
        latest.is_some_and(|(snapshot, _)| snapshot.models.is_ok())
    }

    /// Whether a model accepts pictures; false for an unknown one.
    pub(crate) async fn accepts_pictures(&self, model: &str) -> bool {
        let snapshot = self.recent_snapshot().await;
        let models = snapshot.models.as_ref().unwrap_or(&snapshot.last_known);
        let candidate = models.iter().find(|candidate| same_model(&candidate.name, model));
        candidate.is_some_and(|candidate| candidate.capabilities.contains(&Capability::Vision))
    }

    /// The vision model that is recommended for this machine.
    pub fn recommended_vision_model(&self) -> &'static str {
        super::recommended::vision_model(super::recommended::memory_bytes()).name
    }

    /// Refuses a model that is not a chat model of the server. While the server is away, any is accepted.
    pub(crate) async fn require_chat_model(&self, model: &str) -> Result<()> {
        self.require(model, chats).await
    }

    /// Refuses a model that does not embed.
    pub(crate) async fn require_embedding_model(&self, model: &str) -> Result<()> {
        self.require(model, embeds).await
    }

    async fn require(&self, model: &str, can: fn(&ModelInfo) -> bool) -> Result<()> {
        let unknown = Err(Error::invalid(Field::Model, InvalidReason::Unknown));
        if !super::pulls::is_name(model) {
            return unknown;
        }
        match self.inner.catalogue.snapshot().await.models {
            Ok(models)
                if !models
                    .iter()
                    .any(|candidate| can(candidate) && same_model(&candidate.name, model)) =>
            {
                unknown
            }
            _ => Ok(()),
        }
    }

    /// The default, which may be missing from these models. If none is recorded, it is the one with the most answers,
    /// else the first of these, and it is recorded.
    pub(super) async fn default_in(&self, models: &[ModelInfo]) -> Result<Option<String>> {
        if let Some(named) = self.named_default().await? {
            return Ok(Some(named));
        }
        let used = self.last_used().await?;
        let used = used.filter(|used| {
            models
                .iter()
                .any(|candidate| chats(candidate) && same_model(&candidate.name, used))
        });
        let Some(first) = used.or_else(|| first_chat(models)) else {
            return Ok(None);
        };
        let recorded = sqlx::query_scalar!(
            r#"update installation set default_chat_model = coalesce(default_chat_model, $1)
               returning default_chat_model as "model!""#,
            first
        );
        let recorded = recorded.fetch_optional(self.inner.storage.pool()).await?;
        self.inner.chosen.forget();
        Ok(Some(recorded.unwrap_or(first)))
    }

    /// The latest list of the server's models. Requests do not wait for a server that may be away: an old list is
    /// refreshed in the background.
    async fn recent_snapshot(&self) -> Snapshot {
        let Some((snapshot, old)) = self.inner.catalogue.latest() else {
            return self.inner.catalogue.snapshot().await;
        };
        if old {
            let models = self.clone();
            tokio::spawn(async move { models.inner.catalogue.snapshot().await });
        }
        snapshot
    }

    async fn named_default(&self) -> Result<Option<String>> {
        match &self.inner.chat_model {
            Some(model) => Ok(Some(model.clone())),
            None => Ok(self.chosen().await?.chat_model),
        }
    }

    async fn chosen(&self) -> Result<Chosen> {
        if let Some(chosen) = self.inner.chosen.get("") {
            return Ok(chosen);
        }
        let chosen = sqlx::query_as!(
            Chosen,
            "select default_chat_model as chat_model, embedding_model from installation"
        )
        .fetch_optional(self.inner.storage.pool())
        .await?;
        Ok(self.inner.chosen.put("", chosen.unwrap_or_default()))
    }

    /// The model with the most answers.
    async fn last_used(&self) -> Result<Option<String>> {
        let used = sqlx::query_scalar!(
            "select name from models where endpoint_id = $1 and samples > 0 order by samples desc, name limit 1",
            self.endpoint().id.0
        );
        Ok(used.fetch_optional(self.inner.storage.pool()).await?)
    }
}

/// The chat models, with the default marked.
pub(super) fn choices(models: &[ModelInfo], default: Option<&str>) -> Vec<ChatModelChoice> {
    models
        .iter()
        .filter(|model| chats(model))
        .map(|model| ChatModelChoice {
            name: model.name.clone(),
            parameter_size: model.parameter_size.clone().unwrap_or_default(),
            size_bytes: model.size_bytes,
            default: default.is_some_and(|default| same_model(default, &model.name)),
            sees: model.capabilities.contains(&Capability::Vision),
        })
        .collect()
}

fn first_chat(models: &[ModelInfo]) -> Option<String> {
    models
        .iter()
        .find(|model| chats(model))
        .map(|model| model.name.clone())
}

fn preferred_embedder(models: &[ModelInfo]) -> Option<String> {
    let rank = |model: &ModelInfo| {
        let name = model.name.to_lowercase();
        KNOWN_EMBEDDERS
            .iter()
            .position(|candidate| name.contains(candidate))
            .unwrap_or(KNOWN_EMBEDDERS.len())
    };
    models
        .iter()
        .filter(|model| embeds(model))
        .min_by_key(|model| rank(model))
        .map(|model| model.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_embedder_is_preferred_to_an_unknown_one() {
        let embedder = |name: &str| ModelInfo {
            name: name.into(),
            capabilities: vec![Capability::Embedding],
            ..ModelInfo::default()
        };
        let have = [embedder("own-embedder"), embedder("nomic-embed-text:latest")];
        assert_eq!(
            preferred_embedder(&have).as_deref(),
            Some("nomic-embed-text:latest")
        );
        assert_eq!(preferred_embedder(&have[..1]).as_deref(), Some("own-embedder"));
        assert_eq!(preferred_embedder(&[]), None);
    }
}
