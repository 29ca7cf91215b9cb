//! Episodes: what a statement says without its date, on which day it was, and the line that stands for several of them.
//!
//! "I went running on 3 May" and "Yesterday I went running" say the same of two days. Languages without
//! [`Gathering`](crate::language::Gathering) keep their statements whole, and their lines use numbers only.

use crate::{
    cut::beginning,
    language::{Folded, Gathering, Language, Languages},
    times,
};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;

/// Characters of a statement that are read.
const LONGEST: usize = 500;

/// A statement about one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Episode {
    /// The statement without its date.
    pub what: String,
    /// The day that the statement names, in the person's time zone; none when it names no single day.
    pub day: Option<NaiveDate>,
}

/// Reads a statement made at `said_at`. None for one that is about no single day of the past: "every Monday", "tomorrow".
pub fn read(statement: &str, said_at: DateTime<Utc>, time_zone: Tz) -> Option<Episode> {
    let statement = beginning(statement, LONGEST).trim();
    let today = said_at.with_timezone(&time_zone).date_naive();
    let known = gathering_of(statement);
    let Some((language, gathering)) = known else {
        return Some(Episode {
            what: without_end(statement).to_owned(),
            day: None,
        });
    };
    let what = if language.script.has_spaces() {
        without_words_of_time(statement, language, gathering)?
    } else {
        without_phrases_of_time(statement, language, gathering)?
    };
    Some(Episode {
        what,
        day: day(statement, language, gathering, today),
    })
}

/// The rules of a text's language; none in a language without them.
fn gathering_of(text: &str) -> Option<(&'static Language, &'static Gathering)> {
    let languages = Languages::of(text);
    languages
        .iter()
        .find_map(|language| Some((language, language.gathering.as_ref()?)))
}

/// The day that a statement names: a date, a day counted from today, or a day of the week.
fn day(statement: &str, language: &Language, gathering: &Gathering, today: NaiveDate) -> Option<NaiveDate> {
    let text = Folded::of(statement);
    let by_number = || statement.split_whitespace().find_map(written_in_numbers);
    let of_week = || {
        let names = |names: &&[&str]| names.iter().any(|name| has(&text, language, name));
        let day = gathering.weekdays.iter().position(names)?;
        let back = (today.weekday().num_days_from_monday() + 7 - u32::try_from(day).ok()?) % 7;
        today.checked_sub_days(Days::new(back.into()))
    };
    let now = || {
        let mut names = gathering.today.iter();
        let words: Vec<&str> = text.words().collect();
        let this_part =
            |pair: &[&str]| gathering.this.contains(&pair[0]) && gathering.parts.contains(&pair[1]);
        let named = names.any(|name| has(&text, language, name)) || words.windows(2).any(this_part);
        named.then_some(today)
    };
    times::single_day(statement, today)
        .or_else(by_number)
        .or_else(of_week)
        .or_else(now)
}

/// Whether a text has this word; in a script without spaces, these characters.
fn has(text: &Folded, language: &Language, name: &str) -> bool {
    if language.script.has_spaces() {
        text.words().any(|word| word == name)
    } else {
        text.as_str().contains(name)
    }
}

/// "2026-05-03" and "3.5.2026".
fn written_in_numbers(word: &str) -> Option<NaiveDate> {
    let word = core(word);
    let formats = ["%Y-%m-%d", "%d.%m.%Y"];
    formats
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(&word, format).ok())
}

fn core(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// A statement of a language with spaces without the words that date it.
fn without_words_of_time(statement: &str, language: &Language, gathering: &Gathering) -> Option<String> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let cores: Vec<String> = words.iter().map(|word| core(word)).collect();
    let dated = dated(&cores, language, gathering);
    let not_once = |(word, dated): (&String, &bool)| !dated && gathering.not_once.contains(&word.as_str());
    if cores.iter().zip(&dated).any(not_once) {
        return None;
    }
    let kept = words.iter().zip(&dated).filter(|(_, dated)| !**dated);
    let kept: Vec<&str> = kept.map(|(word, _)| *word).collect();
    let what = without_end(&kept.join(" ")).to_owned();
    (!what.is_empty()).then(|| with_capital(&what, statement))
}

/// Which words of a statement date it.
fn dated(cores: &[String], language: &Language, gathering: &Gathering) -> Vec<bool> {
    let times = &language.times;
    let mut dated = vec![false; cores.len()];
    for (at, word) in cores.iter().enumerate() {
        let word = word.as_str();
        let weekday = gathering.weekdays.iter().any(|names| names.contains(&word));
        dated[at] |= weekday || gathering.today.contains(&word) || written_in_numbers(word).is_some();
        if is_month(cores, at, language) {
            mark_date(cores, at, &mut dated);
        }
    }
    for (phrase, _) in times.relative {
        let phrase: Vec<&str> = phrase.split_whitespace().collect();
        for at in 0..cores.len().saturating_sub(phrase.len() - 1) {
            if cores[at..at + phrase.len()]
                .iter()
                .zip(&phrase)
                .all(|(a, b)| a == b)
            {
                dated[at..at + phrase.len()].fill(true);
            }
        }
    }
    // "yesterday morning", "this morning".
    for at in 1..cores.len() {
        let before = cores[at - 1].as_str();
        if gathering.parts.contains(&cores[at].as_str())
            && (dated[at - 1] || gathering.this.contains(&before))
        {
            dated[at - 1] = true;
            dated[at] = true;
        }
    }
    for at in (1..cores.len()).rev() {
        dated[at - 1] |= dated[at] && gathering.joints.contains(&cores[at - 1].as_str());
    }
    dated
}

/// Whether a word is the name of a month, and no other word that is written like it.
fn is_month(cores: &[String], at: usize, language: &Language) -> bool {
    let (times, word) = (&language.times, cores[at].as_str());
    let is_name = times.months.iter().any(|names| names.contains(&word));
    let near = |at: Option<usize>| at.and_then(|at| cores.get(at));
    let in_a_date = [at.checked_sub(1), Some(at + 1)]
        .into_iter()
        .any(|at| near(at).is_some_and(|word| is_number(word)));
    let after = near(at.checked_sub(1)).is_some_and(|word| times.before_month.contains(&word.as_str()));
    is_name && (in_a_date || after || !times.ambiguous_months.contains(&word))
}

/// Marks a month with the numbers and joints beside it: "3 of May 2026".
fn mark_date(cores: &[String], month: usize, dated: &mut [bool]) {
    dated[month] = true;
    for at in month + 1..cores.len().min(month + 3) {
        if !is_number(&cores[at]) {
            break;
        }
        dated[at] = true;
    }
    let before = month.checked_sub(1).filter(|at| is_number(&cores[*at]));
    let before = before.or_else(|| month.checked_sub(2).filter(|at| is_number(&cores[*at])));
    if let Some(from) = before {
        dated[from..month].fill(true);
    }
}

/// "3", "3rd", "2026".
fn is_number(word: &str) -> bool {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    !digits.is_empty() && word.len() - digits.len() <= 2 && digits.chars().all(|c| c.is_ascii_digit())
}

/// A statement of a script without spaces without the phrases that date it.
fn without_phrases_of_time(statement: &str, language: &Language, gathering: &Gathering) -> Option<String> {
    if gathering.not_once.iter().any(|phrase| statement.contains(phrase)) {
        return None;
    }
    let relative = language.times.relative.iter().map(|(phrase, _)| *phrase);
    let weekdays = gathering.weekdays.iter().flat_map(|names| names.iter().copied());
    let mut phrases: Vec<&str> = relative
        .chain(weekdays)
        .chain(gathering.today.iter().copied())
        .collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    let mut what = statement.to_owned();
    for phrase in phrases {
        what = what.replace(phrase, "");
    }
    let what = without_marked_numbers(&what, language);
    let what = what.trim_start_matches(['，', ',', '、', ' ']);
    let what = without_end(what).to_owned();
    (!what.is_empty()).then_some(what)
}

/// A text without numbers that stand before the mark of a year, a month or a day.
fn without_marked_numbers(text: &str, language: &Language) -> String {
    let Some(marks) = &language.times.marks else {
        return text.to_owned();
    };
    let is_mark = |c: &char| *c == marks.year || *c == marks.month || marks.day.contains(c);
    let (mut kept, mut number) = (String::new(), String::new());
    for c in text.chars() {
        if c.is_ascii_digit() || marks.digits.contains(c) {
            number.push(c);
        } else if is_mark(&c) && !number.is_empty() {
            number.clear();
        } else {
            kept.push_str(&std::mem::take(&mut number));
            kept.push(c);
        }
    }
    kept + &number
}

fn without_end(text: &str) -> &str {
    text.trim_end_matches([' ', ',', ';', ':', '.', '!', '。', '！', '，'])
}

/// With a capital letter where the whole statement has one.
fn with_capital(what: &str, statement: &str) -> String {
    let mut characters = what.chars();
    match characters.next() {
        Some(first) if statement.starts_with(char::is_uppercase) => {
            first.to_uppercase().chain(characters).collect()
        }
        _ => what.to_owned(),
    }
}

/// What a line says of its episodes.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// Different days, at least two.
    pub days: usize,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Whether each statement names its day. Otherwise a day is only the one on which the person said it.
    pub dated: bool,
}

/// "I went running (5 times, from 3 May to 12 June 2026)".
pub fn line(what: &str, count: Count) -> String {
    let Some((_, gathering)) = gathering_of(what) else {
        return format!("{what} ({}×, {} – {})", count.days, count.first, count.last);
    };
    let whole = if count.dated {
        gathering.times
    } else {
        gathering.mentioned
    };
    let span = if count.first.year() == count.last.year() {
        gathering.within_a_year
    } else {
        gathering.across_years
    };
    let month = |day: NaiveDate| gathering.months[day.month0() as usize];
    whole
        .replace("{span}", span)
        .replace("{count}", &count.days.to_string())
        .replace("{day1}", &count.first.day().to_string())
        .replace("{month1}", month(count.first))
        .replace("{year1}", &count.first.year().to_string())
        .replace("{day2}", &count.last.day().to_string())
        .replace("{month2}", month(count.last))
        .replace("{year2}", &count.last.year().to_string())
        .replace("{what}", what)
}

#[cfg(test)]
mod tests {
    use super::{Count, Episode, line, read};
    use chrono::{DateTime, NaiveDate, TimeZone, Utc};
    use chrono_tz::Tz;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// A Wednesday.
    fn said() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 5, 20, 9, 0, 0).unwrap()
    }

    fn episode(statement: &str) -> Option<(String, Option<NaiveDate>)> {
        read(statement, said(), Tz::UTC).map(|Episode { what, day }| (what, day))
    }

    #[test]
    fn a_statement_is_read_without_its_date() {
        for (statement, what, named) in [
            ("I went running", "I went running", None),
            ("I went running on 3 May", "I went running", Some(day(2026, 5, 3))),
            (
                "I went running on the 3rd of May 2025.",
                "I went running",
                Some(day(2025, 5, 3)),
            ),
            (
                "On May 3, I went running",
                "I went running",
                Some(day(2026, 5, 3)),
            ),
            (
                "Yesterday I went running",
                "I went running",
                Some(day(2026, 5, 19)),
            ),
            (
                "I went running yesterday morning",
                "I went running",
                Some(day(2026, 5, 19)),
            ),
            (
                "I went running this morning",
                "I went running",
                Some(day(2026, 5, 20)),
            ),
            (
                "I went running on Monday",
                "I went running",
                Some(day(2026, 5, 18)),
            ),
            (
                "I went running on 2026-05-03",
                "I went running",
                Some(day(2026, 5, 3)),
            ),
            ("I went running in November", "I went running", None),
            ("I may go running", "I may go running", None),
            (
                "Ich war am 3. Mai laufen",
                "Ich war laufen",
                Some(day(2026, 5, 3)),
            ),
            ("Gestern war ich laufen", "War ich laufen", Some(day(2026, 5, 19))),
            ("我5月3日去跑步了", "我去跑步了", Some(day(2026, 5, 3))),
            ("昨天我去跑步了。", "我去跑步了", Some(day(2026, 5, 19))),
            ("Corrí por el parque", "Corrí por el parque", None),
        ] {
            assert_eq!(episode(statement), Some((what.to_owned(), named)), "{statement}");
        }
    }

    #[test]
    fn a_day_to_come_and_a_habit_are_no_episodes() {
        for statement in [
            "I go running every Monday",
            "I go running tomorrow",
            "Next Monday I go running",
            "Ich gehe jeden Montag laufen",
            "我每天跑步",
            "明天我去跑步",
        ] {
            assert_eq!(episode(statement), None, "{statement}");
        }
    }

    #[test]
    fn a_line_has_the_count_and_the_dates() {
        let count = |dated| Count {
            days: 5,
            first: day(2026, 5, 3),
            last: day(2026, 6, 12),
            dated,
        };
        assert_eq!(
            line("I went running", count(true)),
            "I went running (5 times, from 3 May to 12 June 2026)"
        );
        assert_eq!(
            line("I went running", count(false)),
            "I went running (mentioned on 5 days, from 3 May to 12 June 2026)"
        );
        let across = Count {
            first: day(2025, 11, 30),
            ..count(true)
        };
        assert_eq!(
            line("I went running", across),
            "I went running (5 times, from 30 November 2025 to 12 June 2026)"
        );
        assert_eq!(
            line("Ich war im Wald laufen", count(true)),
            "Ich war im Wald laufen (5-mal, vom 3. Mai bis zum 12. Juni 2026)"
        );
        assert_eq!(
            line("我去跑步了", count(true)),
            "我去跑步了（共 5 次，2026年5月3日至6月12日）"
        );
        assert_eq!(
            line("Бегал в парке", count(true)),
            "Бегал в парке (5×, 2026-05-03 – 2026-06-12)"
        );
    }
}
