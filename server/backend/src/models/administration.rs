//! The installation's models, as administrators choose them.

use crate::{Result, people::Administration};

impl Administration<'_> {
    /// Sets the chat model of conversations in which no model was chosen. None: the first that the server has,
    /// recorded at its next use.
    pub async fn set_default_model(&self, model: Option<String>) -> Result<()> {
        let models = self.backend().models();
        if let Some(model) = &model {
            models.require_chat_model(model).await?;
        }
        sqlx::query!("update installation set default_chat_model = $1", model)
            .execute(self.storage().pool())
            .await?;
        models.forget();
        models.announce_change();
        Ok(())
    }

    /// Records the embedding model; none: one that the server has.
    pub(crate) async fn record_embedding_model(&self, model: Option<String>) -> Result<()> {
        let models = self.backend().models();
        if let Some(model) = &model {
            models.require_embedding_model(model).await?;
        }
        sqlx::query!("update installation set embedding_model = $1", model)
            .execute(self.storage().pool())
            .await?;
        models.forget();
        models.announce_change();
        Ok(())
    }
}
