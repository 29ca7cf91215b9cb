//! The states of embedding models, as the database keeps them.

use crate::{Backend, Result, models::same_model};
use sqlx::PgConnection;

/// Makes the wanted embedding model the incoming one if another is active, and an incoming one that is no longer wanted
/// the outgoing one. Does nothing if it is active already.
pub(super) async fn want(backend: &Backend, wanted: String) -> Result<()> {
    let mut transaction = backend.inner.storage.pool().begin().await?;
    lock(&mut transaction).await?;
    let known = sqlx::query!("select model, state from embedders")
        .fetch_all(&mut *transaction)
        .await?;
    // "all-minilm" and "all-minilm:latest" are one.
    let same = known.iter().find(|known| same_model(&known.model, &wanted));
    let wanted = same.map_or(wanted, |known| known.model.clone());
    let incoming = known
        .iter()
        .any(|known| known.state == "active" && known.model != wanted);
    sqlx::query!(
        "update embedders set state = 'outgoing' where state = 'incoming' and not ($2 and model = $1)",
        wanted,
        incoming
    )
    .execute(&mut *transaction)
    .await?;
    sqlx::query!(
        "insert into embedders (model, state) values ($1, $2)
             on conflict (model) do update set state = excluded.state, paused = false, trouble = null
             where embedders.state = 'outgoing'",
        wanted,
        if incoming { "incoming" } else { "active" }
    )
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}

/// Makes the incoming model active and the active one outgoing. Returns false and changes nothing if vectors are still
/// missing.
pub(super) async fn switch(backend: &Backend, incoming: &str) -> Result<bool> {
    let mut transaction = backend.inner.storage.pool().begin().await?;
    lock(&mut transaction).await?;
    let complete = sqlx::query_scalar!(
        r#"select p.done >= p.total as "complete!" from embedders e, embedding_progress(e.model) p
         where e.model = $1 and e.state = 'incoming' and not e.paused"#,
        incoming
    )
    .fetch_optional(&mut *transaction)
    .await?;
    if complete != Some(true) {
        return Ok(false);
    }
    sqlx::query!("update embedders set state = 'outgoing' where state = 'active'")
        .execute(&mut *transaction)
        .await?;
    sqlx::query!("update embedders set state = 'active' where model = $1", incoming)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    tracing::info!("switched to another embedding model");
    backend.models().forget_embedders();
    Ok(true)
}

/// Deletes outgoing models that have no vectors left.
pub(super) async fn delete_gone(backend: &Backend) -> Result<()> {
    sqlx::query!(
        "delete from embedders e where e.state = 'outgoing' and (select done from embedding_progress(e.model)) = 0"
    )
    .execute(backend.inner.storage.pool())
    .await?;
    Ok(())
}

/// Serialises changes of the embedding model until the transaction ends.
async fn lock(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtext('hearth embedders'))")
        .execute(connection)
        .await?;
    Ok(())
}
