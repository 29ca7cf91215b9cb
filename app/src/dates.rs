//! Moments in the time zone of the signed-in person.

use crate::{context, strings::moments::LocalTime};
use chrono::{DateTime, NaiveDate, NaiveTime, Offset, SecondsFormat, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use hearth_types::{DatePrecision, Timestamp};

/// Now, by the server's clock.
pub fn now() -> Timestamp {
    Utc::now().timestamp_millis()
}

/// The first moment of a day; where clocks are set forward at midnight, the first that exists.
pub fn begin_of(day: NaiveDate, zone: Tz) -> Timestamp {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..=2)
        .find_map(|hours| {
            zone.from_local_datetime(&(midnight + TimeDelta::hours(hours)))
                .earliest()
        })
        .map_or_else(
            || midnight.and_utc().timestamp_millis(),
            |at| at.timestamp_millis(),
        )
}

/// Machine-readable, for `<time datetime>`.
pub fn iso(at: Timestamp) -> String {
    utc(at).to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A moment on clocks of a zone.
pub fn local(at: Timestamp, zone: Tz) -> LocalTime {
    let offset = zone.offset_from_utc_datetime(&utc(at).naive_utc()).fix();
    LocalTime::new(at, offset.local_minus_utc() / 60)
}

/// A moment on the signed-in person's clock.
pub fn own(at: Timestamp) -> LocalTime {
    local(at, context::time_zone())
}

/// "yesterday evening", on the signed-in person's clock.
pub fn spoken(at: Timestamp) -> String {
    own(at).spoken(&own(now()))
}

/// A past day, "May 2026" or "2026".
pub fn as_exact_as(at: Timestamp, precision: DatePrecision) -> String {
    match precision {
        DatePrecision::Day => spoken(at),
        DatePrecision::Month => own(at).month(),
        DatePrecision::Year => own(at).year(),
    }
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}
