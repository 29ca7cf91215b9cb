//! The job that embeds a memory.

use super::{change, embed};
use crate::{
    Result, UserBackend,
    retrieval::vectors::{EmbedError, Embedded, outcome},
    work::jobs::{Class, JobKind, Needs},
};
use hearth_types::MemoryId;
use pgvector::HalfVector;

/// Embeds a memory.
pub(crate) const EMBED_MEMORY: JobKind = JobKind {
    name: "embed_memory",
    class: Class::Embedding,
    needs: Needs::Embedder,
    run: |person, subject| {
        Box::pin(async move {
            let ended = person.embed_memory(MemoryId(subject)).await;
            outcome(&person.backend, ended)
        })
    },
};

impl UserBackend {
    /// Embeds a memory now instead of by a job, for a caller that needs the vector.
    ///
    /// # Errors
    /// No embedding model, or the model server's.
    pub async fn embed_memory_now(&self, memory: MemoryId) -> Result<(), EmbedError> {
        match self.embed_memory(memory).await? {
            Embedded::All => Ok(()),
            Embedded::NoModel => Err(crate::Error::Internal("there is no embedding model".into()).into()),
        }
    }

    /// Embeds a memory by the active and the incoming model, unless it has their vectors.
    pub(crate) async fn embed_memory(&self, memory: MemoryId) -> Result<Embedded, EmbedError> {
        let models = change::models_to_embed_by(&self.backend).await?;
        for model in &models {
            self.embed_memory_by(memory, model).await?;
        }
        Ok(if models.is_empty() {
            Embedded::NoModel
        } else {
            Embedded::All
        })
    }

    /// Embeds a memory by one model, unless it has that vector.
    pub(crate) async fn embed_memory_by(&self, memory: MemoryId, model: &str) -> Result<(), EmbedError> {
        if let Some(statement) = self.unembedded_statement(memory, model).await? {
            let texts = std::slice::from_ref(&statement);
            let vectors = embed::documents(&self.backend, model, texts).await?;
            if let Some(vector) = vectors.first() {
                self.store_memory_vector(memory, model, &statement, vector)
                    .await?;
            }
        }
        Ok(())
    }

    async fn unembedded_statement(&self, memory: MemoryId, model: &str) -> Result<Option<String>> {
        let mut transaction = self.begin().await?;
        Ok(sqlx::query_scalar!(
            "select statement from memories m where id = $1
               and not exists (select from memory_embeddings e where e.memory_id = m.id and e.model = $2)",
            memory.0,
            model
        )
        .fetch_optional(&mut *transaction)
        .await?)
    }

    /// Stores the vector unless the memory was changed or deleted while it was embedded.
    async fn store_memory_vector(
        &self,
        memory: MemoryId,
        model: &str,
        statement: &str,
        vector: &[f32],
    ) -> Result<()> {
        let mut transaction = self.backend.inner.storage.begin_relaxed_as(self.user).await?;
        sqlx::query!(
            "insert into memory_embeddings (memory_id, model, space_id, embedding)
             select m.id, $2, m.space_id, $4 from memories m where m.id = $1 and m.statement = $3 for share of m
             on conflict (memory_id, model) do nothing",
            memory.0,
            model,
            statement,
            HalfVector::from_f32_slice(vector) as HalfVector,
        )
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }
}
