//! Episodes of one matter: "I went running on 3 May", "Yesterday I went running", and so on become the line "I went
//! running (5 times, from 3 May to 12 June 2026)".
//!
//! Rules alone decide: statements are of one matter if they are the same without their dates, with the same negation,
//! quantity and subject. Days are counted, not statements: the day that a statement names, or else the day on which the
//! person said it. A line counts "5 times" only where every statement names its day; otherwise "My tooth hurts", said on
//! five days, was "mentioned on 5 days". What can be true only once (a move, a death, a home) is never gathered.

use super::{alike::Key, alike::Reading};
use crate::memory::{
    change::{Statement, tells_of_a_change},
    statement::LONGEST_STATEMENT,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use hearth_text::{
    cut::beginning,
    episodes::{self, Count},
    words,
};
use std::collections::{BTreeMap, HashMap};

/// Different days from which on episodes are gathered.
pub(super) const FEWEST_DAYS: usize = 3;

/// Different days below which a line that lost episodes is dissolved.
const FEWEST_LEFT: usize = 2;

/// What an episode is about, without its date.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Matter {
    words: Vec<String>,
    key: Key,
}

/// A statement read as an episode.
pub(super) struct Episode {
    pub matter: Matter,
    pub what: String,
    /// The day that the statement names.
    pub day: Option<NaiveDate>,
}

impl Matter {
    /// None for a statement that is no episode.
    pub fn of(statement: &str, said_at: DateTime<Utc>, time_zone: Tz) -> Option<Episode> {
        let statement = beginning(statement, LONGEST_STATEMENT);
        if Statement::read(statement).has_slot() || tells_of_a_change(statement) {
            return None;
        }
        let episode = episodes::read(statement, said_at, time_zone)?;
        let words = words::of_statement(&episode.what);
        if words.is_empty() {
            return None;
        }
        Some(Episode {
            matter: Self {
                words,
                key: Reading::of(&episode.what).key,
            },
            what: episode.what,
            day: episode.day,
        })
    }
}

/// A memory that may be an episode.
pub(super) struct Told<'a> {
    pub at: usize,
    pub statement: &'a str,
    /// Whether it is of the kind "event"; others count only where they name their day.
    pub is_event: bool,
    /// The day from which on it holds, where one is known.
    pub since: Option<DateTime<Utc>>,
    /// When the person said it, at least once.
    pub said_at: &'a [DateTime<Utc>],
    /// Episodes of different kinds here are never gathered.
    pub apart: String,
}

/// Episodes of one matter.
pub(super) struct Gathered {
    pub members: Vec<usize>,
    pub line: String,
}

/// The groups of memories that are episodes of one matter on at least [`FEWEST_DAYS`] days.
pub(super) fn groups(told: &[Told<'_>], time_zone: Tz) -> Vec<Gathered> {
    let mut matters: HashMap<(Matter, &str), Vec<Dated>> = HashMap::new();
    for one in told {
        for (matter, dated) in dated(one, time_zone) {
            matters
                .entry((matter, one.apart.as_str()))
                .or_default()
                .push(dated);
        }
    }
    let mut groups: Vec<Gathered> = matters
        .into_values()
        .filter_map(|dated| gathered(&dated, FEWEST_DAYS))
        .collect();
    groups.sort_by_key(|group| group.members.first().copied());
    groups
}

/// The line of a group as it is now; none when too few of its episodes are left.
pub(super) fn line_of(told: &[Told<'_>], time_zone: Tz) -> Option<String> {
    let dated: Vec<Dated> = told
        .iter()
        .flat_map(|one| dated(one, time_zone).into_iter().map(|(_, dated)| dated))
        .collect();
    gathered(&dated, FEWEST_LEFT).map(|group| group.line)
}

/// One telling of an episode.
struct Dated {
    at: usize,
    what: String,
    day: NaiveDate,
    /// Whether the day is known, or only when it was said.
    named: bool,
}

fn dated(one: &Told<'_>, time_zone: Tz) -> Vec<(Matter, Dated)> {
    let local = |at: DateTime<Utc>| at.with_timezone(&time_zone).date_naive();
    let tellings = one.said_at.iter().filter_map(|said_at| {
        let read = Matter::of(one.statement, *said_at, time_zone)?;
        let named = read.day.or_else(|| one.since.map(local));
        (named.is_some() || one.is_event).then(|| {
            let dated = Dated {
                at: one.at,
                what: read.what,
                day: named.unwrap_or_else(|| local(*said_at)),
                named: named.is_some(),
            };
            (read.matter, dated)
        })
    });
    tellings.collect()
}

fn gathered(dated: &[Dated], fewest: usize) -> Option<Gathered> {
    let mut days: Vec<NaiveDate> = dated.iter().map(|dated| dated.day).collect();
    days.sort_unstable();
    days.dedup();
    let (first, last) = (*days.first()?, *days.last()?);
    if days.len() < fewest {
        return None;
    }
    let mut members: Vec<usize> = dated.iter().map(|dated| dated.at).collect();
    members.sort_unstable();
    members.dedup();
    let count = Count {
        days: days.len(),
        first,
        last,
        dated: dated.iter().all(|dated| dated.named),
    };
    Some(Gathered {
        members,
        line: episodes::line(most_frequent(dated)?, count),
    })
}

/// The wording that most of the statements have; of equally frequent ones the first in the alphabet.
fn most_frequent(dated: &[Dated]) -> Option<&str> {
    let mut wordings: BTreeMap<&str, usize> = BTreeMap::new();
    for dated in dated {
        *wordings.entry(&dated.what).or_default() += 1;
    }
    let most = wordings.values().copied().max()?;
    wordings
        .into_iter()
        .find(|(_, times)| *times == most)
        .map(|(what, _)| what)
}

#[cfg(test)]
mod tests {
    use super::{Told, groups, line_of};
    use chrono::{DateTime, TimeZone, Utc};
    use chrono_tz::Tz;

    fn at(month: u32, day: u32) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, month, day, 9, 0, 0).unwrap()
    }

    /// The lines of statements, each said on a day of May.
    fn lines(statements: &[&str], is_event: bool) -> Vec<String> {
        let said: Vec<_> = (1..=statements.len())
            .map(|day| [at(5, u32::try_from(day).unwrap())])
            .collect();
        let told: Vec<_> = statements
            .iter()
            .zip(&said)
            .enumerate()
            .map(|(at, (statement, said_at))| Told {
                at,
                statement,
                is_event,
                since: None,
                said_at,
                apart: String::new(),
            })
            .collect();
        groups(&told, Tz::UTC)
            .into_iter()
            .map(|group| group.line)
            .collect()
    }

    #[test]
    fn episodes_of_one_matter_become_one_line_with_count_and_dates() {
        assert_eq!(
            lines(
                &[
                    "I went running on 3 April",
                    "Yesterday I went running",
                    "I went running today",
                    "I went to the cinema on 4 April",
                ],
                false
            ),
            ["I went running (3 times, from 3 April to 3 May 2026)"]
        );
        assert_eq!(
            lines(&["我去跑步了", "昨天我去跑步了", "我4月3日去跑步了"], true),
            [] as [&str; 0],
            "on two days: too few"
        );
    }

    #[test]
    fn what_names_no_day_was_mentioned_and_only_events_are() {
        let statements = ["My tooth hurts"; 3];
        assert_eq!(
            lines(&statements, true),
            ["My tooth hurts (mentioned on 3 days, from 1 May to 3 May 2026)"]
        );
        assert!(lines(&statements, false).is_empty());
    }

    #[test]
    fn what_differs_or_can_be_only_once_is_not_gathered() {
        for statements in [
            [
                "I went running on 3 April",
                "I did not go running on 4 April",
                "I went running on 5 April",
            ],
            [
                "I went running on 3 April",
                "My sister went running on 4 April",
                "I went running on 5 April",
            ],
            [
                "I ran 5 km on 3 April",
                "I ran 6 km on 4 April",
                "I ran 7 km on 5 April",
            ],
            [
                "I moved to Porto on 3 April",
                "I moved to Porto on 4 April",
                "I moved to Porto on 5 April",
            ],
            ["I live in Porto", "I live in Porto", "I live in Porto"],
            ["I run every Monday", "I run every Monday", "I run every Monday"],
        ] {
            assert!(lines(&statements, true).is_empty(), "{statements:?}");
        }
    }

    #[test]
    fn one_statement_said_on_several_days_counts_them_and_a_line_goes_on_with_two() {
        let said = [at(5, 1), at(5, 9), at(6, 2), at(6, 2)];
        let told = |said_at| Told {
            at: 0,
            statement: "I went running",
            is_event: true,
            since: None,
            said_at,
            apart: String::new(),
        };
        let all = groups(&[told(&said)], Tz::UTC);
        assert_eq!(
            all[0].line,
            "I went running (mentioned on 3 days, from 1 May to 2 June 2026)"
        );
        let left = line_of(&[told(&said[..2])], Tz::UTC);
        assert_eq!(
            left.as_deref(),
            Some("I went running (mentioned on 2 days, from 1 May to 9 May 2026)")
        );
        assert_eq!(line_of(&[told(&said[..1])], Tz::UTC), None);
    }
}
