//! Dates as people say them, in the time zone of whoever reads.

use crate::{
    context,
    strings::{common, language, t},
};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use hearth_types::{Language, Timestamp};

/// The signed-in person's time zone; UTC when nobody is.
pub fn zone() -> Tz {
    context::me()
        .and_then(|me| me.preferences.time_zone.parse().ok())
        .unwrap_or(Tz::UTC)
}

/// Now, as the server's clock has it.
pub fn now() -> Timestamp {
    Utc::now().timestamp_millis()
}

/// The first moment of a day; where clocks are set forward at midnight, the first that there is.
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
    utc(at).to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// To the minute, with the year: "3 May 2026, 18:05".
pub fn exact(at: Timestamp, zone: Tz) -> String {
    let at = utc(at).with_timezone(&zone);
    format!("{}{}{:02}:{:02}", day(&at, true), comma(), at.hour(), at.minute())
}

/// "18:05" today, "yesterday evening", "3 May", "3 May 2024".
pub fn spoken(at: Timestamp, now: Timestamp, zone: Tz) -> String {
    let (at, now) = (utc(at).with_timezone(&zone), utc(now).with_timezone(&zone));
    match days_between(&at, &now) {
        0 if at <= now && now - at < TimeDelta::minutes(1) => t(common::JUST_NOW).to_owned(),
        0 if at <= now && now - at < TimeDelta::hours(1) => {
            common::minutes_ago((now - at).num_minutes().max(1) as u64)
        }
        0 => format!("{:02}:{:02}", at.hour(), at.minute()),
        1 => common::yesterday(at.hour()).to_owned(),
        _ => day(&at, at.year() != now.year()),
    }
}

/// Which heading of the list a conversation stands under.
pub fn group(at: Timestamp, now: Timestamp, zone: Tz) -> String {
    let (at, now) = (utc(at).with_timezone(&zone), utc(now).with_timezone(&zone));
    match days_between(&at, &now) {
        ..=0 => t(common::TODAY).to_owned(),
        1 => t(common::YESTERDAY_HEADING).to_owned(),
        2..=7 => t(common::LAST_WEEK).to_owned(),
        _ => month(&at),
    }
}

fn utc(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at).unwrap_or_default()
}

/// Midnights between two moments, in their time zone.
fn days_between(at: &DateTime<Tz>, now: &DateTime<Tz>) -> i64 {
    (now.date_naive() - at.date_naive()).num_days()
}

fn day(at: &DateTime<Tz>, with_year: bool) -> String {
    match (language(), with_year) {
        (Language::English, false) => at.format("%-d %B").to_string(),
        (Language::English, true) => at.format("%-d %B %Y").to_string(),
        (Language::SimplifiedChinese, false) => at.format("%-m月%-d日").to_string(),
        (Language::SimplifiedChinese, true) => at.format("%Y年%-m月%-d日").to_string(),
    }
}

fn month(at: &DateTime<Tz>) -> String {
    match language() {
        Language::English => at.format("%B %Y").to_string(),
        Language::SimplifiedChinese => at.format("%Y年%-m月").to_string(),
    }
}

fn comma() -> &'static str {
    match language() {
        Language::English => ", ",
        Language::SimplifiedChinese => " ",
    }
}
