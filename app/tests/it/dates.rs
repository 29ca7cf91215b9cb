//! Moments in words. Without a page the language is English.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Tz;
use hearth_app::dates;

const LISBON: Tz = Tz::Europe__Lisbon;

fn at(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

/// Seen from 20:00 in Lisbon on a day in summer.
fn spoken(text: &str) -> String {
    dates::local(at(text), LISBON).spoken(&dates::local(at("2026-06-10T19:00:00Z"), LISBON))
}

#[test]
fn recent_moments_are_told_by_their_distance() {
    assert_eq!(spoken("2026-06-10T18:59:40Z"), "just now");
    assert_eq!(spoken("2026-06-10T18:58:50Z"), "1 minute ago");
    assert_eq!(spoken("2026-06-10T18:20:00Z"), "40 minutes ago");
}

#[test]
fn the_day_begins_at_the_persons_midnight() {
    assert_eq!(spoken("2026-06-09T23:30:00Z"), "00:30");
    assert_eq!(spoken("2026-06-09T22:30:00Z"), "yesterday evening");
    assert_eq!(spoken("2026-06-09T08:00:00Z"), "yesterday morning");
}

#[test]
fn older_days_have_a_date_and_a_year_only_when_it_is_another() {
    assert_eq!(spoken("2026-05-03T12:00:00Z"), "3 May");
    assert_eq!(spoken("2024-05-03T12:00:00Z"), "3 May 2024");
    assert_eq!(
        dates::local(at("2026-05-03T12:05:00Z"), LISBON).exact(),
        "3 May 2026, 13:05"
    );
}

#[test]
fn what_is_yet_to_come_has_a_date() {
    assert_eq!(spoken("2026-06-13T12:00:00Z"), "13 June");
}

#[test]
fn the_list_has_days_then_a_week_then_months() {
    let now = dates::local(at("2026-06-10T19:00:00Z"), LISBON);
    let group = |text| dates::local(at(text), LISBON).heading(&now);
    assert_eq!(group("2026-06-10T01:00:00Z"), "Today");
    assert_eq!(group("2026-06-09T01:00:00Z"), "Yesterday");
    assert_eq!(group("2026-06-03T12:00:00Z"), "Previous 7 days");
    assert_eq!(group("2026-05-20T12:00:00Z"), "May 2026");
}

#[test]
fn a_day_begins_at_the_first_moment_that_its_zone_has() {
    let begin = |day: (i32, u32, u32), zone| {
        dates::begin_of(NaiveDate::from_ymd_opt(day.0, day.1, day.2).unwrap(), zone)
    };
    assert_eq!(begin((2026, 6, 10), LISBON), at("2026-06-09T23:00:00Z"));
    // Clocks went from midnight to one; and from one back to midnight, of which there were two.
    assert_eq!(
        begin((2018, 11, 4), Tz::America__Sao_Paulo),
        at("2018-11-04T03:00:00Z")
    );
    assert_eq!(
        begin((2018, 11, 4), Tz::America__Havana),
        at("2018-11-04T04:00:00Z")
    );
}

#[test]
fn the_calendar_agrees_with_chrono() {
    for text in [
        "1969-12-31T23:59:00Z",
        "1972-02-29T12:00:00Z",
        "2000-02-29T00:00:00Z",
        "2100-03-01T00:00:00Z",
    ] {
        let expected = DateTime::parse_from_rfc3339(text)
            .unwrap()
            .format("%-d %B %Y, %H:%M");
        assert_eq!(dates::local(at(text), Tz::UTC).exact(), expected.to_string());
    }
}
