//! The conditions of a search, as its queries bind them.
//!
//! Each query contains these conditions itself, because each must find enough matching rows before its limit.

use crate::spaces::Scope;
use chrono::{DateTime, Utc};
use hearth_types::{SaidBy, Search, Timestamp, UserId};
use uuid::Uuid;

/// The conditions that a passage must meet.
pub(super) struct Filter {
    pub me: UserId,
    pub spaces: Vec<Uuid>,
    pub since: DateTime<Utc>,
    /// Exclusive end of the range.
    pub until: DateTime<Utc>,
    /// 'me', 'hearth' or 'others'; none for every speaker.
    pub said_by: Option<&'static str>,
    /// Whether to include conversations that the searching person owns and archived.
    pub archived: bool,
}

impl Filter {
    /// `as_of_us` excludes everything later, in microseconds.
    pub fn new(me: UserId, scope: &Scope, search: &Search, as_of_us: Option<i64>) -> Self {
        let until = search.until.map_or(LAST, in_microseconds);
        Self {
            me,
            spaces: scope.reads.iter().map(|space| space.0).collect(),
            since: time(search.since.map_or(FIRST, in_microseconds)),
            until: time(as_of_us.map_or(until, |as_of| until.min(as_of.saturating_add(1)))),
            said_by: search.said_by.map(|said_by| match said_by {
                SaidBy::Me => "me",
                SaidBy::Hearth => "hearth",
                SaidBy::Others => "others",
            }),
            archived: search.archived,
        }
    }

    /// The spaces without the person's private one.
    pub fn shared(&self) -> Vec<Uuid> {
        let own = crate::spaces::private_space(self.me).0;
        self.spaces
            .iter()
            .copied()
            .filter(|space| *space != own)
            .collect()
    }
}

/// The first moment of the year 1, in microseconds: earlier than any row.
const FIRST: i64 = -62_135_596_800_000_000;

/// The last second of the year 9999: later than any row.
const LAST: i64 = 253_402_300_799_000_000;

const fn in_microseconds(milliseconds: Timestamp) -> i64 {
    milliseconds.saturating_mul(1000)
}

/// The request may contain any number: one outside of the calendar becomes a time before or after every row.
fn time(microseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(microseconds.clamp(FIRST, LAST)).unwrap_or_default()
}
