//! The two jobs of a change of the embedding model, one of each per person: making missing vectors, and dropping those
//! that are no longer needed.

use super::{batch::Missing, states};
use crate::{
    Backend, Result, UserBackend,
    retrieval::vectors::EmbedError,
    work::jobs::{self, Class, JobKind, Needs, Outcome, Subject},
};
use hearth_types::MemoryId;
use std::time::{Duration, Instant};

/// Maximum time that a job works before it is queued again, so that other jobs get their turn; shorter than its lease.
const AT_ONCE: Duration = Duration::from_secs(30);

/// Delay before the next try, when vectors are still missing elsewhere, the work is paused or the model server failed.
const LATER: Duration = Duration::from_secs(20);

/// Maximum number of vectors that one statement deletes.
const DROPPED_AT_ONCE: i64 = 2_000;

/// Makes a person's missing vectors by the incoming model.
pub(crate) const REEMBED: JobKind = JobKind {
    name: "reembed",
    class: Class::Reembedding,
    needs: Needs::EmbedderForLong,
    run: |person, _| Box::pin(async move { reembed(&person).await }),
};

/// Drops a person's vectors by outgoing models.
pub(crate) const DROP_VECTORS: JobKind = JobKind {
    name: "drop_vectors",
    class: Class::Reembedding,
    needs: Needs::Nothing,
    run: |person, _| Box::pin(async move { drop_vectors(&person).await }),
};

/// Enqueues a job per person for each state that has work.
pub(super) async fn enqueue(backend: &Backend) -> Result<()> {
    let mut connection = backend.inner.storage.pool().acquire().await?;
    for (kind, state) in [(&REEMBED, "incoming"), (&DROP_VECTORS, "outgoing")] {
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

async fn reembed(person: &UserBackend) -> Outcome {
    match try_reembed(person).await {
        Ok(outcome) => outcome,
        Err(EmbedError::ModelServer(_)) => Outcome::Later(LATER),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

async fn try_reembed(person: &UserBackend) -> Result<Outcome, EmbedError> {
    let began = Instant::now();
    loop {
        person.backend.models().forget_embedders();
        let Some(model) = person.backend.models().embedders().await?.incoming else {
            return Ok(Outcome::Done);
        };
        if is_paused(person, &model).await? {
            return Ok(Outcome::Later(LATER));
        }
        if began.elapsed() > AT_ONCE {
            return Ok(Outcome::Later(Duration::ZERO));
        }
        if person.embed_some(Missing::Anywhere, &model).await? || embed_a_memory(person, &model).await? {
            continue;
        }
        return Ok(finish(person, &model).await?);
    }
}

/// Embeds one memory that has no vector by this model; false when none is missing.
async fn embed_a_memory(person: &UserBackend, model: &str) -> Result<bool, EmbedError> {
    let mut transaction = person.begin().await?;
    let missing = sqlx::query_scalar!(
        r#"select m.id as "id: MemoryId" from memories m
         join space_members s on s.space_id = m.space_id and s.user_id = $2 and s.role = 'owner'
         where not exists (select from memory_embeddings e where e.memory_id = m.id and e.model = $1) limit 1"#,
        model,
        person.user.0,
    )
    .fetch_optional(&mut *transaction)
    .await
    .map_err(crate::Error::from)?;
    drop(transaction);
    match missing {
        Some(memory) => {
            person.embed_memory_by(memory, model).await?;
            Ok(true)
        }
        None => Ok(false),
    }
}

async fn is_paused(person: &UserBackend, model: &str) -> Result<bool> {
    let paused = sqlx::query_scalar!("select paused from embedders where model = $1", model)
        .fetch_optional(person.backend.inner.storage.pool())
        .await?;
    Ok(paused.unwrap_or(false))
}

/// Ends the job of a person whose vectors are complete. The last such job switches the models; it is retried while
/// texts of the last moment wait for their own embedding jobs.
async fn finish(person: &UserBackend, model: &str) -> Result<Outcome> {
    let mut connection = person.backend.inner.storage.pool().acquire().await?;
    let last = jobs::is_last(&mut connection, &REEMBED, person.user.0).await?;
    drop(connection);
    if !last {
        return Ok(Outcome::Done);
    }
    if !states::switch(&person.backend, model).await? {
        return Ok(Outcome::Later(LATER));
    }
    enqueue(&person.backend).await?;
    person.backend.inner.queue.advance();
    Ok(Outcome::Done)
}

async fn drop_vectors(person: &UserBackend) -> Outcome {
    try_drop(person).await.into()
}

async fn try_drop(person: &UserBackend) -> Result<()> {
    loop {
        let mut transaction = person.backend.inner.storage.begin_relaxed_as(person.user).await?;
        let passages = sqlx::query!(
            "delete from passage_embeddings v using (
                select v.passage_id, v.model from passage_embeddings v join embedders e on e.model = v.model
                where e.state = 'outgoing' limit $1
             ) going where v.passage_id = going.passage_id and v.model = going.model",
            DROPPED_AT_ONCE
        )
        .execute(&mut *transaction)
        .await?;
        let memories = sqlx::query!(
            "delete from memory_embeddings v using embedders e where e.model = v.model and e.state = 'outgoing'"
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        if passages.rows_affected() + memories.rows_affected() == 0 {
            return states::delete_gone(&person.backend).await;
        }
    }
}
