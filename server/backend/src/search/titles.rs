//! Searches conversations by their titles.
//!
//! A title is short and has no search column: PostgreSQL selects titles that contain the words' stems, and the words
//! are then matched as in any text. A part of a word is enough, as people expect of a filter over a list.

use super::{filter::Filter, fits::Fits, query::Query};
use crate::{Result, storage::UserTransaction};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Maximum number of titles: a word that a hundred titles have does not identify a conversation.
const MOST: i64 = 10;

/// A conversation whose title matches all terms.
pub(super) struct Title {
    pub conversation: Uuid,
    pub created_at: DateTime<Utc>,
}

/// Conversations whose titles match, newest first; none in a search by speaker, because a title has no speaker.
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
        // Some titles have the stems and not the words.
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

/// A `like` pattern for a stem. A stem may end in an "i" that the word does not have: "allergi" of "allergy". Words
/// consist of letters and digits, so nothing needs escaping.
fn pattern(word: &str) -> String {
    let begins = word
        .strip_suffix('i')
        .filter(|rest| rest.len() > 2)
        .unwrap_or(word);
    format!("%{begins}%")
}
