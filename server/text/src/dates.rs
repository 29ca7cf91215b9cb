//! Dates of days that a statement counts from today. "My flight is tomorrow" is of use in a month only with its date.

use crate::language::{Counted, Language, Languages, Times, Written};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

/// Characters of a statement that are read.
const LONGEST: usize = 1_000;

/// Dates that are put into a statement.
const MOST: usize = 3;

/// The statement with the date behind each day or span that it counts from today: "My flight is tomorrow (30 November
/// 2026)". The day begins at midnight of the person's time zone. Unchanged without such a day, and in a language without
/// a pack.
pub fn with_dates(statement: &str, said_at: DateTime<Utc>, time_zone: Tz) -> String {
    if statement.chars().count() > LONGEST {
        return statement.to_owned();
    }
    let today = said_at.with_timezone(&time_zone).date_naive();
    let mut places: Vec<(usize, String)> = Vec::new();
    for language in Languages::of(statement).iter() {
        for (range, counted) in counted(language, statement) {
            let date = date(&language.times, counted, today);
            let is_new = places
                .iter()
                .all(|(end, _)| *end <= range.start || *end > range.end);
            if let Some(date) =
                date.filter(|_| is_new && !statement[range.end..].trim_start().starts_with(['(', '（']))
            {
                places.push((range.end, date));
            }
        }
    }
    places.sort_by_key(|(end, _)| *end);
    places.dedup_by_key(|(end, _)| *end);
    places.truncate(MOST);
    let mut dated = statement.to_owned();
    for (end, date) in places.into_iter().rev() {
        let mark = if statement.is_ascii() || dated[..end].ends_with(|c: char| c.is_ascii()) {
            format!(" ({date})")
        } else {
            format!("（{date}）")
        };
        dated.insert_str(end, &mark);
    }
    dated
}

/// A day or span with the weekday that it names, from Monday (0).
type Named = (Counted, Option<u8>);

/// The days and spans of a statement with their places, none within another.
fn counted(language: &Language, statement: &str) -> Vec<(std::ops::Range<usize>, Named)> {
    // ASCII only: the places stay those of the statement.
    let lower = statement.to_ascii_lowercase();
    let mut found: Vec<(std::ops::Range<usize>, Named)> = Vec::new();
    for (phrase, counted) in language.times.counted {
        for (phrase, weekday) in phrases(&language.times, phrase) {
            for (at, _) in lower.match_indices(&phrase) {
                let range = at..at + phrase.len();
                let overlaps =
                    |other: &std::ops::Range<usize>| other.start < range.end && range.start < other.end;
                if is_whole(language, &lower, &range)
                    && !follows_another_word(language, &lower[..at])
                    && !found.iter().any(|(other, _)| overlaps(other))
                {
                    found.push((range, (*counted, weekday)));
                }
            }
        }
    }
    found
}

/// A phrase, or one for each name of a weekday where it has the place for one.
fn phrases(times: &Times, phrase: &str) -> Vec<(String, Option<u8>)> {
    if !phrase.contains("{weekday}") {
        return vec![(phrase.to_owned(), None)];
    }
    let names = (0..)
        .zip(times.weekdays)
        .flat_map(|(day, names)| names.iter().map(move |name| (day, name)));
    names
        .map(|(day, name)| (phrase.replace("{weekday}", name), Some(day)))
        .collect()
}

/// Whether no word goes on at either side: "tomorrow" and not "tomorrow's".
fn is_whole(language: &Language, text: &str, range: &std::ops::Range<usize>) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
    !language.script.has_spaces()
        || !(text[..range.start].ends_with(goes_on) || text[range.end..].starts_with(goes_on))
}

/// Whether the word before makes a phrase another one.
fn follows_another_word(language: &Language, before: &str) -> bool {
    let word = before.split_whitespace().next_back();
    word.is_some_and(|word| language.times.not_counted_after.contains(&word))
}

/// In words of the language; none beyond the calendar.
fn date(times: &Times, (counted, weekday): Named, today: NaiveDate) -> Option<String> {
    let written = &times.written;
    let monday = today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday())))?;
    let week = |weeks: i64| monday.checked_add_signed(TimeDelta::weeks(weeks));
    let to_weekday = || Some(i64::from(weekday?) - i64::from(today.weekday().num_days_from_monday()));
    let day = |days: i64| Some(on_day(written, today.checked_add_signed(TimeDelta::days(days))?));
    match counted {
        Counted::Days(days) => day(days),
        Counted::Weeks(weeks) => Some(written.week.replace("{date}", &on_day(written, week(weeks)?))),
        Counted::Months(months) => {
            let first = today.with_day(1)?;
            let count = Months::new(months.unsigned_abs());
            let month = if months < 0 {
                first.checked_sub_months(count)
            } else {
                first.checked_add_months(count)
            };
            Some(put_in(written.month, written, month?))
        }
        Counted::Years(years) => Some(
            written
                .year
                .replace("{year}", &(today.year() + years).to_string()),
        ),
        Counted::WeekdayOfWeek(weeks) => {
            let date = week(weeks)?.checked_add_days(Days::new(u64::from(weekday?)))?;
            Some(on_day(written, date))
        }
        Counted::WeekdayBefore => day(to_weekday()?.rem_euclid(7) - 7),
        Counted::WeekdayAfter => day((to_weekday()? - 1).rem_euclid(7) + 1),
    }
}

fn on_day(written: &Written, date: NaiveDate) -> String {
    put_in(written.day, written, date)
}

fn put_in(form: &str, written: &Written, date: NaiveDate) -> String {
    let month = usize::try_from(date.month0())
        .ok()
        .and_then(|month| written.months.get(month));
    let month = month.map_or_else(|| date.month().to_string(), |name| (*name).to_owned());
    form.replace("{day}", &date.day().to_string())
        .replace("{month}", &month)
        .replace("{year}", &date.year().to_string())
}

#[cfg(test)]
mod tests {
    use super::with_dates;
    use chrono::{TimeZone, Utc};
    use chrono_tz::Tz;

    /// Said on Sunday, 29 November 2026, in the evening.
    fn dated(statement: &str) -> String {
        let said_at = Utc.with_ymd_and_hms(2026, 11, 29, 20, 0, 0).unwrap();
        with_dates(statement, said_at, Tz::Europe__Lisbon)
    }

    #[test]
    fn a_day_counted_from_today_gets_its_date() {
        for (statement, expected) in [
            (
                "My flight is tomorrow at nine",
                "My flight is tomorrow (30 November 2026) at nine",
            ),
            (
                "Tomorrow I see the dentist",
                "Tomorrow (30 November 2026) I see the dentist",
            ),
            (
                "I start at the hospital next Tuesday",
                "I start at the hospital next Tuesday (1 December 2026)",
            ),
            (
                "We met Tom last Friday",
                "We met Tom last Friday (27 November 2026)",
            ),
            (
                "We met Tom last Sunday",
                "We met Tom last Sunday (22 November 2026)",
            ),
            (
                "The plumber comes this coming Sunday",
                "The plumber comes this coming Sunday (6 December 2026)",
            ),
            (
                "My sister's wedding is the day after tomorrow",
                "My sister's wedding is the day after tomorrow (1 December 2026)",
            ),
            ("We move next month", "We move next month (December 2026)"),
            ("We moved last year", "We moved last year (2025)"),
            (
                "I am in Porto next week",
                "I am in Porto next week (the week of 30 November 2026)",
            ),
            (
                "Morgen habe ich Prüfung",
                "Morgen (30. November 2026) habe ich Prüfung",
            ),
            (
                "Übermorgen fliegen wir nach Porto",
                "Übermorgen (1. Dezember 2026) fliegen wir nach Porto",
            ),
            (
                "Nächsten Dienstag fange ich an",
                "Nächsten Dienstag (1. Dezember 2026) fange ich an",
            ),
            ("我明天去看牙医", "我明天（2026年11月30日）去看牙医"),
            ("我下周二搬家", "我下周二（2026年12月1日）搬家"),
            ("我去年搬到里斯本", "我去年（2025年）搬到里斯本"),
            ("我们后天结婚", "我们后天（2026年12月1日）结婚"),
            (
                "Mañana tengo cita con la dentista",
                "Mañana (30 de noviembre de 2026) tengo cita con la dentista",
            ),
            (
                "Empiezo en el hospital el martes que viene",
                "Empiezo en el hospital el martes que viene (1 de diciembre de 2026)",
            ),
            (
                "La semana pasada nos mudamos",
                "La semana pasada (semana del 16 de noviembre de 2026) nos mudamos",
            ),
            (
                "明日は歯医者に行きます",
                "明日（2026年11月30日）は歯医者に行きます",
            ),
            (
                "来週の火曜日に引っ越します",
                "来週の火曜日（2026年12月1日）に引っ越します",
            ),
        ] {
            assert_eq!(dated(statement), expected);
        }
    }

    #[test]
    fn what_is_no_day_from_today_stays_as_it_is() {
        for statement in [
            "I go to yoga on Tuesdays",
            "My favourite song is Yesterday's Party",
            "I read Tomorrowland every year",
            "My flight is tomorrow (30 November)",
            "Am Morgen trinke ich Tee",
            "Guten Morgen ist mein Lieblingsgruß",
            "我每周二上瑜伽课",
            "Por la mañana bebo té",
            "Los martes voy a yoga",
            "毎週火曜日にヨガに通っています",
            "J'habite à Lisbonne depuis demain",
            "",
        ] {
            assert_eq!(dated(statement), statement);
        }
    }

    #[test]
    fn the_day_is_that_of_the_persons_time_zone() {
        let said_at = Utc.with_ymd_and_hms(2026, 11, 29, 20, 0, 0).unwrap();
        let in_shanghai = with_dates("My flight is tomorrow", said_at, Tz::Asia__Shanghai);
        assert_eq!(in_shanghai, "My flight is tomorrow (1 December 2026)");
    }
}
