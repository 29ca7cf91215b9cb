//! The search that the page's query asks for, and addresses of other searches.

use crate::{context, dates, flash};
use chrono::NaiveDate;
use hearth_types::{
    Field, InvalidReason, Problem, SaidBy, Search, SearchCursor, SearchScope, has_something_to_read,
};

/// The form as it was sent, unchanged, so that it need not be typed again.
#[derive(Clone, Default)]
pub struct Query {
    pub words: String,
    pub from: String,
    pub to: String,
    pub said_by: Option<SaidBy>,
    pub scope: SearchScope,
    pub archived: bool,
    pub after: Option<SearchCursor>,
}

pub const SAID_BY: [(SaidBy, &str); 3] = [
    (SaidBy::Me, "me"),
    (SaidBy::Hearth, "hearth"),
    (SaidBy::Others, "others"),
];

pub const SCOPES: [(SearchScope, &str); 3] = [
    (SearchScope::Everything, ""),
    (SearchScope::Messages, "messages"),
    (SearchScope::Memories, "memories"),
];

impl Query {
    pub fn read() -> Self {
        let word = |name| flash::query(name).unwrap_or_default();
        let (by, scope) = (word("by"), word("in"));
        Self {
            words: word("q"),
            from: word("from"),
            to: word("to"),
            said_by: SAID_BY.iter().find(|(_, name)| *name == by).map(|(by, _)| *by),
            scope: SCOPES
                .iter()
                .find(|(_, name)| *name == scope)
                .map_or(SearchScope::Everything, |(scope, _)| *scope),
            archived: flash::is_set("archived"),
            after: flash::query("after").as_deref().and_then(cursor),
        }
    }

    pub fn is_empty(&self) -> bool {
        !has_something_to_read(&self.words)
    }

    /// Whether the search is narrowed, other than by the archive.
    pub fn narrows(&self) -> bool {
        !self.from.is_empty()
            || !self.to.is_empty()
            || self.said_by.is_some()
            || self.scope != SearchScope::Everything
    }

    pub fn has_quotation_marks(&self) -> bool {
        self.words.contains(['"', '“', '”', '„', '「'])
    }

    /// Days are in the person's time zone, both inclusive.
    pub fn search(&self) -> Result<Search, Problem> {
        let (from, to) = (day(&self.from)?, day(&self.to)?);
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            return Err(WRONG_DATES);
        }
        let zone = context::time_zone();
        let begins = |day| dates::begin_of(day, zone);
        Ok(Search {
            words: self.words.clone(),
            since: from.map(begins),
            until: to.and_then(|day| day.succ_opt()).map(begins),
            said_by: self.said_by,
            scope: self.scope,
            archived: self.archived,
        })
    }

    /// The address of the next part.
    pub fn after(&self, last: SearchCursor) -> String {
        let after = format!(
            "{}.{}.{}.{}.{}",
            last.as_of_us,
            u8::from(last.by_meaning),
            last.rank,
            last.at_us,
            last.id
        );
        format!("{}&after={after}", self.address())
    }

    /// The same words without narrowing.
    pub fn everywhere(&self) -> String {
        let words = Self {
            words: self.words.clone(),
            archived: self.archived,
            ..Self::default()
        };
        words.address()
    }

    /// The same in the archive as well.
    pub fn with_archive(&self) -> String {
        let archived = Self {
            archived: true,
            ..self.clone()
        };
        archived.address()
    }

    fn address(&self) -> String {
        let by = SAID_BY.iter().find(|(by, _)| Some(*by) == self.said_by);
        let scope = SCOPES.iter().find(|(scope, _)| *scope == self.scope);
        let pairs = [
            ("q", self.words.as_str()),
            ("from", &self.from),
            ("to", &self.to),
            ("by", by.map_or("", |(_, name)| name)),
            ("in", scope.map_or("", |(_, name)| name)),
            ("archived", if self.archived { "true" } else { "" }),
        ];
        format!("/search?{}", flash::query_string(&pairs))
    }
}

const WRONG_DATES: Problem = Problem::Invalid {
    field: Field::Dates,
    reason: InvalidReason::Wrong,
};

/// A day as date fields send it; none when the field is empty.
fn day(text: &str) -> Result<Option<NaiveDate>, Problem> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| WRONG_DATES),
    }
}

/// A malformed cursor is none: the first page is better than an error.
fn cursor(text: &str) -> Option<SearchCursor> {
    let mut parts = text.split('.');
    let cursor = SearchCursor {
        as_of_us: parts.next()?.parse().ok()?,
        by_meaning: parts.next()? == "1",
        rank: parts.next()?.parse().ok()?,
        at_us: parts.next()?.parse().ok()?,
        id: parts.next()?.parse().ok()?,
    };
    parts.next().is_none().then_some(cursor)
}
