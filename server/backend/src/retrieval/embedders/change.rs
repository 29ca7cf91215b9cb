//! Plans the states of embedding models, and switches to the incoming model.

use super::{DROP_VECTORS, REEMBED};
use crate::{
    Backend, Result,
    models::same_model,
    work::jobs::{self, Subject},
};
use sqlx::{PgConnection, PgPool};

/// The models to make vectors by: the active one, then the incoming one; empty without an embedding model. Plans first
/// if another model has been selected since.
pub(crate) async fn models_to_embed_by(backend: &Backend) -> Result<Vec<String>> {
    let models = backend.models();
    let mut embedders = models.embedders().await?;
    let planned = embedders.comes.as_ref().or(embedders.answers.as_ref());
    if let Some(wanted) = models.embedding_model().await
        && !planned.is_some_and(|planned| same_model(planned, &wanted))
    {
        plan(backend).await?;
        embedders = models.embedders().await?;
    }
    Ok(embedders.answers.into_iter().chain(embedders.comes).collect())
}

/// Makes the selected embedding model the incoming one if another is active, and an incoming one that is no longer
/// selected the outgoing one. Does nothing without a selected model, or if it is active already.
pub(crate) async fn plan(backend: &Backend) -> Result<()> {
    let models = backend.models();
    if let Some(wanted) = models.embedding_model().await {
        let mut transaction = backend.inner.storage.pool().begin().await?;
        lock(&mut transaction).await?;
        let known = sqlx::query!("select model, state from embedders")
            .fetch_all(&mut *transaction)
            .await?;
        // "all-minilm" and "all-minilm:latest" are one.
        let same = known.iter().find(|known| same_model(&known.model, &wanted));
        let wanted = same.map_or(wanted, |known| known.model.clone());
        let comes = known
            .iter()
            .any(|known| known.state == "answers" && known.model != wanted);
        sqlx::query!(
            "update embedders set state = 'goes' where state = 'comes' and not ($2 and model = $1)",
            wanted,
            comes
        )
        .execute(&mut *transaction)
        .await?;
        sqlx::query!(
            "insert into embedders (model, state) values ($1, $2)
             on conflict (model) do update set state = excluded.state, paused = false, trouble = null
             where embedders.state = 'goes'",
            wanted,
            if comes { "comes" } else { "answers" }
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
    }
    queue_work(backend.inner.storage.pool()).await?;
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

/// Makes the incoming model active and the active one outgoing. Returns false and changes nothing if vectors are still
/// missing.
pub(super) async fn switch(backend: &Backend, comes: &str) -> Result<bool> {
    let mut transaction = backend.inner.storage.pool().begin().await?;
    lock(&mut transaction).await?;
    let complete = sqlx::query_scalar!(
        r#"select p.done >= p.total as "complete!" from embedders e, embedding_progress(e.model) p
         where e.model = $1 and e.state = 'comes' and not e.paused"#,
        comes
    )
    .fetch_optional(&mut *transaction)
    .await?;
    if complete != Some(true) {
        return Ok(false);
    }
    sqlx::query!("update embedders set state = 'goes' where state = 'answers'")
        .execute(&mut *transaction)
        .await?;
    sqlx::query!("update embedders set state = 'answers' where model = $1", comes)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    tracing::info!("switched to another embedding model");
    backend.models().forget_embedders();
    queue_work(backend.inner.storage.pool()).await?;
    backend.inner.queue.advance();
    Ok(true)
}

/// Deletes outgoing models that have no vectors left.
pub(super) async fn delete_gone(backend: &Backend) -> Result<()> {
    sqlx::query!(
        "delete from embedders e where e.state = 'goes' and (select done from embedding_progress(e.model)) = 0"
    )
    .execute(backend.inner.storage.pool())
    .await?;
    Ok(())
}

/// Enqueues a job per person for each state that has work.
async fn queue_work(pool: &PgPool) -> Result<()> {
    let mut connection = pool.acquire().await?;
    for (kind, state) in [(&REEMBED, "comes"), (&DROP_VECTORS, "goes")] {
        let any = sqlx::query_scalar!(
            r#"select exists (select from embedders where state = $1) as "any!""#,
            state
        )
        .fetch_one(&mut *connection)
        .await?;
        if any {
            jobs::enqueue(&mut connection, kind, Subject::EveryPerson).await?;
        }
    }
    Ok(())
}

/// Serialises changes of the embedding model until the transaction ends.
async fn lock(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('hearth embedders'))")
        .execute(connection)
        .await?;
    Ok(())
}
