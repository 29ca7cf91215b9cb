//! Times that a question names, read by rules, and passages that name a time.
//!
//! Text that no rule reads is no time. "May 2023", "3 May", "in June", "2022", "last month",
//! "yesterday", 2023年5月3日, 五月, 去年, 上个月.

use crate::{
    cut::beginning,
    language::{self, Folded, Languages, Marks, Relative},
};
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// Times of a question that are used.
const MOST: usize = 12;

/// Characters of a text that are read.
const LONGEST: usize = 20_000;

/// Digits of a number in a date.
const DIGITS: usize = 4;

/// Days after a named day in which people still talk about it.
const STILL_NEAR: i64 = 7;

/// What a question says about time.
pub struct Times {
    asks_when: bool,
    named: Vec<Named>,
    time_zone: Tz,
}

/// A time as a question names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Year(i32),
    /// A month, of one year or of any.
    Month(Option<i32>, u32),
    Day(Option<i32>, u32, u32),
    /// From the first day to before the second.
    Range(NaiveDate, NaiveDate),
}

impl Times {
    /// Reads a question that was asked at this moment; relative times ("yesterday") are counted in the time zone.
    pub fn of(question: &str, asked_at: DateTime<Utc>, time_zone: Tz) -> Self {
        let (folded, languages) = (
            Folded::of(beginning(question, LONGEST)),
            Languages::of(question).or_all(),
        );
        let today = asked_at.with_timezone(&time_zone).date_naive();
        Self {
            asks_when: asks_when(&folded, &languages),
            named: named(&folded, &languages, today),
            time_zone,
        }
    }

    /// Whether the question asks for a time.
    pub const fn asks_when(&self) -> bool {
        self.asks_when
    }

    /// How near to a named time something was said, 0 to 1.
    pub fn nearness(&self, said_at: DateTime<Utc>) -> f32 {
        let day = said_at.with_timezone(&self.time_zone).date_naive();
        self.named
            .iter()
            .map(|named| named.nearness(day))
            .fold(0.0, f32::max)
    }
}

impl Named {
    /// Whether it is a day or a month of one year.
    const fn has_year(&self) -> bool {
        matches!(self, Self::Day(Some(_), ..) | Self::Month(Some(_), _))
    }

    fn nearness(self, day: NaiveDate) -> f32 {
        let of = |year: Option<i32>| year.is_none_or(|year| year == day.year());
        match self {
            Self::Year(year) => 0.3 * one(year == day.year()),
            Self::Month(year, month) => one(of(year) && month == day.month()),
            Self::Range(from, to) => one(from <= day && day < to),
            Self::Day(year, month, of_month) => {
                let year = year.unwrap_or_else(|| day.year());
                let Some(date) = NaiveDate::from_ymd_opt(year, month, of_month) else {
                    return 0.0;
                };
                match (day - date).num_days() {
                    0..=2 => 1.0,
                    3..=STILL_NEAR => 0.5,
                    _ if day.year() == year && day.month() == month => 0.2,
                    _ => 0.0,
                }
            }
        }
    }
}

fn one(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// Whether a question asks for a time, in one of the languages that it may be in.
fn asks_when(question: &Folded, languages: &Languages) -> bool {
    languages.iter().map(|language| &language.times).any(|times| {
        let first = |word: &&str| question.as_str().trim_start().starts_with(word);
        times.asks_when_first.iter().any(first) || question.has(times.asks_when)
    })
}

/// Every time that a text names.
fn named(text: &Folded, languages: &Languages, today: NaiveDate) -> Vec<Named> {
    let mut found = Vec::new();
    for language in languages.iter() {
        match &language.times.marks {
            None => found.extend(in_words(text, &language.times)),
            Some(marks) => found.extend(with_marks(text.as_str(), marks)),
        }
        found.extend(
            relative(text, &language.times)
                .into_iter()
                .filter_map(|time| time.named(today)),
        );
    }
    if !found.iter().any(Named::has_year) {
        let words = text.as_str().split(|c: char| !c.is_alphanumeric());
        found.extend(words.filter_map(year).map(Named::Year));
    }
    let mut different: Vec<Named> = Vec::new();
    for named in found {
        if different.len() < MOST && !different.contains(&named) {
            different.push(named);
        }
    }
    different
}

/// The number of a month that a word names.
fn month(times: &language::Times, word: &str) -> Option<u32> {
    let at = times.months.iter().position(|names| names.contains(&word))?;
    u32::try_from(at + 1).ok()
}

fn year(word: &str) -> Option<i32> {
    let number = word.parse().ok()?;
    (word.len() == 4 && (1900..2100).contains(&number)).then_some(number)
}

fn day_of_month(times: &language::Times, word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let number = digits.parse().ok()?;
    ((ending.is_empty() || times.day_endings.contains(&ending)) && (1..=31).contains(&number))
        .then_some(number)
}

/// "3rd of May, 2023", "May 3 2023", "May 2023", "in may".
fn in_words(text: &Folded, times: &language::Times) -> Vec<Named> {
    let words: Vec<&str> = text
        .as_str()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !times.day_joints.contains(word))
        .collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let mut found = Vec::new();
    for at in 0..words.len() {
        let Some(month) = month(times, words[at]) else {
            continue;
        };
        let before = at.checked_sub(1).map(|before| words[before]);
        let day_before = before.and_then(|word| day_of_month(times, word));
        let day_after = day_of_month(times, word(at + 1));
        let year = year(word(at + 1)).or_else(|| day_after.and_then(|_| year(word(at + 2))));
        let sure = year.is_some()
            || day_before.is_some()
            || day_after.is_some()
            || before.is_some_and(|word| times.before_month.contains(&word));
        if times.ambiguous_months.contains(&words[at]) && !sure {
            continue;
        }
        found.push(match day_before.or(day_after) {
            Some(day) => Named::Day(year, month, day),
            None => Named::Month(year, month),
        });
    }
    found
}

/// Numbers with a mark behind each: year, month and day; month and day; a month, a year.
fn with_marks(folded: &str, marks: &Marks) -> Vec<Named> {
    let characters: Vec<char> = folded.chars().collect();
    let number_before = |end: usize| number_ending_at(&characters, end, marks);
    let mut found = Vec::new();
    for (at, c) in characters.iter().enumerate() {
        if *c == marks.month {
            let Some((month, start)) = number_before(at).filter(|(n, _)| (1..=12).contains(n)) else {
                continue;
            };
            let year = (start > 0 && characters[start - 1] == marks.year)
                .then(|| number_before(start - 1))
                .flatten()
                .and_then(|(year, _)| i32::try_from(year).ok());
            let day = (at + 2..characters.len().min(at + 5))
                .find(|end| marks.day.contains(&characters[*end]))
                .and_then(number_before)
                .filter(|(_, start)| *start == at + 1);
            found.push(match day {
                Some((day, _)) => Named::Day(year, month, day),
                None => Named::Month(year, month),
            });
        } else if *c == marks.year && characters.get(at + 1).is_none_or(|next| !next.is_ascii_digit()) {
            let year = number_before(at).filter(|(n, _)| (1900..2100).contains(n));
            found.extend(
                year.and_then(|(year, _)| i32::try_from(year).ok())
                    .map(Named::Year),
            );
        }
    }
    found
}

/// The number that ends before `end`, in digits or in numerals up to ninety-nine, and where it starts.
fn number_ending_at(characters: &[char], end: usize, marks: &Marks) -> Option<(u32, usize)> {
    let first = end.saturating_sub(DIGITS + 1);
    let of_one_kind = |is: &dyn Fn(char) -> bool| {
        let before = characters[first..end].iter().rposition(|c| !is(*c));
        before.map_or(first, |before| first + before + 1)
    };
    let start = of_one_kind(&|c| c.is_ascii_digit());
    if start < end {
        let digits: String = characters[start..end].iter().collect();
        return Some((digits.parse().ok()?, start));
    }
    let start = of_one_kind(&|c| marks.numerals.contains(c));
    let values: Option<Vec<u32>> = characters[start..end]
        .iter()
        .map(|c| numeral(marks, *c))
        .collect();
    let number = match *values?.as_slice() {
        [one] => one,
        [10, ones] => 10 + ones,
        [tens, 10] => tens * 10,
        [tens, 10, ones] => tens * 10 + ones,
        _ => return None,
    };
    Some((number, start))
}

fn numeral(marks: &Marks, c: char) -> Option<u32> {
    let at = marks.numerals.chars().position(|numeral| numeral == c)?;
    u32::try_from(at + 1).ok()
}

/// The times of a text that are counted from today; "the day before yesterday" is not yesterday.
fn relative(text: &Folded, times: &language::Times) -> Vec<Relative> {
    let said: Vec<_> = times
        .relative
        .iter()
        .filter(|(phrase, _)| text.as_str().contains(phrase))
        .collect();
    let is_within_another = |phrase: &str| {
        let longer = said.iter().filter(|(other, _)| other.len() > phrase.len());
        longer.into_iter().any(|(other, _)| other.contains(phrase))
    };
    let mut found: Vec<Relative> = Vec::new();
    for (phrase, time) in &said {
        if !is_within_another(phrase) && !found.contains(time) {
            found.push(*time);
        }
    }
    found
}

impl Relative {
    /// As seen from a day; none before the calendar begins.
    fn named(self, today: NaiveDate) -> Option<Named> {
        let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
        let this_month = today.with_day(1).unwrap_or(today);
        let tomorrow = today.succ_opt()?;
        let (from, to) = match self {
            Self::DayBeforeYesterday => (today - Days::new(2), today.pred_opt()?),
            Self::Yesterday => (today.pred_opt()?, today),
            Self::LastWeek => (monday - Days::new(7), monday),
            Self::ThisWeek => (monday, tomorrow),
            Self::LastMonth => (this_month.checked_sub_months(Months::new(1))?, this_month),
            Self::ThisMonth => (this_month, tomorrow),
            Self::YearBeforeLast => return Some(Named::Year(today.year() - 2)),
            Self::LastYear => return Some(Named::Year(today.year() - 1)),
            Self::ThisYear => return Some(Named::Year(today.year())),
        };
        Some(Named::Range(from, to))
    }

    /// About when it was, as seen from a moment; none of a time that is not over.
    fn ago(self, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::DayBeforeYesterday => Some(from - Days::new(2)),
            Self::Yesterday => Some(from - Days::new(1)),
            Self::LastWeek => Some(from - Days::new(7)),
            Self::LastMonth => {
                let month = from.checked_sub_months(Months::new(1))?;
                first_of(month.year(), month.month())
            }
            Self::LastYear => first_of(from.year() - 1, 1),
            Self::YearBeforeLast => first_of(from.year() - 2, 1),
            Self::ThisWeek | Self::ThisMonth | Self::ThisYear => None,
        }
    }

    /// Whether a month beside it says nothing more.
    const fn is_of_days(self) -> bool {
        matches!(self, Self::DayBeforeYesterday | Self::Yesterday | Self::LastWeek)
    }

    /// The year that it names and that a month beside it is of.
    const fn years_ago(self) -> Option<i32> {
        match self {
            Self::LastYear => Some(1),
            Self::YearBeforeLast => Some(2),
            _ => None,
        }
    }
}

/// How exactly a statement names the time of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    Day,
    Month,
    Year,
}

/// How exactly a statement names the time `at` that [`date_of_change`] found in it: "since 2021" is a year and no 1
/// January. [`Precision::Day`] for any other time.
pub fn precision(statement: &str, at: DateTime<Utc>) -> Precision {
    let names = |precision: Precision| {
        let first = match precision {
            Precision::Day => None,
            Precision::Month => first_of(at.year(), at.month()),
            Precision::Year => first_of(at.year(), 1),
        };
        first == Some(at)
    };
    if !names(Precision::Month) {
        return Precision::Day;
    }
    let text = Folded::of(beginning(statement, LONGEST));
    let languages = Languages::of(statement).or_all();
    let named = named(&text, &languages, at.date_naive());
    if named.iter().any(|named| matches!(named, Named::Day(..))) {
        Precision::Day
    } else if languages
        .iter()
        .any(|language| month_of_change(&text, &language.times).is_some())
        || relatives(&text, &languages).contains(&Relative::LastMonth)
    {
        Precision::Month
    } else if names(Precision::Year) {
        Precision::Year
    } else {
        Precision::Month
    }
}

fn relatives(text: &Folded, languages: &Languages) -> Vec<Relative> {
    languages
        .iter()
        .flat_map(|language| relative(text, &language.times))
        .collect()
}

/// The day that a statement of a change names, as seen from when it was said: "on 3 May", "in March", "last year",
/// "since 2019". Noon of the first day stands for a month or a year ([`precision`]).
pub fn date_of_change(statement: &str, said_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = Folded::of(beginning(statement, LONGEST));
    let languages = Languages::of(statement).or_all();
    let mut relative = relatives(&text, &languages);
    relative.retain(|time| time.ago(said_at).is_some());
    if let Some(day) = day_of_change(&text, &languages, said_at) {
        return Some(day);
    }
    let month = languages
        .iter()
        .find_map(|language| month_of_change(&text, &language.times));
    if let Some(time) = relative.iter().find(|time| month.is_none() || time.is_of_days()) {
        return time.ago(said_at);
    }
    let year = year_in(text.as_str())
        .or_else(|| Some(said_at.year() - relative.iter().find_map(|time| time.years_ago())?));
    match (year, month) {
        (None, None) => None,
        (Some(year), month) => first_of(year, month.unwrap_or(1)),
        // The latest month of this name: the change is over.
        (None, Some(month)) => first_of(said_at.year() - i32::from(month > said_at.month()), month),
    }
}

/// The latest day of this date that is not after the moment; with its year, the day itself.
fn day_of_change(text: &Folded, languages: &Languages, said_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let noon = |year, month, day| Utc.with_ymd_and_hms(year, month, day, 12, 0, 0).single();
    let days = named(text, languages, said_at.date_naive()).into_iter();
    days.filter_map(|named| match named {
        Named::Day(Some(year), month, day) => noon(year, month, day),
        Named::Day(None, month, day) => {
            let this_year = noon(said_at.year(), month, day)?;
            if this_year.date_naive() > said_at.date_naive() {
                noon(said_at.year() - 1, month, day)
            } else {
                Some(this_year)
            }
        }
        _ => None,
    })
    .next()
}

fn first_of(year: i32, month: u32) -> Option<DateTime<Utc>> {
    Utc.with_ymd_and_hms(year, month, 1, 12, 0, 0).single()
}

/// The month after a word such as "in", or before its mark.
fn month_of_change(text: &Folded, times: &language::Times) -> Option<u32> {
    if let Some(marks) = &times.marks {
        let characters: Vec<char> = text.as_str().chars().collect();
        let marked = characters.iter().enumerate().filter(|(_, c)| **c == marks.month);
        let mut months = marked.filter_map(|(at, _)| Some(number_ending_at(&characters, at, marks)?.0));
        return months.find(|month| (1..=12).contains(month));
    }
    let words: Vec<&str> = text.words().collect();
    let mut pairs = words.windows(2);
    pairs.find_map(|pair| month(times, pair[1]).filter(|_| times.dating.contains(&pair[0])))
}

fn year_in(text: &str) -> Option<i32> {
    let numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4);
    numbers
        .filter_map(|digits| digits.parse().ok())
        .find(|year| (1900..2200).contains(year))
}

/// The one day that a statement names, as seen from `today`: a date, or a day counted from today. A date without its
/// year is the latest one that is over.
pub(crate) fn single_day(statement: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = Folded::of(beginning(statement, LONGEST));
    let named = named(&text, &Languages::of(statement).or_all(), today);
    named.into_iter().find_map(|named| match named {
        Named::Day(Some(year), month, day) => NaiveDate::from_ymd_opt(year, month, day),
        Named::Day(None, month, day) => [today.year(), today.year() - 1]
            .into_iter()
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .find(|day| *day <= today),
        Named::Range(from, to) if from.succ_opt() == Some(to) => Some(from),
        Named::Year(_) | Named::Month(..) | Named::Range(..) => None,
    })
}

/// Whether a passage says when something was or will be: answers to "when" do.
pub fn names_a_time(text: &str) -> bool {
    let folded = Folded::of(beginning(text, LONGEST));
    // Of every language: a question looks at thousands of passages, and to detect the language of each takes longer.
    language::ALL.iter().any(|language| {
        let times = &language.times;
        if language.script.has_spaces() {
            has_a_word_of_time(&folded, times)
        } else {
            folded.has(times.words)
        }
    })
}

fn has_a_word_of_time(text: &Folded, times: &language::Times) -> bool {
    let mut before = "";
    for word in text
        .as_str()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let spans = times.before_span.contains(&before) && times.spans.contains(&word.trim_end_matches('s'));
        // A short form such as "mar" is another word more often than a month.
        let is_name = |names: &&language::List| {
            names.first() == Some(&word) && (word.len() > 3 || !times.ambiguous_months.contains(&word))
        };
        if spans
            || times.months.iter().any(|names| is_name(&names))
            || times.words.contains(&word)
            || year(word).is_some()
        {
            return true;
        }
        before = word;
    }
    false
}

/// The number of times that a text names: for tests with hostile texts and for fuzzing.
#[cfg(any(test, feature = "testing"))]
pub fn count(text: &str) -> usize {
    Times::of(text, Utc::now(), Tz::UTC).named.len()
}

#[cfg(test)]
mod tests {
    use super::{Named, Precision, Times, date_of_change, names_a_time, precision};
    use crate::language::{Folded, Languages};
    use chrono::{DateTime, NaiveDate, TimeZone, Utc};
    use chrono_tz::Tz;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn read(text: &str) -> Vec<Named> {
        super::named(&Folded::of(text), &Languages::of(text).or_all(), day(2026, 3, 11))
    }

    fn asks_when(question: &str) -> bool {
        Times::of(question, Utc::now(), Tz::UTC).asks_when()
    }

    #[test]
    fn dates_are_read_in_english() {
        assert_eq!(
            read("What did I do on the 3rd of May, 2023?"),
            [Named::Day(Some(2023), 5, 3)]
        );
        assert_eq!(read("Where was I on June 9?"), [Named::Day(None, 6, 9)]);
        assert_eq!(read("Who came in May 2023?"), [Named::Month(Some(2023), 5)]);
        assert_eq!(read("What happened in 2022?"), [Named::Year(2022)]);
    }

    #[test]
    fn dates_are_read_in_chinese() {
        assert_eq!(read("2023年5月3日我去了哪里？"), [Named::Day(Some(2023), 5, 3)]);
        assert_eq!(read("我们十二月去了哪里？"), [Named::Month(None, 12)]);
        assert_eq!(read("2022年发生了什么？"), [Named::Year(2022)]);
    }

    #[test]
    fn dates_are_read_in_german() {
        assert_eq!(read("Wo war ich am 3. Mai 2023?"), [Named::Day(Some(2023), 5, 3)]);
        assert_eq!(read("Wer kam am 9. Juni?"), [Named::Day(None, 6, 9)]);
        assert_eq!(read("Wer hat uns im März besucht?"), [Named::Month(None, 3)]);
        assert_eq!(read("Was ist 2022 passiert?"), [Named::Year(2022)]);
        assert_eq!(
            read("Wer hat vorgestern angerufen?"),
            [Named::Range(day(2026, 3, 9), day(2026, 3, 10))]
        );
        assert_eq!(
            read("Was haben wir letzten Monat gegessen?"),
            [Named::Range(day(2026, 2, 1), day(2026, 3, 1))]
        );
        assert!(
            asks_when("Wann sind wir umgezogen?") && asks_when("Weißt du noch, wann wir umgezogen sind?")
        );
        assert!(names_a_time("Wir sind vor zwei Jahren umgezogen") && names_a_time("Ich kam im Oktober"));
    }

    #[test]
    fn dates_are_read_in_spanish() {
        assert_eq!(
            read("¿Dónde estuve el 3 de mayo de 2023?"),
            [Named::Day(Some(2023), 5, 3)]
        );
        assert_eq!(read("¿Quién vino el 9 de junio?"), [Named::Day(None, 6, 9)]);
        assert_eq!(read("¿Quién nos visitó en marzo?"), [Named::Month(None, 3)]);
        assert_eq!(
            read("¿Quién llamó anteayer?"),
            [Named::Range(day(2026, 3, 9), day(2026, 3, 10))]
        );
        assert_eq!(
            read("¿Qué comimos el mes pasado?"),
            [Named::Range(day(2026, 2, 1), day(2026, 3, 1))]
        );
        assert!(asks_when("¿Cuándo nos mudamos?") && asks_when("¿Qué día empecé?"));
        assert!(names_a_time("Nos mudamos hace dos años") && names_a_time("Llegué en octubre"));
    }

    #[test]
    fn dates_are_read_in_japanese() {
        assert_eq!(
            read("2023年5月3日はどこに行きましたか？"),
            [Named::Day(Some(2023), 5, 3)]
        );
        assert_eq!(read("十二月はどこに行った？"), [Named::Month(None, 12)]);
        assert_eq!(
            read("先月は何を食べましたか？"),
            [Named::Range(day(2026, 2, 1), day(2026, 3, 1))]
        );
        assert_eq!(
            read("おとといは誰から電話があった？"),
            [Named::Range(day(2026, 3, 9), day(2026, 3, 10))]
        );
        assert!(asks_when("いつ引っ越しましたか？") && names_a_time("去年引っ越しました"));
    }

    #[test]
    fn times_are_counted_from_today() {
        let february = Named::Range(day(2026, 2, 1), day(2026, 3, 1));
        assert_eq!(read("What did we eat last month?"), [february]);
        assert_eq!(read("上个月我们吃了什么？"), [february]);
        assert_eq!(
            read("Who called yesterday?"),
            [Named::Range(day(2026, 3, 10), day(2026, 3, 11))]
        );
    }

    #[test]
    fn verbs_are_no_months() {
        assert_eq!(read("May I march with them? What may help?"), []);
    }

    #[test]
    fn what_was_said_soon_after_a_day_is_near_it() {
        let named = Named::Day(Some(2023), 5, 3);
        assert!(named.nearness(day(2023, 5, 4)) > named.nearness(day(2023, 5, 8)));
        assert!(named.nearness(day(2023, 7, 4)) == 0.0);
    }

    #[test]
    fn passages_that_name_a_time_are_told_from_others() {
        assert!(names_a_time("We moved two weeks ago."));
        assert!(names_a_time("I saw her last summer"));
        assert!(names_a_time("我们去年搬家了"));
        assert!(!names_a_time("You may like this one."));
        assert!(asks_when("when did we move?") && asks_when("我们什么时候搬家的？"));
    }

    #[test]
    fn a_change_is_as_exact_as_its_statement() {
        let said: DateTime<Utc> = Utc.with_ymd_and_hms(2026, 5, 20, 9, 0, 0).unwrap();
        for (statement, expected, exact) in [
            ("I have lived here since 2021", "2021-01-01", Precision::Year),
            (
                "I have lived here since January 2021",
                "2021-01-01",
                Precision::Month,
            ),
            (
                "I have lived here since 1 January 2021",
                "2021-01-01",
                Precision::Day,
            ),
            ("We moved on 3 May", "2026-05-03", Precision::Day),
            ("We moved on 3 June", "2025-06-03", Precision::Day),
            ("Biscuit died in March", "2026-03-01", Precision::Month),
            ("We moved last month", "2026-04-01", Precision::Month),
            ("We moved last year", "2025-01-01", Precision::Year),
            ("We moved yesterday", "2026-05-19", Precision::Day),
            ("Wir wohnen seit 2019 hier", "2019-01-01", Precision::Year),
            ("Wir wohnen seit Mai 2019 hier", "2019-05-01", Precision::Month),
            ("我从2021年起住在里斯本", "2021-01-01", Precision::Year),
            ("我2021年5月3日搬家", "2021-05-03", Precision::Day),
            ("我去年搬家", "2025-01-01", Precision::Year),
        ] {
            let at = date_of_change(statement, said).expect(statement);
            assert_eq!(at.format("%Y-%m-%d").to_string(), expected, "{statement}");
            assert_eq!(precision(statement, at), exact, "{statement}");
        }
    }

    #[test]
    fn a_change_is_dated_as_it_is_told() {
        let said: DateTime<Utc> = Utc.with_ymd_and_hms(2026, 5, 20, 9, 0, 0).unwrap();
        let month = |text: &str| date_of_change(text, said).map(|at| at.format("%Y-%m").to_string());
        for (statement, expected) in [
            ("Biscuit died in March", Some("2026-03")),
            ("We moved in October", Some("2025-10")),
            ("We moved last October", Some("2025-10")),
            ("I have lived here since 2019", Some("2019-01")),
            ("We moved last month", Some("2026-04")),
            ("We moved last year", Some("2025-01")),
            ("We moved last year in November", Some("2025-11")),
            ("Keks ist im März gestorben", Some("2026-03")),
            ("Wir sind letztes Jahr umgezogen", Some("2025-01")),
            ("饼干三月去世了", Some("2026-03")),
            ("我去年11月搬家", Some("2025-11")),
            ("我前年搬家", Some("2024-01")),
            ("We moved to Lisbon", None),
        ] {
            assert_eq!(month(statement).as_deref(), expected, "{statement}");
        }
    }
}
