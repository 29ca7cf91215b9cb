//! Recall: what of the person's other conversations bears on a question; often nothing.
//!
//! Candidates come from two searches over the person's spaces, by words (joined with OR; measured, AND finds
//! a sixth of it) and by vector (exact: one person's passages are few enough). Scores are fused, not ranks:
//! each is normalised over the candidates and weighted. Whether a candidate is relevant at all is decided on
//! absolute measures, its cosine over the embedder's floor and the share of the question's rare words that it
//! has, because the best of a bad lot is still bad.

use super::words;
use crate::{Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use hearth_types::{ConversationId, MessageId, PassageId, SpaceId, Speaker};
use pgvector::HalfVector;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// How recall weighs; the defaults are measured.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Candidates of each search.
    pub candidates: i64,
    /// Weight of the normalised cosine; the rest is the words'. LoCoMo dev set: .5 gives 70.5 % recall@10.
    pub vector_weight: f32,
    /// What a model said counts less than what the person said.
    pub model_weight: f32,
    /// Share of the question's word weight that makes a passage relevant without any vector.
    pub words_alone: f32,
    /// The same for a passage whose cosine is near the floor.
    pub words_with_vector: f32,
    /// Passages at most.
    pub most: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            candidates: 50,
            vector_weight: 0.5,
            model_weight: 0.7,
            words_alone: 0.6,
            words_with_vector: 0.3,
            most: 8,
        }
    }
}

/// A question's vector, by which model, and what that model's unrelated sentences reach.
#[derive(Clone, Debug)]
pub struct QuestionVector {
    pub model: String,
    pub vector: Vec<f32>,
    pub floor: f32,
}

/// What to recall for.
pub struct Question<'a> {
    pub text: &'a str,
    pub vector: Option<&'a QuestionVector>,
    pub spaces: &'a [SpaceId],
    /// Its own conversation is in the context already.
    pub conversation: ConversationId,
}

/// A passage that bears on the question, best first.
#[derive(Clone, Debug)]
pub struct Recalled {
    pub passage: PassageId,
    pub space: SpaceId,
    pub conversation: ConversationId,
    pub message: MessageId,
    pub said_by: Speaker,
    pub said_at: DateTime<Utc>,
    pub author: String,
    pub text: String,
    /// Fused, 0 to 1.
    pub score: f32,
}

/// Searches inside the person's transaction.
pub(crate) async fn recall(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    settings: &Settings,
) -> Result<Vec<Recalled>> {
    let weights = weigh_words(transaction, question).await?;
    if weights.rare.is_empty() && question.vector.is_none() {
        return Ok(Vec::new());
    }
    let candidates = search(transaction, question, &weights, settings).await?;
    Ok(select(candidates, question, &weights.all, settings))
}

/// A word that this many passages have is common; counting stops there.
const COMMON: i64 = 100;

/// What the words of a question weigh, and which of them are worth looking for.
struct Weights {
    all: HashMap<String, f32>,
    /// Rare enough to tell passages apart; the others would read and rank half of what a person said.
    rare: Vec<String>,
}

/// Words of the question with their weight: rare ones say more (inverse document frequency). A word that no
/// passage has still weighs, so that a passage which lacks it covers less of the question.
async fn weigh_words(transaction: &mut UserTransaction, question: &Question<'_>) -> Result<Weights> {
    // A long message: its longest words say what it is about.
    let mut words: Vec<String> = words::of_question(question.text).into_iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(24);
    let quoted: Vec<String> = words.iter().map(|word| words::quote(word)).collect();
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let counts = sqlx::query_scalar!(
        r#"select sum((select count(*) from (select from passages p
                       where p.space_id = space.id and p.words @@ word::tsquery limit $3) found))::bigint as "count!"
         from unnest($2::text[]) with ordinality as asked (word, position), unnest($1::uuid[]) as space (id)
         group by position order by position"#,
        &spaces,
        &quoted,
        COMMON,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let counted = || words.iter().zip(&counts);
    let found = || counted().filter(|(_, n)| **n > 0);
    let mut rare: Vec<String> = found()
        .filter(|(_, n)| **n < COMMON)
        .map(|(word, _)| word.clone())
        .collect();
    if rare.is_empty() {
        rare = found().map(|(word, _)| word.clone()).collect();
    }
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let weight = |n: i64| (1.0 + 400.0 / (1.0 + n as f32)).ln();
    Ok(Weights {
        all: counted().map(|(word, n)| (word.clone(), weight(*n))).collect(),
        rare,
    })
}

struct Candidate {
    recalled: Recalled,
    rank: f32,
    cosine: Option<f32>,
}

/// Both searches and their union in one query, one round trip.
async fn search(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    weights: &Weights,
    settings: &Settings,
) -> Result<Vec<Candidate>> {
    let query: Vec<String> = weights.rare.iter().map(|word| words::quote(word)).collect();
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let vector = question.vector.map(|v| HalfVector::from_f32_slice(&v.vector));
    let rows = sqlx::query!(
        r#"with question as materialized (
            select case when $2 = '' then null else $2::tsquery end as words, $3::halfvec as vector
         ), by_words as materialized (
            select p.id, ts_rank(p.words, question.words) as rank
            from passages p, question
            where p.space_id = any ($1) and p.words @@ question.words and p.conversation_id <> $5
            order by rank desc limit $6
         ), by_vector as materialized (
            -- The vectors are of unit length: minus the inner product orders as the cosine does, at half the cost.
            select e.passage_id as id, e.embedding <#> question.vector as distance
            from passage_embeddings e, question
            where $3::halfvec is not null and e.space_id = any ($1) and e.model = $4
            order by distance limit $6
         ), candidates as (
            select id from by_words union select id from by_vector
         )
         select p.id as "id: PassageId", p.space_id as "space: SpaceId",
                p.conversation_id as "conversation: ConversationId", p.message_id as "message: MessageId",
                p.said_by as "said_by: Speaker", p.said_at, p.text, coalesce(u.name, '') as "author!",
                coalesce(w.rank, 0) as "rank!",
                -coalesce(v.distance, (select e.embedding <#> question.vector from passage_embeddings e
                                       where e.passage_id = p.id and e.model = $4)) as cosine
         from candidates join passages p on p.id = candidates.id join conversations c on c.id = p.conversation_id
         left join by_words w on w.id = p.id left join by_vector v on v.id = p.id left join users u on u.id = p.author_id, question
         where c.memory and p.conversation_id <> $5 and p.space_id = any ($1)"#,
        &spaces,
        query.join(" | "),
        vector as Option<HalfVector>,
        question.vector.map_or("", |v| v.model.as_str()),
        question.conversation.0,
        settings.candidates,
    )
    .fetch_all(&mut **transaction)
    .await?;
    #[allow(clippy::cast_possible_truncation, reason = "scores need no more than f32")]
    Ok(rows
        .into_iter()
        .map(|row| Candidate {
            rank: row.rank,
            cosine: row.cosine.map(|cosine| cosine as f32),
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
            },
        })
        .collect())
}

/// Fuses, drops what is not relevant or says the same again, and orders.
fn select(
    candidates: Vec<Candidate>,
    question: &Question<'_>,
    weights: &HashMap<String, f32>,
    settings: &Settings,
) -> Vec<Recalled> {
    let ranks = Range::of(candidates.iter().map(|c| c.rank));
    let cosines = Range::of(candidates.iter().filter_map(|c| c.cosine));
    let mut relevant: Vec<Recalled> = candidates
        .into_iter()
        .filter(|candidate| is_relevant(candidate, question, weights, settings))
        .map(|candidate| {
            let dense = candidate.cosine.map_or(0.0, |cosine| cosines.normalise(cosine));
            let weight = if question.vector.is_some() {
                settings.vector_weight
            } else {
                0.0
            };
            let fused = weight * dense + (1.0 - weight) * ranks.normalise(candidate.rank);
            let said = if candidate.recalled.said_by == Speaker::Model {
                settings.model_weight
            } else {
                1.0
            };
            Recalled {
                score: fused * said,
                ..candidate.recalled
            }
        })
        .collect();
    // The person's own words first: a model's may be wrong, and small ones read what comes first.
    relevant.sort_by(|a, b| {
        (a.said_by == Speaker::Model)
            .cmp(&(b.said_by == Speaker::Model))
            .then(b.score.total_cmp(&a.score))
    });
    without_repetition(relevant, settings.most, question.text)
}

fn is_relevant(
    candidate: &Candidate,
    question: &Question<'_>,
    weights: &HashMap<String, f32>,
    settings: &Settings,
) -> bool {
    let share = share_of_words(&candidate.recalled.text, weights);
    match (question.vector, candidate.cosine) {
        (Some(vector), Some(cosine)) => {
            cosine >= vector.floor + (1.0 - vector.floor) * 0.15
                || (cosine >= vector.floor && share >= settings.words_with_vector)
                || (cosine >= vector.floor * 0.7 && share >= settings.words_alone)
        }
        // Not embedded yet, or no embedder: words alone decide.
        _ => share >= settings.words_alone,
    }
}

/// How much of the question's word weight the passage has, 0 to 1.
fn share_of_words(text: &str, weights: &HashMap<String, f32>) -> f32 {
    let total: f32 = weights.values().sum();
    if total == 0.0 {
        return 0.0;
    }
    let has: BTreeSet<String> = words::of_question(text);
    weights
        .iter()
        .filter(|(word, _)| has.contains(*word))
        .map(|(_, weight)| weight)
        .sum::<f32>()
        / total
}

/// Keeps the best of passages that say nearly the same, and none that only repeats the question.
fn without_repetition(sorted: Vec<Recalled>, most: usize, question: &str) -> Vec<Recalled> {
    let asked = words::of_question(question);
    let mut kept: Vec<(BTreeSet<String>, Recalled)> = Vec::new();
    for recalled in sorted {
        let has = words::of_question(&recalled.text);
        let repeats = |other: &BTreeSet<String>| repeats(&has, other, recalled.said_by);
        if !repeats(&asked) && !kept.iter().any(|(other, _)| repeats(other)) {
            kept.push((has, recalled));
        }
        if kept.len() == most {
            break;
        }
    }
    kept.into_iter().map(|(_, recalled)| recalled).collect()
}

/// Whether a text says what another one says. Of a person's: more than four fifths of the words of both. Of
/// a model's: a third of its words, or a short text around all of the other's; its answer to a statement is
/// that statement again with a courtesy around it, while a recipe shares little with the request for it.
#[allow(clippy::cast_precision_loss, reason = "counts of words")]
fn repeats(words: &BTreeSet<String>, other: &BTreeSet<String>, said_by: Speaker) -> bool {
    let common = words.intersection(other).count() as f32;
    let (own, others) = (words.len() as f32, other.len() as f32);
    match said_by {
        Speaker::Person => common > 0.8 * (own + others - common),
        Speaker::Model => common >= 0.33 * own || (common >= 0.8 * others && own <= 5.0 * others),
    }
}

struct Range {
    low: f32,
    high: f32,
}

impl Range {
    fn of(values: impl Iterator<Item = f32>) -> Self {
        values.fold(
            Self {
                low: f32::INFINITY,
                high: f32::NEG_INFINITY,
            },
            |range, value| Self {
                low: range.low.min(value),
                high: range.high.max(value),
            },
        )
    }

    fn normalise(&self, value: f32) -> f32 {
        let width = self.high - self.low;
        if width > 0.0 {
            (value - self.low) / width
        } else {
            1.0
        }
    }
}
