//! The job that makes layers: it gathers episodes, then consolidates near-duplicates.

use super::{alike, gather, line, rows, rows::Row};
use crate::{
    Error, Result, UserBackend,
    retrieval::embedders,
    spaces,
    storage::UserTransaction,
    text,
    work::jobs::{self, Class, JobKind, Needs, Outcome},
};
use chrono::{DateTime, Utc};
use hearth_inference::EmbedTask;
use hearth_types::{MemoryId, MemoryOrigin, UserId};
use pgvector::HalfVector;
use std::{collections::HashMap, sync::Arc, time::Duration};
use uuid::Uuid;

/// Finds the near-duplicates and the episodes of a person's memories.
pub(crate) const CONSOLIDATE: JobKind = JobKind {
    name: "consolidate",
    class: Class::Consolidation,
    needs: Needs::Embedder,
    run: |person, _| Box::pin(async move { run(&person).await }),
};

/// Pause after the embedder did not answer.
const LATER: Duration = Duration::from_secs(20);

/// Enqueues the job, also when it runs already and may have read the memories before a change.
pub(crate) async fn enqueue(transaction: &mut UserTransaction, person: UserId) -> Result<()> {
    jobs::enqueue_again(transaction, &CONSOLIDATE, CONSOLIDATE.class, person, person.0).await
}

async fn run(person: &UserBackend) -> Outcome {
    let gathered = gather_episodes(person).await;
    if let Err(error) = gathered {
        return Outcome::Failed(error.to_string());
    }
    match consolidate_duplicates(person).await {
        Ok(true) => Outcome::Done,
        Ok(false) => Outcome::Later(LATER),
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

async fn read(person: &UserBackend) -> Result<(Arc<Vec<Row>>, chrono_tz::Tz)> {
    let mut transaction = person.begin().await?;
    let zone = rows::time_zone(&mut transaction, person.user).await?;
    let rows = rows::all(&mut transaction, spaces::private_space(person.user)).await?;
    Ok((Arc::new(rows), zone))
}

fn bytes(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.statement.len()).sum()
}

async fn gather_episodes(person: &UserBackend) -> Result<()> {
    let (rows, zone) = read(person).await?;
    let read = rows.clone();
    let groups = text::apart(person.user, bytes(&rows), move || {
        let said = said_with_duplicates(&read);
        let may = |row: &Row| !row.gathered && !row.pinned && (row.head.is_none() || row.in_line);
        let told: Vec<_> = read
            .iter()
            .enumerate()
            .filter(|(_, row)| may(row))
            .map(|(at, row)| row.told(at, said.get(&row.id).unwrap_or(&row.said_at)))
            .collect();
        gather::groups(&told, zone)
    })
    .await?;
    for group in groups {
        let members: Vec<&Row> = group.members.iter().map(|at| &rows[*at]).collect();
        let lines: Vec<&Row> = rows
            .iter()
            .filter(|row| row.gathered && members.iter().any(|member| member.head == Some(row.id)))
            .collect();
        store_line(person, &members, &lines, &group.line).await?;
    }
    refresh_lines(person, &rows).await
}

/// Counts the episodes of every line again: messages may be gone.
async fn refresh_lines(person: &UserBackend, rows: &[Row]) -> Result<()> {
    let lines: Vec<MemoryId> = rows.iter().filter(|row| row.gathered).map(|row| row.id).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let mut transaction = person.begin().await?;
    let space = spaces::private_space(person.user);
    line::refresh(&mut transaction, person.user, space, &lines).await?;
    transaction.commit().await?;
    person.backend.inner.queue.advance();
    Ok(())
}

/// When each memory was said, together with its near-duplicates.
fn said_with_duplicates(rows: &[Row]) -> HashMap<MemoryId, Vec<DateTime<Utc>>> {
    let mut said: HashMap<MemoryId, Vec<DateTime<Utc>>> = HashMap::new();
    for row in rows.iter().filter(|row| !row.in_line) {
        let of = row.head.unwrap_or(row.id);
        said.entry(of).or_default().extend(&row.said_at);
    }
    said
}

/// Stores one line and its members, in one transaction; nothing when a row is not as it was read.
async fn store_line(person: &UserBackend, members: &[&Row], lines: &[&Row], statement: &str) -> Result<()> {
    let is_whole = lines.len() == 1 && members.iter().all(|row| row.head == Some(lines[0].id));
    if is_whole && lines[0].statement == statement {
        return Ok(());
    }
    let mut transaction = person.begin().await?;
    let all: Vec<&Row> = members.iter().chain(lines).copied().collect();
    if !rows::are_as_read(&mut transaction, &all).await? {
        return Ok(());
    }
    let newest = members
        .iter()
        .map(|row| row.created_at)
        .max()
        .unwrap_or_else(Utc::now);
    let space = spaces::private_space(person.user);
    let (line, others) = match lines {
        [line, others @ ..] => {
            line::update(&mut transaction, person.user, line.id, statement, newest).await?;
            (line.id, others)
        }
        [] => {
            let sensitive = members.first().and_then(|row| row.sensitive);
            let line =
                line::insert(&mut transaction, person.user, space, statement, sensitive, newest).await?;
            (line, [].as_slice())
        }
    };
    let ids: Vec<Uuid> = members.iter().map(|row| row.id.0).collect();
    point(&mut transaction, &ids, line).await?;
    let others: Vec<MemoryId> = others.iter().map(|row| row.id).collect();
    line::refresh(&mut transaction, person.user, space, &others).await?;
    transaction.commit().await?;
    person.backend.inner.queue.advance();
    Ok(())
}

/// Puts memories, and those that they stand for, behind another one.
async fn point(transaction: &mut UserTransaction, memories: &[Uuid], head: MemoryId) -> Result<()> {
    sqlx::query!(
        "update memories set consolidated_into = $2 where coalesce(consolidated_into, id) = any ($1) or id = any ($1)",
        memories,
        head.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// False when the embedder did not answer; groups that need no vector are stored all the same.
async fn consolidate_duplicates(person: &UserBackend) -> Result<bool> {
    let (rows, _) = read(person).await?;
    let near = near_pairs(person, &rows).await?;
    let (read, pairs) = (rows.clone(), near.clone().unwrap_or_default());
    let groups = text::apart(person.user, bytes(&rows), move || {
        let near = |a: usize, b: usize| pairs.is_near(read[a].id, read[b].id);
        duplicates(&read, near)
    })
    .await?;
    for (head, members) in groups {
        let members: Vec<&Row> = members.iter().map(|at| &rows[*at]).collect();
        store_group(person, &rows[head], &members).await?;
    }
    Ok(near.is_some())
}

fn duplicates(rows: &[Row], is_near: impl Fn(usize, usize) -> bool) -> Vec<(usize, Vec<usize>)> {
    let readings: Vec<(usize, alike::Reading)> = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.head.is_none() && !row.gathered)
        .map(|(at, row)| (at, alike::Reading::of(&row.statement)))
        .collect();
    let candidates: Vec<alike::Candidate<'_>> = readings
        .iter()
        .map(|(at, reading)| alike::Candidate {
            at: *at,
            reading,
            apart: rows[*at].apart(),
            may_hide: !rows[*at].pinned,
            explicit: rows[*at].origin == MemoryOrigin::Person,
        })
        .collect();
    alike::groups(&candidates, is_near)
}

/// Vectors of statements that may be near-duplicates, and the cosine from which they are.
#[derive(Clone, Default)]
struct Near {
    vectors: HashMap<MemoryId, Vec<f32>>,
    floor: f32,
}

impl Near {
    fn is_near(&self, a: MemoryId, b: MemoryId) -> bool {
        let pair = self.vectors.get(&a).zip(self.vectors.get(&b));
        pair.is_some_and(|(a, b)| alike::dot(a, b) >= self.floor)
    }
}

/// What the active embedder says of statements of which one has all words of the other. None when it does not answer;
/// empty where there is nothing to compare, or no embedder.
async fn near_pairs(person: &UserBackend, rows: &Arc<Vec<Row>>) -> Result<Option<Near>> {
    let read = rows.clone();
    let possible = text::apart(person.user, bytes(rows), move || duplicates(&read, |_, _| true)).await?;
    let ids: Vec<Uuid> = possible
        .iter()
        .flat_map(|(head, members)| members.iter().chain([head]))
        .map(|at| rows[*at].id.0)
        .collect();
    let Some(model) = embedders::models_to_embed_by(&person.backend)
        .await?
        .into_iter()
        .next()
    else {
        return Ok(Some(Near::default()));
    };
    if ids.is_empty() {
        return Ok(Some(Near::default()));
    }
    let texts: Vec<String> = alike::UNLIKE
        .iter()
        .flat_map(|(a, b)| [*a, *b].map(str::to_owned))
        .collect();
    let server = &person.backend.inner.config.model_server;
    let Ok(unlike) = server.embed(&model, EmbedTask::Document, &texts).await else {
        return Ok(None);
    };
    let mut transaction = person.begin().await?;
    let vectors = sqlx::query!(
        r#"select memory_id as "id: MemoryId", embedding as "embedding: HalfVector" from memory_embeddings
         where model = $1 and memory_id = any ($2)"#,
        model,
        &ids
    )
    .fetch_all(&mut *transaction)
    .await
    .map_err(Error::from)?;
    let vectors = vectors.into_iter().map(|row| {
        (
            row.id,
            row.embedding
                .to_vec()
                .into_iter()
                .map(|value| value.to_f32())
                .collect(),
        )
    });
    Ok(Some(Near {
        vectors: vectors.collect(),
        floor: alike::floor(&unlike),
    }))
}

/// Puts near-duplicates behind the one that stands for them, in one transaction; nothing when a row is not as it was
/// read.
async fn store_group(person: &UserBackend, head: &Row, members: &[&Row]) -> Result<()> {
    let mut transaction = person.begin().await?;
    let all: Vec<&Row> = members.iter().copied().chain([head]).collect();
    if !rows::are_as_read(&mut transaction, &all).await? {
        return Ok(());
    }
    let ids: Vec<Uuid> = members.iter().map(|row| row.id.0).collect();
    point(&mut transaction, &ids, head.id).await?;
    Ok(transaction.commit().await?)
}

#[cfg(feature = "testing")]
impl UserBackend {
    /// Runs [`CONSOLIDATE`] at once, beside a job that may be running.
    pub async fn consolidate_now(&self) -> Result<()> {
        gather_episodes(self).await?;
        consolidate_duplicates(self).await.map(|_| ())
    }
}
