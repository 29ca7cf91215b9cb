//! Candidates by meaning: passages whose vectors are near the query's.
//!
//! A search never waits long for a slow embedder: after [`PATIENCE`] it uses words alone. A request that the embedder
//! has started is completed, so that the model is loaded for the next query; a search that still waits for its turn
//! leaves the queue.

use super::{filter::Filter, query::Query};
use crate::{
    Result, UserBackend,
    retrieval::{
        question_vector::{self, QuestionVector},
        vector_index,
    },
    spaces,
    storage::UserTransaction,
};
use hearth_types::{ByMeaning, SpaceId};
use pgvector::HalfVector;
use std::{collections::HashMap, time::Duration};
use tokio::{
    task::JoinHandle,
    time::{Instant, timeout_at},
};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

/// Maximum time that the first page waits for the query's vector.
const PATIENCE: Duration = Duration::from_millis(300);

/// Maximum time that a later page waits for it, if its order depends on the vector.
const PATIENCE_LATER: Duration = Duration::from_millis(2500);

/// Maximum number of candidates. The filter removes some of those that a large space's index finds.
const MOST: usize = 60;

/// Up to this many passages, every vector is compared: that takes a few milliseconds.
const ALL: i64 = 3_000;

/// A query's vector while it is being made.
pub(super) struct QueryVector {
    /// None for a search by words alone.
    vector: Option<JoinHandle<(ByMeaning, Option<QuestionVector>)>>,
    until: Instant,
    /// Takes an ended search out of the embedder's queue.
    _ended: DropGuard,
}

impl QueryVector {
    /// Requests the vector, except for a phrase, which is wanted word for word. `first_page` is, on later pages,
    /// whether the first page had a vector; a later page does as the first did.
    pub async fn begin(person: &UserBackend, query: &Query, first_page: Option<bool>) -> Self {
        let wanted = first_page != Some(false) && !query.has_phrase();
        let patience = if first_page.is_some() {
            PATIENCE_LATER
        } else {
            PATIENCE
        };
        let ended = CancellationToken::new();
        let mut requested = Self {
            vector: wanted.then(|| request(person, query.text.clone(), ended.clone())),
            until: Instant::now() + patience,
            _ended: ended.drop_guard(),
        };
        if first_page == Some(true) {
            // Wait before a connection is taken from the pool.
            let made = requested.in_time().await;
            requested.vector = Some(tokio::spawn(std::future::ready(made)));
        }
        requested
    }

    /// The vector, if it is ready in time.
    pub async fn in_time(&mut self) -> (ByMeaning, Option<QuestionVector>) {
        match self.vector.take() {
            None => (ByMeaning::No, None),
            Some(vector) => match timeout_at(self.until, vector).await {
                Ok(made) => made.unwrap_or((ByMeaning::Late, None)),
                Err(_) => (ByMeaning::Late, None),
            },
        }
    }
}

fn request(
    person: &UserBackend,
    text: String,
    ended: CancellationToken,
) -> JoinHandle<(ByMeaning, Option<QuestionVector>)> {
    let (person, backend) = (person.clone(), person.backend.clone());
    let shutdown = backend.inner.shutdown.clone();
    backend.inner.tasks.clone().spawn(async move {
        let made = shutdown
            .run_until_cancelled(question_vector::search_words(&person, &text, ended.cancelled()))
            .await;
        match made.flatten() {
            // An embedder that cannot read this script is not used for it.
            Some(vector) if !vector.scale.is_read() => (ByMeaning::No, None),
            Some(vector) => (ByMeaning::Yes, Some(vector)),
            None if is_expected(&backend).await => (ByMeaning::Late, None),
            None => (ByMeaning::No, None),
        }
    })
}

/// Whether there is an embedder with vectors, so that a vector would have come later.
async fn is_expected(backend: &crate::Backend) -> bool {
    let models = backend.models();
    match models
        .embedders()
        .await
        .ok()
        .and_then(|embedders| embedders.active)
    {
        Some(model) => question_vector::is_calibrated(models, &model).await,
        None => false,
    }
}

/// Passages near the query with their cosines. Those of a large space are not filtered yet.
pub(super) async fn nearest(
    transaction: &mut UserTransaction,
    vector: &QuestionVector,
    filter: &Filter,
) -> Result<HashMap<Uuid, f32>> {
    let found = if are_few(transaction, filter).await? {
        nearest_of_few(transaction, vector, filter).await?
    } else {
        let (model, query) = (&vector.model, &vector.vector);
        let own = spaces::private_space(filter.me);
        let mut found = vector_index::nearest(transaction, own, model, query, MOST).await?;
        let shared: Vec<SpaceId> = filter.shared().into_iter().map(SpaceId).collect();
        if !shared.is_empty() {
            found.extend(vector_index::nearest_among(transaction, &shared, model, query, MOST).await?);
        }
        found
    };
    // Distances are the negative inner product of vectors of length 1.
    #[expect(clippy::cast_possible_truncation, reason = "scores need no more than f32")]
    let cosine = |(id, distance): (Uuid, f64)| (id, -distance as f32);
    Ok(found.into_iter().map(cosine).collect())
}

async fn are_few(transaction: &mut UserTransaction, filter: &Filter) -> Result<bool> {
    let one_more = sqlx::query_scalar!(
        "select id from passages
         where space_id = any ($1) and said_at >= $2 and said_at < $3
           and ($4::text is null
                or $4 = case when said_by = 'model' then 'hearth' when author_id = $5 then 'me' else 'others' end)
         offset $6 limit 1",
        &filter.spaces,
        filter.since,
        filter.until,
        filter.said_by,
        filter.me.0,
        ALL,
    );
    Ok(one_more.fetch_optional(&mut **transaction).await?.is_none())
}

/// Compares every vector that passes the filter.
async fn nearest_of_few(
    transaction: &mut UserTransaction,
    vector: &QuestionVector,
    filter: &Filter,
) -> Result<Vec<(Uuid, f64)>> {
    let rows = sqlx::query!(
        r#"select p.id, e.embedding <#> $8 as "distance!"
         from passages p join conversations c on c.id = p.conversation_id
         join passage_embeddings e on e.passage_id = p.id and e.model = $7
         where p.space_id = any ($1) and p.said_at >= $2 and p.said_at < $3
           and ($4::text is null
                or $4 = case when p.said_by = 'model' then 'hearth' when p.author_id = $5 then 'me' else 'others' end)
           and ($6 or not c.archived or c.author_id <> $5)
         order by e.embedding <#> $8 limit $9"#,
        &filter.spaces,
        filter.since,
        filter.until,
        filter.said_by,
        filter.me.0,
        filter.archived,
        vector.model,
        HalfVector::from_f32_slice(&vector.vector) as HalfVector,
        i64::try_from(MOST).unwrap_or(i64::MAX),
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.distance)).collect())
}
