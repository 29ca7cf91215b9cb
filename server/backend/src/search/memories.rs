//! Searches the person's own memories, by words and by meaning. They are few enough to compare all of them.

use super::{
    filter::Filter,
    fits::Fits,
    query::{Query, Term},
    rank::Candidate,
};
use crate::{
    Result,
    retrieval::question_vector::QuestionVector,
    spaces,
    storage::{TsVector, UserTransaction},
};
use hearth_types::{SaidBy, Search, SearchScope};
use pgvector::HalfVector;

/// Maximum number of memories that are ranked.
const MOST: i64 = 300;

/// Memories that match. A memory counts as the person's own statement: a search for other speakers finds none.
pub(super) async fn find(
    transaction: &mut UserTransaction,
    query: &Query,
    filter: &Filter,
    search: &Search,
    vector: Option<&QuestionVector>,
) -> Result<Vec<Candidate>> {
    if search.scope == SearchScope::Messages
        || matches!(search.said_by, Some(SaidBy::Hearth | SaidBy::Others))
    {
        return Ok(Vec::new());
    }
    let operands = query.terms.iter().flat_map(|term| {
        let beginning = term.unfinished.then(|| term.beginning());
        std::iter::once(term.operand()).chain(beginning)
    });
    let any = operands.collect::<Vec<_>>().join(" | ");
    let characters: Vec<String> = query
        .terms
        .iter()
        .filter_map(Term::character)
        .map(|c| format!("%{c}%"))
        .collect();
    let rows = sqlx::query!(
        r#"select m.id, m.created_at, m.words as "words: TsVector", -(e.embedding <#> $6) as cosine
         from memories m left join memory_embeddings e on e.memory_id = m.id and e.model = $7
         where m.space_id = $1 and m.consolidated_into is null and m.created_at >= $2 and m.created_at < $3
           and (m.words @@ $4::text::tsquery or m.statement like any ($5) or -(e.embedding <#> $6) > $8)
         order by m.words @@ $4::text::tsquery desc, m.created_at desc limit $9"#,
        spaces::private_space(filter.me).0,
        filter.since,
        filter.until,
        any,
        &characters,
        vector.map(|vector| HalfVector::from_f32_slice(&vector.vector)) as Option<HalfVector>,
        vector.map_or("", |vector| vector.model.as_str()),
        vector.map_or(1.0, |vector| f64::from(vector.scale.floor)),
        MOST,
    )
    .fetch_all(&mut **transaction)
    .await?;
    #[expect(clippy::cast_possible_truncation, reason = "scores need no more than f32")]
    let short = |cosine: Option<f64>| cosine.map(|cosine| cosine as f32);
    Ok(rows
        .into_iter()
        .map(|row| Candidate {
            id: row.id,
            of: row.id,
            at_us: row.created_at.timestamp_micros(),
            abandoned: false,
            fits: Fits::of_column(query, &row.words),
            cosine: short(row.cosine),
        })
        .collect())
}
