//! Candidates by meaning: passages whose vectors are near the query's.
//!
//! Words never wait for a slow embedder: after [`PATIENCE`] they go alone. What the embedder has begun it finishes, so
//! that one that was asleep is awake for the next query; a search that still waits for its turn leaves the queue.

use super::{filter::Filter, query::Query};
use crate::{
    Result, UserBackend,
    retrieval::{embedding, recall::QuestionVector, vector_index},
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

/// How long the first page waits for the query's vector.
const PATIENCE: Duration = Duration::from_millis(300);

/// The same of a later page, whose order depends on it.
const PATIENCE_LATER: Duration = Duration::from_millis(2500);

/// Candidates. The filter takes some away of those that a large space's index finds.
const MOST: usize = 60;

/// Passages up to which every vector is compared: as many as are read in a few milliseconds.
const ALL: i64 = 3_000;

/// A query's vector that is being made.
pub(super) struct Asked {
    /// None where meaning is not looked for.
    vector: Option<JoinHandle<(ByMeaning, Option<QuestionVector>)>>,
    until: Instant,
    /// A search that has ended waits no longer for its turn at the embedder.
    _ended: DropGuard,
}

impl Asked {
    /// Begins to make it, or not: `first_page` says whether the pages before had one. Phrases are wanted word for
    /// word.
    pub async fn begin(person: &UserBackend, query: &Query, first_page: Option<bool>) -> Self {
        let wanted = first_page != Some(false) && !query.has_phrase();
        let patience = if first_page.is_some() {
            PATIENCE_LATER
        } else {
            PATIENCE
        };
        let ended = CancellationToken::new();
        let mut asked = Self {
            vector: wanted.then(|| ask(person, query.text.clone(), ended.clone())),
            until: Instant::now() + patience,
            _ended: ended.drop_guard(),
        };
        if first_page == Some(true) {
            // Waited for before a connection is taken from the pool.
            let made = asked.in_time().await;
            asked.vector = Some(tokio::spawn(std::future::ready(made)));
        }
        asked
    }

    /// The vector, if it is there in time.
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

fn ask(
    person: &UserBackend,
    text: String,
    ended: CancellationToken,
) -> JoinHandle<(ByMeaning, Option<QuestionVector>)> {
    let (person, backend) = (person.clone(), person.backend.clone());
    let shutdown = backend.inner.shutdown.clone();
    backend.inner.tasks.clone().spawn(async move {
        let made = shutdown
            .run_until_cancelled(embedding::search_words(&person, &text, ended.cancelled()))
            .await;
        match made.flatten() {
            // An embedder that does not read this script is not listened to.
            Some(vector) if vector.floor >= 1.0 => (ByMeaning::No, None),
            Some(vector) => (ByMeaning::Yes, Some(vector)),
            None if is_expected(&backend).await => (ByMeaning::Late, None),
            None => (ByMeaning::No, None),
        }
    })
}

/// Whether there is an embedder that has embedded something.
async fn is_expected(backend: &crate::Backend) -> bool {
    let models = backend.models();
    match models
        .embedders()
        .await
        .ok()
        .and_then(|embedders| embedders.answers)
    {
        Some(model) => models.relevance_floors(&model).await.ok().flatten().is_some(),
        None => false,
    }
}

/// Passages near the query with their cosines to it; of a large space some may not pass the filter.
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
    // Distances are minus the inner product of vectors of length 1.
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

/// Every vector that the filter lets through is compared.
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
