//! Search in one person's conversations and memories, by words and by meaning together.
//!
//! Search differs from recall. Recall decides what a model receives, and mostly returns nothing; search returns all
//! that matches, also from conversations whose memory is off, from the archive on request, from abandoned branches
//! (marked as such), and from titles. Forgotten messages have no passages, so search does not find them.
//!
//! ```text
//! query     words as the search column has them, phrases in quotation marks, a prefix as the last word
//! by_words  candidates: passages with rare words, and the newest of those that have all words
//! meaning   candidates: passages whose vectors are near the query's, if that is ready in time
//! rank      all words before some words before none; rarity and meaning within that; the newest of equals first
//! found     the hits of one page: excerpts with the matches marked
//! ```
//!
//! The spaces are those that the person is a member of now: the queries filter by them, and the row-level policies
//! filter again. A hit is a message, however many of its passages match.
//!
//! Pages: every page ranks again and starts after the last hit's position in the order. What the order depends on is
//! the same on all pages: messages since the first page are excluded ([`SearchCursor::as_of_us`]), and meaning counts
//! on all pages or on none.

mod by_words;
mod excerpt;
mod filter;
mod fits;
mod found;
mod meaning;
mod memories;
mod query;
mod rank;
mod titles;

use crate::{Error, Result, UserBackend, limits::Work, spaces::Scope, storage::UserTransaction};
use chrono::Utc;
use filter::Filter;
use hearth_text::cut::is_longer;
use hearth_types::{ByMeaning, Field, InvalidReason, Search, SearchCursor, SearchPage, SearchScope};
use query::Query;
use rank::Ranked;
use std::collections::HashMap;

/// Maximum number of hits on a page.
pub const PAGE_LENGTH: usize = 20;

/// Longest query, in characters.
pub const LONGEST_QUERY: usize = 500;

impl UserBackend {
    /// The page of hits after `cursor`.
    ///
    /// # Errors
    /// The query is too long, or the range of dates ends before it starts.
    pub async fn search(&self, search: &Search, cursor: Option<SearchCursor>) -> Result<SearchPage> {
        check(search)?;
        let query = Query::parse(&search.words);
        if query.terms.is_empty() || !hearth_types::has_something_to_read(&search.words) {
            return Ok(SearchPage::default());
        }
        let _permit = self.backend.inner.limits.begin(self.user, Work::Search).await?;
        let as_of_us = cursor.map_or_else(|| Utc::now().timestamp_micros(), |cursor| cursor.as_of_us);
        let mut vector =
            meaning::QueryVector::begin(self, &query, cursor.map(|cursor| cursor.by_meaning)).await;
        let mut transaction = self.begin().await?;
        plan_each_query(&mut transaction).await?;
        let scope = Scope::of_search(&mut transaction).await?;
        let filter = Filter::new(self.user, &scope, search, cursor.map(|_| as_of_us));
        let mut candidates = Candidates::default();
        if search.scope != SearchScope::Memories {
            candidates.words = by_words::candidates(&mut transaction, &query, &filter).await?;
            candidates.titles = titles::find(&mut transaction, &query, &filter).await?;
        }
        // Waiting for the embedder holds no connection, because embedding needs one itself.
        transaction.commit().await?;
        let (by_meaning, vector) = vector.in_time().await;
        let mut transaction = self.begin().await?;
        if search.scope != SearchScope::Memories {
            let near = match &vector {
                Some(vector) => meaning::nearest(&mut transaction, vector, &filter).await?,
                None => HashMap::new(),
            };
            candidates.passages =
                by_words::load(&mut transaction, &query, &filter, &candidates.words, &near).await?;
        }
        candidates.memories =
            memories::find(&mut transaction, &query, &filter, search, vector.as_ref()).await?;
        let cut = candidates.words.cut;
        let ranked = rank::rank(&query, candidates, vector.as_ref());
        let (shown, next) = page(ranked, cursor);
        let hits = found::load(&mut transaction, &query, self.user, &shown).await?;
        let next = next.map(|last| SearchCursor {
            as_of_us,
            by_meaning: by_meaning == ByMeaning::Yes,
            rank: last.rank,
            at_us: last.at_us,
            id: last.id,
        });
        Ok(SearchPage {
            hits,
            cut: cut && next.is_none(),
            next,
            by_meaning,
        })
    }
}

/// What the searches found, before ranking.
#[derive(Default)]
struct Candidates {
    words: by_words::ByWords,
    passages: Vec<rank::Candidate>,
    titles: Vec<titles::Title>,
    memories: Vec<rank::Candidate>,
}

fn check(search: &Search) -> Result<()> {
    if is_longer(&search.words, LONGEST_QUERY) {
        return Err(Error::invalid(Field::Search, InvalidReason::TooLong));
    }
    if search
        .since
        .zip(search.until)
        .is_some_and(|(since, until)| since >= until)
    {
        return Err(Error::invalid(Field::Dates, InvalidReason::Wrong));
    }
    Ok(())
}

/// Makes PostgreSQL plan each query for its own words: the frequency of a word decides which index is best.
async fn plan_each_query(transaction: &mut UserTransaction) -> Result<()> {
    sqlx::query("set local plan_cache_mode = 'force_custom_plan'")
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The hits after the cursor, and the last of them if further hits follow.
fn page(ranked: Vec<Ranked>, cursor: Option<SearchCursor>) -> (Vec<Ranked>, Option<Ranked>) {
    let mut rest = ranked
        .into_iter()
        .filter(|hit| cursor.is_none_or(|last| hit.place() < (last.rank, last.at_us, last.id)));
    let shown: Vec<Ranked> = rest.by_ref().take(PAGE_LENGTH).collect();
    let last = rest.next().and(shown.last().copied());
    (shown, last)
}

/// The number of terms of a search: for tests with hostile texts.
#[cfg(feature = "testing")]
pub(crate) fn count_of_terms(words: &str) -> usize {
    Query::parse(words).terms.len()
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(crate) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("search::Query::parse", |text| { std::hint::black_box(Query::parse(text)); }),
    ("search::excerpt, of a hostile text", |text| { std::hint::black_box(excerpt::excerpt(text, &Query::parse("\"a a a\" 的 wh"), true)); }),
    ("search::excerpt, of a hostile query", |text| { std::hint::black_box(excerpt::excerpt("I am a dog. 我的狗", &Query::parse(text), true)); }),
    ("search::excerpt, of both", |text| { std::hint::black_box(excerpt::excerpt(text, &Query::parse(text), true)); }),
    ("search::fits::Fits::of_text", |text| { std::hint::black_box(fits::Fits::of_text(&Query::parse(text), text)); }),
];
