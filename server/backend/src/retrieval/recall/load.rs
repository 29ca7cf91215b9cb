//! Loads the candidates' text, and the passages directly before and after each.

use super::{
    bm25::Text,
    candidate::{Candidate, join_neighbours},
    candidates::Found,
    question::Question,
    recalled::Recalled,
};
use crate::{
    Result,
    retrieval::{
        question_vector::QuestionVector,
        source::{Quoted, Source},
    },
    storage::{TsVector, UserTransaction},
};
use chrono::{DateTime, Utc};
use hearth_types::{ConversationId, DocumentId, MessageId, PassageId, SectionId, SpaceId, Speaker, UserId};
use pgvector::HalfVector;
use std::collections::HashMap;
use uuid::Uuid;

/// A passage as it is stored.
struct Row {
    id: PassageId,
    space: SpaceId,
    quoted: Quoted,
    position: i32,
    said_at: DateTime<Utc>,
    text: String,
    words: TsVector,
    not_relevant: i32,
}

/// A [`Row`] of a record of `quoted_passages`.
macro_rules! row {
    ($row:expr) => {
        Row {
            id: $row.id,
            space: $row.space,
            position: $row.position,
            said_at: $row.said_at,
            text: $row.text,
            words: $row.words,
            not_relevant: $row.not_relevant,
            quoted: Quoted {
                conversation: $row.conversation,
                message: $row.message,
                said_by: $row.said_by,
                author: $row.author,
                author_name: $row.author_name,
                document: $row.document,
                section: $row.section,
                title: $row.title,
                locator: $row.locator,
            },
        }
    };
}

/// Every passage of the spaces, by conversation and time.
pub(super) async fn load_all(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    words: &[String],
) -> Result<Vec<Candidate>> {
    let cosines = all_cosines(transaction, question).await?;
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let unseen: Vec<Uuid> = question.unseen.iter().map(|message| message.0).collect();
    // Here and in `load_near`, passages that must not be recalled are excluded: those of a conversation whose memory is
    // off, and those of the question's own conversation that are in the context window.
    let rows = sqlx::query!(
        r#"select id as "id!: PassageId", space_id as "space!: SpaceId",
                conversation_id as "conversation: ConversationId", message_id as "message: MessageId", position as "position!",
                said_by as "said_by: Speaker", said_at as "said_at!", text as "text!", words as "words!: TsVector",
                author_id as "author: UserId", author_name, not_relevant as "not_relevant!",
                document_id as "document: DocumentId", section_id as "section: SectionId", document_title as title, locator
         from quoted_passages
         where space_id = any ($1) and memory and not abandoned
           and (conversation_id is distinct from $2 or message_id = any ($3))"#,
        &spaces,
        question.conversation.0,
        &unseen,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let rows = rows.into_iter().map(|row| row!(row)).collect();
    Ok(candidates(rows, &cosines, words))
}

/// The found passages with their neighbours, by conversation and time.
pub(super) async fn load_near(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    words: &[String],
    found: &Found,
) -> Result<Vec<Candidate>> {
    let near = with_neighbours(transaction, question, found).await?;
    let cosines = cosines(transaction, question, &near).await?;
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let unseen: Vec<Uuid> = question.unseen.iter().map(|message| message.0).collect();
    // The ids are joined: with them in the condition, PostgreSQL reads the whole space to find a few hundred passages.
    let rows = sqlx::query!(
        r#"select p.id as "id!: PassageId", space_id as "space!: SpaceId",
                conversation_id as "conversation: ConversationId", message_id as "message: MessageId", position as "position!",
                said_by as "said_by: Speaker", said_at as "said_at!", text as "text!", words as "words!: TsVector",
                author_id as "author: UserId", author_name, not_relevant as "not_relevant!",
                document_id as "document: DocumentId", section_id as "section: SectionId", document_title as title, locator
         from unnest($1::uuid[]) as near (id) join quoted_passages p on p.id = near.id
         where space_id = any ($4) and memory and not abandoned
           and (conversation_id is distinct from $2 or message_id = any ($3))"#,
        &near,
        question.conversation.0,
        &unseen,
        &spaces,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let rows = rows.into_iter().map(|row| row!(row)).collect();
    Ok(candidates(rows, &cosines, words))
}

fn candidates(mut rows: Vec<Row>, cosines: &HashMap<Uuid, f32>, words: &[String]) -> Vec<Candidate> {
    rows.sort_unstable_by_key(|row| {
        let source = row.quoted.source();
        (
            source.map(Source::whole),
            row.said_at,
            source.map(Source::id),
            row.position,
        )
    });
    let candidate = |row: Row| {
        let words = Text::of(&row.words, words);
        let cosine = cosines.get(&row.id.0).copied();
        Some(Candidate {
            cosine,
            meaning: cosine,
            keys: words.clone(),
            words,
            column: row.words,
            not_relevant: row.not_relevant,
            before: None,
            after: None,
            recalled: Recalled {
                passage: row.id,
                space: row.space,
                source: row.quoted.source()?,
                from: row.quoted.attribution(),
                said_at: row.said_at,
                text: row.text,
                score: 0.0,
                relevance: 0.0,
            },
        })
    };
    let mut candidates: Vec<Candidate> = rows.into_iter().filter_map(candidate).collect();
    join_neighbours(&mut candidates);
    candidates
}

/// The cosines of all passages of the spaces with the question. A query of its own reads its index in order: joined
/// to the passages, each vector would be one lookup in the index.
async fn all_cosines(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
) -> Result<HashMap<Uuid, f32>> {
    let Some(QuestionVector { model, vector, .. }) = question.vector else {
        return Ok(HashMap::new());
    };
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let rows = sqlx::query!(
        r#"select passage_id, -(embedding <#> $3) as "cosine!" from passage_embeddings
         where space_id = any ($1) and model = $2"#,
        &spaces,
        model,
        HalfVector::from_f32_slice(vector) as HalfVector,
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.passage_id, short(row.cosine)))
        .collect())
}

/// The cosines of these passages with the question.
async fn cosines(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    near: &[Uuid],
) -> Result<HashMap<Uuid, f32>> {
    let Some(QuestionVector { model, vector, .. }) = question.vector else {
        return Ok(HashMap::new());
    };
    let rows = sqlx::query!(
        r#"select passage_id, -(embedding <#> $3) as "cosine!"
         from unnest($1::uuid[]) as near (id) join passage_embeddings e on e.passage_id = near.id and e.model = $2"#,
        near,
        model,
        HalfVector::from_f32_slice(vector) as HalfVector,
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.passage_id, short(row.cosine)))
        .collect())
}

#[expect(clippy::cast_possible_truncation, reason = "scores need no more than f32")]
const fn short(cosine: f64) -> f32 {
    cosine as f32
}

/// The ids of the found passages, of the passages of the found messages, and of the neighbours of the best.
async fn with_neighbours(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    found: &Found,
) -> Result<Vec<Uuid>> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let (neighboured, others) = found
        .passages
        .split_at(found.with_neighbours.min(found.passages.len()));
    Ok(sqlx::query_scalar!(
        r#"with found as materialized (
            select p.id, p.conversation_id, p.said_at, p.position
            from unnest($2::uuid[]) as found (id) join passages p on p.id = found.id where p.space_id = any ($1)
            union
            select p.id, p.conversation_id, p.said_at, p.position
            from unnest($3::uuid[]) as found (id) join passages p on p.message_id = found.id
            where p.space_id = any ($1)
         )
         select id as "id!" from found
         union
         select id from unnest($4::uuid[]) as id
         union
         select before.id from found f, lateral (
            select n.id from passages n
            where n.conversation_id = f.conversation_id and (n.said_at, n.position) < (f.said_at, f.position)
            order by n.said_at desc, n.position desc limit 1) before
         union
         select after.id from found f, lateral (
            select n.id from passages n
            where n.conversation_id = f.conversation_id and (n.said_at, n.position) > (f.said_at, f.position)
            order by n.said_at, n.position limit 1) after"#,
        &spaces,
        neighboured,
        &found.messages,
        others,
    )
    .fetch_all(&mut **transaction)
    .await?)
}
