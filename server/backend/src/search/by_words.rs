//! Candidates by words, and the data that ranking needs of every candidate.
//!
//! One index scan per term finds its rarity and the passages that have it; counting stops at [`COMMON`]. A passage with
//! all terms has the rarest term: if that one is below the limit, its list is complete. If every term is common, the
//! newest passages that have all of them are queried, by the index of dates or of words, whichever PostgreSQL
//! estimates cheaper.
//!
//! A single character of a script without spaces is found by the pairs that begin with it. At the end of a passage no
//! pair begins with it, so the text of the newest passages is searched too.

use super::{
    filter::Filter,
    fits::Fits,
    query::{Query, Term},
    rank::Candidate,
};
use crate::{
    Result,
    storage::{TsVector, UserTransaction},
};
use std::collections::HashMap;
use uuid::Uuid;

/// Number of passages from which a term is common.
const COMMON: i64 = 200;

/// Maximum number of newest passages when every term is common.
const NEWEST: usize = 200;

/// Number of newest passages of a space whose text is searched for a single character.
const READ: i64 = 2_000;

/// Maximum number of candidates by rare words.
const MOST: usize = 200;

/// Maximum number of passages that have some of the terms, or all with the last one as a prefix.
const LOOSE: usize = 100;

/// With fewer passages than this that have all terms, those with only some are searched too.
const FEW: usize = 20;

#[derive(Default)]
pub(super) struct ByWords {
    /// The weight of each term: its inverse document frequency.
    pub weights: Vec<f32>,
    pub passages: Vec<Uuid>,
    /// Whether more passages than these have all terms.
    pub cut: bool,
}

pub(super) async fn candidates(
    transaction: &mut UserTransaction,
    query: &Query,
    filter: &Filter,
) -> Result<ByWords> {
    let lists = lists(transaction, query, filter).await?;
    let is_common = |list: &Vec<Uuid>| list.len() >= usize::try_from(COMMON).unwrap_or(usize::MAX);
    let weights: Vec<f32> = lists.iter().map(|list| rarity(list.len())).collect();
    let mut found = ByWords {
        passages: best(lists.iter().zip(&weights).filter(|(list, _)| !is_common(list))),
        weights,
        cut: false,
    };
    // A term that no passage has is ignored, so that the others still find something.
    let terms = query.terms.iter().zip(&lists);
    let present: Vec<(&Term, &Vec<Uuid>)> = terms.filter(|(_, list)| !list.is_empty()).collect();
    let operands: Vec<String> = present.iter().map(|(term, _)| term.operand()).collect();
    if !present.is_empty() && present.iter().all(|(_, list)| is_common(list)) {
        let newest = newest(transaction, filter, &operands.join(" & "), NEWEST).await?;
        found.cut = newest.len() == NEWEST;
        if newest.len() < FEW && operands.len() > 1 && !query.has_phrase() {
            let any = self::newest(transaction, filter, &operands.join(" | "), LOOSE).await?;
            found.passages.extend(any);
        }
        found.passages.extend(newest);
    }
    if let Some(unfinished) = query.terms.iter().find(|term| term.unfinished) {
        let others = present
            .iter()
            .filter(|(term, _)| !term.unfinished)
            .map(|(term, _)| term.operand());
        let all: Vec<String> = others.chain(std::iter::once(unfinished.beginning())).collect();
        let newest = newest(transaction, filter, &all.join(" & "), LOOSE).await?;
        found.passages.extend(newest);
    }
    let characters: Vec<char> = query.terms.iter().filter_map(Term::character).collect();
    if !characters.is_empty() {
        found
            .passages
            .extend(newest_with(transaction, filter, &characters).await?);
    }
    Ok(found)
}

/// For each term, the passages that have it, up to [`COMMON`]; [`load`] filters those in the archive.
async fn lists(transaction: &mut UserTransaction, query: &Query, filter: &Filter) -> Result<Vec<Vec<Uuid>>> {
    let operands: Vec<String> = query.terms.iter().map(Term::operand).collect();
    let rows = sqlx::query!(
        r#"select asked.position as "position!", found.id as "id!"
         from unnest($2::text[]) with ordinality as asked (term, position), unnest($1::uuid[]) as space (id),
              lateral (
                select p.id from passages p
                where p.space_id = space.id and p.words @@ asked.term::tsquery
                  and p.said_at >= $3 and p.said_at < $4
                  and ($5::text is null
                       or $5 = case when p.said_by = 'model' then 'hearth' when p.author_id = $6 then 'me' else 'others' end)
                limit $7) found"#,
        &filter.spaces,
        &operands,
        filter.since,
        filter.until,
        filter.said_by,
        filter.me.0,
        COMMON,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let mut lists = vec![Vec::new(); operands.len()];
    for row in rows {
        let at = usize::try_from(row.position - 1).unwrap_or(usize::MAX);
        if let Some(list) = lists.get_mut(at) {
            list.push(row.id);
        }
    }
    Ok(lists)
}

/// The newest passages that match a `tsquery`.
async fn newest(
    transaction: &mut UserTransaction,
    filter: &Filter,
    tsquery: &str,
    most: usize,
) -> Result<Vec<Uuid>> {
    Ok(sqlx::query_scalar!(
        r#"select found.id as "id!" from unnest($1::uuid[]) as space (id), lateral (
            select p.id, p.said_at from passages p join conversations c on c.id = p.conversation_id
            where p.space_id = space.id and p.words @@ $8::text::tsquery
              and p.said_at >= $3 and p.said_at < $4
              and ($5::text is null
                   or $5 = case when p.said_by = 'model' then 'hearth' when p.author_id = $6 then 'me' else 'others' end)
              and ($7 or not c.archived or c.author_id <> $6)
            order by p.said_at desc, p.id desc limit $2) found
         order by found.said_at desc, found.id desc limit $2"#,
        &filter.spaces,
        i64::try_from(most).unwrap_or(i64::MAX),
        filter.since,
        filter.until,
        filter.said_by,
        filter.me.0,
        filter.archived,
        tsquery,
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// Among the newest [`READ`] passages of each space, the newest whose text has all of these characters.
async fn newest_with(
    transaction: &mut UserTransaction,
    filter: &Filter,
    characters: &[char],
) -> Result<Vec<Uuid>> {
    let patterns: Vec<String> = characters
        .iter()
        .map(|character| format!("%{character}%"))
        .collect();
    Ok(sqlx::query_scalar!(
        r#"select found.id as "id!" from unnest($1::uuid[]) as space (id), lateral (
            select p.* from passages p
            where p.space_id = space.id and p.said_at >= $3 and p.said_at < $4
            order by p.said_at desc, p.id desc limit $8) found
         join conversations c on c.id = found.conversation_id
         where found.text like all ($9)
           and ($5::text is null
                or $5 = case when found.said_by = 'model' then 'hearth' when found.author_id = $6 then 'me' else 'others' end)
           and ($7 or not c.archived or c.author_id <> $6)
         order by found.said_at desc, found.id desc limit $2"#,
        &filter.spaces,
        i64::try_from(NEWEST).unwrap_or(i64::MAX),
        filter.since,
        filter.until,
        filter.said_by,
        filter.me.0,
        filter.archived,
        READ,
        &patterns,
    )
    .fetch_all(&mut **transaction)
    .await?)
}

/// The passages with the highest sum of the terms' weights.
fn best<'a>(lists: impl Iterator<Item = (&'a Vec<Uuid>, &'a f32)>) -> Vec<Uuid> {
    let mut weights: HashMap<Uuid, f32> = HashMap::new();
    for (list, weight) in lists {
        for id in list {
            *weights.entry(*id).or_default() += weight;
        }
    }
    let mut sorted: Vec<(Uuid, f32)> = weights.into_iter().collect();
    // Equal weights are ordered by id, newest first, so that the same query gives the same result.
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    sorted.truncate(MOST);
    sorted.into_iter().map(|(id, _)| id).collect()
}

fn rarity(passages: usize) -> f32 {
    (1.0 + 400.0 / (1.0 + passages as f32)).ln()
}

/// Loads the candidates of both searches with the data for ranking, and filters those found by vector.
pub(super) async fn load(
    transaction: &mut UserTransaction,
    query: &Query,
    filter: &Filter,
    by_words: &ByWords,
    near: &HashMap<Uuid, f32>,
) -> Result<Vec<Candidate>> {
    let mut ids: Vec<Uuid> = near.keys().chain(&by_words.passages).copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = sqlx::query!(
        r#"select p.id, p.message_id as "message_id!", p.said_at, p.abandoned, p.words as "words: TsVector"
         from unnest($2::uuid[]) as near (id) join passages p on p.id = near.id
         join conversations c on c.id = p.conversation_id
         where p.space_id = any ($1)
           and p.said_at >= $3 and p.said_at < $4
           and ($5::text is null
                or $5 = case when p.said_by = 'model' then 'hearth' when p.author_id = $6 then 'me' else 'others' end)
           and ($7 or not c.archived or c.author_id <> $6)"#,
        &filter.spaces,
        &ids,
        filter.since,
        filter.until,
        filter.said_by,
        filter.me.0,
        filter.archived,
    )
    .fetch_all(&mut **transaction)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Candidate {
            id: row.id,
            of: row.message_id,
            at_us: row.said_at.timestamp_micros(),
            abandoned: row.abandoned,
            fits: Fits::of_column(query, &row.words),
            cosine: near.get(&row.id).copied(),
        })
        .collect())
}
