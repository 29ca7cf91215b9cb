//! Candidates: passages that share rare words with the question, and passages whose vectors are near its own.

use super::{Question, QuestionVector, Settings, load::Candidate, rank::normalised, speaker::People};
use crate::{Result, retrieval::vector_index, spaces, storage::UserTransaction};
use hearth_text::words;
use hearth_types::SpaceId;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A word that this many passages have is common: looking for it would read and rank half of what a person said.
/// Counting stops there.
const COMMON: i64 = 200;

/// Passages up to which all are candidates: reading them all takes a few milliseconds, and two searches miss what
/// only its neighbours tell.
pub(crate) const ALL: i64 = 3_000;

/// Passages, those that look best, of which what was said just before and after is looked at as well. Of all of them
/// would bring recall@10 from 75.9 to 76.3 % where no space is small, and take twice as long.
const WITH_NEIGHBOURS: usize = 60;

/// Words of a question that are looked for. Of a long message the longest words say what it is about.
const MOST_WORDS: usize = 24;

/// How much a word of the question says.
pub(super) struct Term {
    /// Inverse document frequency. A word that no passage has still weighs, so that a passage which lacks it
    /// covers less of the question.
    pub weight: f32,
}

/// What was found.
pub(super) struct Found {
    pub terms: Vec<Term>,
    /// The best of each search, those first that look best.
    pub passages: Vec<Uuid>,
    /// Of how many of them the neighbours are looked at.
    pub with_neighbours: usize,
    /// Messages whose passages are looked at as well.
    pub messages: Vec<Uuid>,
}

/// Whether there are so few passages that all of them are ranked.
pub(super) async fn is_small(transaction: &mut UserTransaction, question: &Question<'_>) -> Result<bool> {
    let spaces: Vec<Uuid> = question.spaces.iter().map(|s| s.0).collect();
    let one_more = sqlx::query_scalar!(
        "select id from passages where space_id = any ($1) offset $2 limit 1",
        &spaces,
        ALL
    );
    Ok(one_more.fetch_optional(&mut **transaction).await?.is_none())
}

/// The words, weighed by how many of all passages have them.
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

/// The passages of both searches, those first that look best.
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

/// Each word by itself: one look into the index tells both which passages have it and how rare it is.
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

/// Names of the people who talk there say who spoke, not what about: they are weighed apart.
pub(super) fn words_to_find(asked: &BTreeSet<String>, people: &People) -> Vec<String> {
    let own = asked.iter().filter(|word| !people.is_name(word));
    let mut words: Vec<String> = own.cloned().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(MOST_WORDS);
    words
}

/// Weighs the words by how many have them, and adds up what each passage has. Common words find nothing by
/// themselves unless there are no others.
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

fn rarity(passages: usize) -> f32 {
    (1.0 + 400.0 / (1.0 + passages as f32)).ln()
}

fn best(found: HashMap<Uuid, f32>, most: usize) -> Vec<(Uuid, f32)> {
    let mut best = sorted(found);
    best.truncate(most);
    best
}

/// Largest first, by id where values are equal: later ids are newer, and the same question finds the same.
fn sorted(found: HashMap<Uuid, f32>) -> Vec<(Uuid, f32)> {
    let mut sorted: Vec<(Uuid, f32)> = found.into_iter().collect();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    sorted
}

/// The asker's own space by its index, if it is large enough to have one, and whatever is shared with them; with the
/// cosines.
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
