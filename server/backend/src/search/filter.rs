//! Where is searched, as the queries bind it.
//!
//! Each query has these conditions itself, because each must find enough that fits before it stops.

use crate::spaces::Scope;
use chrono::{DateTime, Utc};
use hearth_types::{SaidBy, Search, Timestamp, UserId};
use uuid::Uuid;

/// What a passage must be to be found.
pub(super) struct Filter {
    pub me: UserId,
    pub spaces: Vec<Uuid>,
    pub since: DateTime<Utc>,
    /// Not found is what was said then or later.
    pub until: DateTime<Utc>,
    /// 'me', 'hearth' or 'others'; none is whoever.
    pub said_by: Option<&'static str>,
    /// Also what its owner, who is the one that searches, put into the archive.
    pub archived: bool,
}

impl Filter {
    /// `as_of_us`: what was said later than that is not found.
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

    /// Spaces without the person's private one.
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

/// Comes with the request: what is no time of this calendar's is later than any row or earlier.
fn time(microseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(microseconds.clamp(FIRST, LAST)).unwrap_or_default()
}
