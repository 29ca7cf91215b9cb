//! Plans a change of the embedding model, and continues one after a restart.

use super::{states, work};
use crate::{Backend, Result, models::same_model};

/// The models to make vectors by: the active one, then the incoming one; empty without an embedding model. Plans first
/// if another model has been selected since.
pub(crate) async fn models_to_embed_by(backend: &Backend) -> Result<Vec<String>> {
    let models = backend.models();
    let mut embedders = models.embedders().await?;
    let planned = embedders.incoming.as_ref().or(embedders.active.as_ref());
    if let Some(wanted) = models.embedding_model().await
        && !planned.is_some_and(|planned| same_model(planned, &wanted))
    {
        plan(backend).await?;
        embedders = models.embedders().await?;
    }
    Ok(embedders.active.into_iter().chain(embedders.incoming).collect())
}

/// Makes the selected embedding model the incoming one if another is active, and an incoming one that is no longer
/// selected the outgoing one. Does nothing without a selected model, or if it is active already.
pub(crate) async fn plan(backend: &Backend) -> Result<()> {
    let models = backend.models();
    if let Some(wanted) = models.embedding_model().await {
        states::want(backend, wanted).await?;
    }
    work::enqueue(backend).await?;
    models.forget_embedders();
    backend.inner.queue.advance();
    Ok(())
}

/// Continues a change of the embedding model that the last run of the server started.
pub(crate) fn start(backend: &Backend) {
    let (backend, shutdown) = (backend.clone(), backend.inner.shutdown.clone());
    let tasks = backend.inner.tasks.clone();
    tasks.spawn(shutdown.run_until_cancelled_owned(async move {
        if let Err(error) = plan_at_start(&backend).await {
            tracing::warn!(%error, "the change of the embedding model could not be continued");
        }
    }));
}

/// [`plan`] at the server's start if there are vectors; otherwise the first text to embed plans.
async fn plan_at_start(backend: &Backend) -> Result<()> {
    let any = sqlx::query_scalar!(r#"select exists (select from embedders) as "any!""#)
        .fetch_one(backend.inner.storage.pool())
        .await?;
    if any { plan(backend).await } else { Ok(()) }
}
