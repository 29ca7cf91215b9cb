//! The job that makes the vectors of a message's or a section's passages. They are stored by model.

use super::{
    embedders::{self, Missing},
    vectors::{EmbedError, Embedded, outcome},
};
use crate::{
    Result, UserBackend,
    work::jobs::{Class, JobKind, Needs},
};
use hearth_types::MessageId;
use uuid::Uuid;

/// Embeds the passages of a message or a section.
pub(crate) const EMBED: JobKind = JobKind {
    name: "embed",
    class: Class::Embedding,
    needs: Needs::Embedder,
    run: |person, subject| {
        Box::pin(async move {
            let ended = person.embed_source(subject).await;
            outcome(&person.backend, ended)
        })
    },
};

impl UserBackend {
    /// Embeds a message now instead of by a job, for a caller that needs the vectors.
    ///
    /// # Errors
    /// No embedding model, or the model server's.
    pub async fn embed_now(&self, message: MessageId) -> Result<(), EmbedError> {
        match self.embed_source(message.0).await? {
            Embedded::All => Ok(()),
            Embedded::NoModel => Err(crate::Error::Internal("there is no embedding model".into()).into()),
        }
    }

    /// Embeds the passages of a message or a section that have no vector, by the active model and the incoming one
    /// ([`embedders`]). Without a model nothing happens: recall uses words alone, and the passages wait.
    pub(crate) async fn embed_source(&self, source: Uuid) -> Result<Embedded, EmbedError> {
        let models = embedders::models_to_embed_by(&self.backend).await?;
        for model in &models {
            while self.embed_some(Missing::Of(source), model).await? {}
        }
        Ok(if models.is_empty() {
            Embedded::NoModel
        } else {
            Embedded::All
        })
    }
}
