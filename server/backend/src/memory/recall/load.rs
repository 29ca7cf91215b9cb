//! The candidates' text, and what was said just before and just after each.

use super::{
    Question, Recalled,
    bm25::{Text, places},
    gather::Found,
};
use crate::{Result, storage::UserTransaction};
use hearth_types::{ConversationId, MessageId, PassageId, SpaceId, Speaker, UserId};
use pgvector::HalfVector;
use uuid::Uuid;

/// A passage that may bear on the question.
pub(super) struct Candidate {
    pub recalled: Recalled,
    pub author: Option<UserId>,
    /// None without a vector of either.
    pub cosine: Option<f32>,
    pub words: Text,
    /// The same with what is known from its message ([`super::known::add_keys`]): what it is ranked by.
    pub meaning: Option<f32>,
    pub keys: Text,
    /// How often it was said not to be relevant.
    pub not_relevant: i32,
    /// Where in the list what was said before and after it stands.
    pub before: Option<usize>,
    pub after: Option<usize>,
}

/// Passages with their neighbours, in the order in which they were said; every one of the spaces when nothing was
/// looked for.
///
/// This is where a passage is shut out that must not be recalled: of a conversation whose memory is off, or of the
/// question's own as far as that is in the context already.
pub(super) async fn load(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    words: &[String],
    found: Option<&Found>,
) -> Result<Vec<Candidate>> {
    let near = match found {
        Some(found) => with_neighbours(transaction, question, found).await?,
        None => Vec::new(),
    };
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let vector = question.vector.map(|v| HalfVector::from_f32_slice(&v.vector));
    let unseen: Vec<Uuid> = question.unseen.iter().map(|message| message.0).collect();
    let rows = sqlx::query!(
        r#"select p.id as "id: PassageId", p.space_id as "space: SpaceId",
                p.conversation_id as "conversation: ConversationId", p.message_id as "message: MessageId",
                p.said_by as "said_by: Speaker", p.said_at, p.text, p.words::text as "words!",
                p.author_id as "author_id: UserId", coalesce(u.name, p.author_name, '') as "author!", -(e.embedding <#> $3) as cosine,
                p.not_relevant
         from passages p join conversations c on c.id = p.conversation_id
         left join users u on u.id = p.author_id
         left join passage_embeddings e on e.passage_id = p.id and e.model = $4
         where p.space_id = any ($1) and ($6 or p.id = any ($2))
           and c.memory and not p.abandoned
           and (p.conversation_id <> $5 or p.message_id = any ($7))
         order by p.conversation_id, p.said_at, p.position"#,
        &spaces,
        &near,
        vector as Option<HalfVector>,
        question.vector.map_or("", |v| v.model.as_str()),
        question.conversation.0,
        found.is_none(),
        &unseen,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let places = places(words);
    #[allow(clippy::cast_possible_truncation, reason = "scores need no more than f32")]
    let mut candidates: Vec<Candidate> = rows
        .into_iter()
        .map(|row| {
            (
                row.cosine.map(|cosine| cosine as f32),
                Text::of(&row.words, &places),
                row,
            )
        })
        .map(|(cosine, words, row)| Candidate {
            author: row.author_id,
            cosine,
            meaning: cosine,
            keys: words.clone(),
            words,
            not_relevant: row.not_relevant,
            before: None,
            after: None,
            recalled: Recalled {
                passage: row.id,
                space: row.space,
                conversation: row.conversation,
                message: row.message,
                said_by: row.said_by,
                said_at: row.said_at,
                author: row.author,
                text: row.text,
                score: 0.0,
                relevance: 0.0,
            },
        })
        .collect();
    join_neighbours(&mut candidates);
    Ok(candidates)
}

async fn with_neighbours(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    found: &Found,
) -> Result<Vec<Uuid>> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    Ok(sqlx::query_scalar!(
        r#"with found as materialized (
            select p.id, p.conversation_id, p.said_at, p.position
            from passages p where p.space_id = any ($1) and p.id = any ($2)
            union
            select p.id, p.conversation_id, p.said_at, p.position
            from passages p where p.space_id = any ($1) and p.message_id = any ($3)
         )
         select id as "id!" from found
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
        &found.passages,
        &found.messages,
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// Next to each other in the list and of one conversation: near enough, also where something between them is not
/// loaded.
fn join_neighbours(candidates: &mut [Candidate]) {
    for after in 1..candidates.len() {
        let before = after - 1;
        if candidates[before].recalled.conversation == candidates[after].recalled.conversation {
            candidates[after].before = Some(before);
            candidates[before].after = Some(after);
        }
    }
}
