//! State of the model server, for the set-up page and for administrators.

use super::{Models, catalogue::same_model, choice::choices, recommended, trouble::trouble};
use crate::Result;
use hearth_inference::{ModelInfo, ServerKind};
use hearth_types::{Language, ModelServerStatus, RecommendedModel};

impl Models {
    /// What the server has, what is being downloaded, and what is recommended.
    pub async fn status(&self) -> Result<ModelServerStatus> {
        let snapshot = self.inner.catalogue.snapshot().await;
        let models = snapshot.models.as_ref().map_or(&[][..], |models| &models[..]);
        let default = self.default_in(models).await?;
        Ok(ModelServerStatus {
            reachable: snapshot.models.is_ok(),
            url: self.inner.server.base_url().to_owned(),
            version: snapshot.version,
            trouble: snapshot.models.as_ref().err().map(trouble),
            chat_models: choices(models, default.as_deref()),
            default_model: default,
            default_is_set: self.default_is_set(),
            embedding_model: self.embedding_model().await,
            pulls: self.pulls().await?,
            recommended: recommend(models, self.installation_language().await?),
            can_pull: self.inner.server.kind() != ServerKind::OpenAi,
            can_wake: self.can_wake(),
        })
    }

    /// The first administrator's language, which the embedder should support.
    async fn installation_language(&self) -> Result<Language> {
        let language = sqlx::query_scalar!(
            r#"select language as "language: Language" from users where role = 'administrator'
               order by created_at, id limit 1"#
        )
        .fetch_optional(self.inner.storage.pool())
        .await?;
        Ok(language.unwrap_or_default())
    }
}

fn recommend(have: &[ModelInfo], language: Language) -> Vec<RecommendedModel> {
    let models = recommended::for_machine(recommended::memory_bytes(), language);
    models
        .into_iter()
        .map(|model| RecommendedModel {
            name: model.name.into(),
            purpose: model.purpose,
            size_bytes: model.size_bytes,
            present: have
                .iter()
                .any(|candidate| same_model(&candidate.name, model.name)),
        })
        .collect()
}
