//! Candidates: passages that share rare words with the question, and passages whose vectors are near its own.

use super::{
    bm25::{Term, rarity},
    candidate::Candidate,
    question::Question,
    scores::normalised,
    settings::Settings,
    speaker::People,
};
use crate::{
    Result,
    retrieval::{
        question_vector::QuestionVector,
        vector_index::{self, INDEXED_FROM},
    },
    spaces,
    storage::UserTransaction,
};
use hearth_text::words;
use hearth_types::SpaceId;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A word that this many passages have is common: a search for it would read and rank half of a person's passages.
/// Counting stops there.
const COMMON: i64 = 200;

/// Number of best passages whose neighbours become candidates too. The neighbours of all would raise recall@10 from
/// 75.9 to 76.3 % where no space is small, and take twice as long.
const WITH_NEIGHBOURS: usize = 60;

/// Maximum number of words that are searched for. The longest words of a long message say what it is about.
const MOST_WORDS: usize = 24;

/// The result of the two searches.
pub(super) struct Found {
    pub terms: Vec<Term>,
    /// The best passages of each search, best first.
    pub passages: Vec<Uuid>,
    /// The neighbours of so many of them become candidates too.
    pub with_neighbours: usize,
    /// Messages whose passages become candidates too.
    pub messages: Vec<Uuid>,
}

/// Whether the spaces have so few passages that all are candidates: reading them takes a few milliseconds, and the two
/// searches miss passages that only their neighbours make relevant.
pub(super) async fn is_small(transaction: &mut UserTransaction, question: &Question<'_>) -> Result<bool> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let one_more = sqlx::query_scalar!(
        "select id from passages where space_id = any ($1) offset $2 limit 1",
        &spaces,
        INDEXED_FROM
    );
    Ok(one_more.fetch_optional(&mut **transaction).await?.is_none())
}

/// The words, weighted by their rarity among all passages.
pub(super) fn terms(words: &[String], candidates: &[Candidate]) -> Vec<Term> {
    let having = |at: usize| candidates.iter().filter(|c| c.keys.counts[at] > 0.0).count();
    (0..words.len())
        .map(|at| Term {
            weight: rarity(having(at)),
        })
        .collect()
}

pub(super) async fn search(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    words: &[String],
    settings: &Settings,
) -> Result<Found> {
    let (terms, by_words) = by_words(transaction, question, words).await?;
    let by_words = best(by_words, settings.candidates);
    let by_vector = by_vector(transaction, question, settings).await?;
    Ok(Found {
        terms,
        passages: in_order(&by_words, &by_vector),
        with_neighbours: WITH_NEIGHBOURS,
        messages: Vec::new(),
    })
}

/// The passages of both searches, by the sum of their normalised scores.
fn in_order(by_words: &[(Uuid, f32)], by_vector: &[(Uuid, f32)]) -> Vec<Uuid> {
    let mut scores: HashMap<Uuid, f32> = HashMap::new();
    for found in [by_words, by_vector] {
        let values = normalised(found.iter().map(|(_, value)| Some(*value)).collect());
        for ((id, _), value) in found.iter().zip(values) {
            *scores.entry(*id).or_default() += value;
        }
    }
    sorted(scores).into_iter().map(|(id, _)| id).collect()
}

/// Searches for each word alone: one index scan finds both the passages that have it and its rarity.
async fn by_words(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    words: &[String],
) -> Result<(Vec<Term>, HashMap<Uuid, f32>)> {
    let quoted: Vec<String> = words.iter().map(|word| words::quote(word)).collect();
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let rows = sqlx::query!(
        r#"select asked.position as "position!", found.id as "id!"
         from unnest($2::text[]) with ordinality as asked (word, position), unnest($1::uuid[]) as space (id),
              lateral (select p.id from passages p where p.space_id = space.id and p.words @@ asked.word::tsquery limit $3) found"#,
        &spaces,
        &quoted,
        COMMON,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut found: Vec<Vec<Uuid>> = vec![Vec::new(); words.len()];
    for row in rows {
        if let Some(list) = usize::try_from(row.position - 1)
            .ok()
            .and_then(|at| found.get_mut(at))
        {
            list.push(row.id);
        }
    }
    Ok(weigh(&found))
}

/// Names of members tell the speaker, not the topic: they have a weight of their own.
pub(super) fn words_to_find(asked: &BTreeSet<String>, people: &People) -> Vec<String> {
    let own = asked.iter().filter(|word| !people.is_name(word));
    let mut words: Vec<String> = own.cloned().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(MOST_WORDS);
    words
}

/// Weights the words by their rarity, and adds up the weights of each passage's words. Common words are only used if
/// there are no others.
fn weigh(found: &[Vec<Uuid>]) -> (Vec<Term>, HashMap<Uuid, f32>) {
    let common = |list: &Vec<Uuid>| list.len() >= usize::try_from(COMMON).unwrap_or(usize::MAX);
    let only_common = found.iter().all(|list| list.is_empty() || common(list));
    let mut passages: HashMap<Uuid, f32> = HashMap::new();
    let mut terms = Vec::with_capacity(found.len());
    for list in found {
        let weight = rarity(list.len());
        if only_common || !common(list) {
            for id in list {
                *passages.entry(*id).or_default() += weight;
            }
        }
        terms.push(Term { weight });
    }
    (terms, passages)
}

fn best(found: HashMap<Uuid, f32>, most: usize) -> Vec<(Uuid, f32)> {
    let mut best = sorted(found);
    best.truncate(most);
    best
}

/// Largest first. Equal values are ordered by id, newest first, so that the same question gives the same result.
fn sorted(found: HashMap<Uuid, f32>) -> Vec<(Uuid, f32)> {
    let mut sorted: Vec<(Uuid, f32)> = found.into_iter().collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    sorted
}

/// Searches the asker's own space by its vector index, if it is large enough to have one, and scans the shared spaces.
/// Returns passages with their cosines.
async fn by_vector(
    transaction: &mut UserTransaction,
    question: &Question<'_>,
    settings: &Settings,
) -> Result<Vec<(Uuid, f32)>> {
    let Some(QuestionVector { model, vector, .. }) = question.vector else {
        return Ok(Vec::new());
    };
    let most = settings.candidates;
    let own = spaces::private_space(question.asked_by);
    let (own, shared): (Vec<SpaceId>, Vec<SpaceId>) =
        question.spaces.iter().partition(|space| **space == own);
    let mut found = Vec::new();
    for space in own {
        found.extend(vector_index::nearest(transaction, space, model, vector, most).await?);
    }
    if !shared.is_empty() {
        found.extend(vector_index::nearest_among(transaction, &shared, model, vector, most).await?);
    }
    found.sort_by(|a, b| a.1.total_cmp(&b.1));
    found.truncate(most);
    #[expect(clippy::cast_possible_truncation, reason = "scores need no more than f32")]
    Ok(found
        .into_iter()
        .map(|(id, distance)| (id, -distance as f32))
        .collect())
}
