//! Conversations by their titles.
//!
//! A title is short and has no search column: PostgreSQL looks for the words' stems as parts of it, and the words are
//! then looked for as in any text. A part of a word is enough, as people type into a list.

use super::{filter::Filter, fits::Fits, query::Query};
use crate::{Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Titles at most: whoever looks for a conversation knows more of it than a word that a hundred titles have.
const MOST: i64 = 10;

/// A conversation whose title has everything that is searched for.
pub(super) struct Title {
    pub conversation: Uuid,
    pub created_at: DateTime<Utc>,
}

/// None when only what somebody said is searched: nobody said a title.
pub(super) async fn find(
    transaction: &mut UserTransaction,
    query: &Query,
    filter: &Filter,
) -> Result<Vec<Title>> {
    if filter.said_by.is_some() {
        return Ok(Vec::new());
    }
    let patterns: Vec<String> = query
        .terms
        .iter()
        .flat_map(|term| &term.words)
        .map(|word| pattern(word))
        .collect();
    let rows = sqlx::query!(
        "select id, title, created_at from conversations
         where space_id = any ($1) and not temporary and lower(title) like all ($2)
           and updated_at >= $3 and created_at < $4
           and ($5 or not archived or author_id <> $6)
         order by updated_at desc, id desc limit $7",
        &filter.spaces,
        &patterns,
        filter.since,
        filter.until,
        filter.archived,
        filter.me.0,
        // Some have the stems and not the words.
        4 * MOST,
    )
    .fetch_all(&mut **transaction)
    .await?;
    let has_all = |title: &str| {
        let fits = Fits::of_text(query, title).terms;
        let folded = title.to_lowercase();
        query.terms.iter().zip(fits).all(|(term, fit)| {
            let inside = |word: &String| folded.contains(word.as_str());
            fit.fit > 0.0 || (!term.required && term.words.iter().all(inside))
        })
    };
    Ok(rows
        .into_iter()
        .filter(|row| has_all(&row.title))
        .take(usize::try_from(MOST).unwrap_or(usize::MAX))
        .map(|row| Title {
            conversation: row.id,
            created_at: row.created_at,
        })
        .collect())
}

/// The stem as a part of a title. A stem may end in an "i" that the word has not: "allergi" of "allergy". Words are
/// letters and digits: there is nothing to escape.
fn pattern(word: &str) -> String {
    let begins = word
        .strip_suffix('i')
        .filter(|rest| rest.len() > 2)
        .unwrap_or(word);
    format!("%{begins}%")
}
