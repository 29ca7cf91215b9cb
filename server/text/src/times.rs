//! Times that a question names, read by rules, and passages that name a time.
//!
//! Text that no rule reads is no time. "May 2023", "3 May", "in June", "2022", "last month",
//! "yesterday", 2023年5月3日, 五月, 去年, 上个月.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use chrono_tz::Tz;

/// Times of a question that count; who names more asks for none of them.
const MOST: usize = 12;

/// Digits of a number in a date.
const DIGITS: usize = 4;

/// Days after a named one in which people still talk of it.
const ECHO: i64 = 7;

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
        let folded = question.to_lowercase();
        let today = asked_at.with_timezone(&time_zone).date_naive();
        Self {
            asks_when: asks_when(&folded),
            named: named(&folded, today),
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
                    3..=ECHO => 0.5,
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

fn asks_when(folded: &str) -> bool {
    folded.trim_start().starts_with("when ")
        || [
            "什么时候",
            "何时",
            "哪天",
            "哪一天",
            "哪年",
            "哪一年",
            "几月",
            "几号",
            "多久",
        ]
        .iter()
        .any(|word| folded.contains(word))
}

/// Every time that a folded text names.
fn named(folded: &str, today: NaiveDate) -> Vec<Named> {
    let mut found = english(folded);
    found.extend(chinese(folded));
    found.extend(relative(folded, today));
    let mut different: Vec<Named> = Vec::new();
    for named in found {
        if different.len() < MOST && !different.contains(&named) {
            different.push(named);
        }
    }
    different
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|month| {
        *month == word || (word.len() >= 3 && word.len() <= 4 && month.starts_with(word))
    })?;
    u32::try_from(at + 1).ok()
}

fn year(word: &str) -> Option<i32> {
    let number = word.parse().ok()?;
    (word.len() == 4 && (1900..2100).contains(&number)).then_some(number)
}

fn day_of_month(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = &word[digits.len()..];
    let number = digits.parse().ok()?;
    (["", "st", "nd", "rd", "th"].contains(&ending) && (1..=31).contains(&number)).then_some(number)
}

/// "3rd of May, 2023", "May 3 2023", "May 2023", "in may", "2023".
fn english(folded: &str) -> Vec<Named> {
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && *word != "of")
        .collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let mut found = Vec::new();
    let mut years_taken = false;
    for at in 0..words.len() {
        let Some(month) = month(words[at]) else { continue };
        let day_before = at.checked_sub(1).and_then(|before| day_of_month(words[before]));
        let day_after = day_of_month(word(at + 1));
        let year = year(word(at + 1)).or_else(|| day_after.and_then(|_| year(word(at + 2))));
        // "may" and "march" are verbs too.
        let is_verb = ["may", "march", "mar"].contains(&words[at]);
        let named_by = |before: &str| {
            [
                "in", "during", "since", "until", "early", "late", "mid", "last", "this",
            ]
            .contains(&before)
        };
        let sure = year.is_some()
            || day_before.is_some()
            || day_after.is_some()
            || at.checked_sub(1).is_some_and(|before| named_by(words[before]));
        if is_verb && !sure {
            continue;
        }
        years_taken |= year.is_some();
        found.push(match day_before.or(day_after) {
            Some(day) => Named::Day(year, month, day),
            None => Named::Month(year, month),
        });
    }
    if !years_taken {
        found.extend(words.iter().filter_map(|word| year(word)).map(Named::Year));
    }
    found
}

/// 2023年5月3日, 2023年5月, 5月3号, 五月, 2023年.
fn chinese(folded: &str) -> Vec<Named> {
    let characters: Vec<char> = folded.chars().collect();
    let number_before = |end: usize| number_ending_at(&characters, end);
    let mut found = Vec::new();
    for (at, c) in characters.iter().enumerate() {
        match c {
            '月' => {
                let Some((month, start)) = number_before(at).filter(|(n, _)| (1..=12).contains(n)) else {
                    continue;
                };
                let year = (start > 0 && characters[start - 1] == '年')
                    .then(|| number_before(start - 1))
                    .flatten()
                    .and_then(|(year, _)| i32::try_from(year).ok());
                let day = (at + 2..characters.len().min(at + 5))
                    .find(|end| matches!(characters[*end], '日' | '号'))
                    .and_then(number_before)
                    .filter(|(_, start)| *start == at + 1);
                found.push(match day {
                    Some((day, _)) => Named::Day(year, month, day),
                    None => Named::Month(year, month),
                });
            }
            '年' if characters.get(at + 1).is_none_or(|next| !next.is_ascii_digit()) => {
                if let Some((year, _)) = number_before(at).filter(|(n, _)| (1900..2100).contains(n)) {
                    found.extend(i32::try_from(year).map(Named::Year));
                }
            }
            _ => {}
        }
    }
    found
}

/// The number that ends before `end`, in digits or as 一 to 十二, and where it starts.
fn number_ending_at(characters: &[char], end: usize) -> Option<(u32, usize)> {
    const NUMERALS: &str = "一二三四五六七八九十";
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
    let start = of_one_kind(&|c| NUMERALS.contains(c));
    let value = |c: char| {
        NUMERALS
            .chars()
            .position(|n| n == c)
            .and_then(|at| u32::try_from(at + 1).ok())
    };
    let number = match &characters[start..end] {
        [one] => value(*one)?,
        ['十', ones] => 10 + value(*ones)?,
        [tens, '十'] => value(*tens)? * 10,
        [tens, '十', ones] => value(*tens)? * 10 + value(*ones)?,
        _ => return None,
    };
    Some((number, start))
}

/// "yesterday", "last week", 上个月: counted from the day of the question.
fn relative(folded: &str, today: NaiveDate) -> Vec<Named> {
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    let first_of_month = |day: NaiveDate| day.with_day(1).unwrap_or(day);
    let monday = today - Days::new(u64::from(today.weekday().num_days_from_monday()));
    let this_month = first_of_month(today);
    let range = |from: Option<NaiveDate>, to: NaiveDate| from.map(|from| Named::Range(from, to));
    let mut found = Vec::new();
    if says(&["yesterday", "last night", "昨天", "昨晚"]) {
        found.extend(range(today.pred_opt(), today));
    }
    if says(&["last week", "上周", "上个星期", "上星期"]) {
        found.extend(range(monday.checked_sub_days(Days::new(7)), monday));
    }
    if says(&["this week", "这周", "这个星期", "本周"]) {
        found.extend(range(Some(monday), today + Days::new(1)));
    }
    if says(&["last month", "上个月", "上月"]) {
        found.extend(range(this_month.checked_sub_months(Months::new(1)), this_month));
    }
    if says(&["this month", "这个月", "本月"]) {
        found.extend(range(Some(this_month), today + Days::new(1)));
    }
    if says(&["last year", "去年"]) {
        found.push(Named::Year(today.year() - 1));
    }
    if says(&["this year", "今年"]) {
        found.push(Named::Year(today.year()));
    }
    found
}

/// Words by which a passage tells when something was or will be.
const TIMES: [&str; 24] = [
    "yesterday",
    "today",
    "tonight",
    "tomorrow",
    "ago",
    "recently",
    "since",
    "weekend",
    "weekends",
    "anniversary",
    "birthday",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "christmas",
    "easter",
    "morning",
    "evening",
    "midnight",
    "noon",
];

/// What follows "last", "next", "this", "past".
const SPANS: [&str; 9] = [
    "night", "week", "month", "year", "summer", "winter", "spring", "autumn", "fall",
];

const CHINESE_TIMES: [&str; 20] = [
    "昨天", "今天", "明天", "前天", "后天", "昨晚", "今晚", "去年", "今年", "明年", "上周", "下周", "上个",
    "下个", "星期", "周末", "最近", "以前", "生日", "月",
];

/// Whether a passage says when: answers to "when" do.
pub fn names_a_time(text: &str) -> bool {
    let folded = text.to_lowercase();
    if CHINESE_TIMES.iter().any(|time| folded.contains(time)) {
        return true;
    }
    let mut before = "";
    for word in folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let spans = ["last", "next", "this", "past", "few", "two", "three"].contains(&before)
            && SPANS.contains(&word.trim_end_matches('s'));
        // "may" is a verb more often than a month.
        let is_month = word != "may" && word.len() > 3 && month(word).is_some();
        if spans || is_month || TIMES.contains(&word) || year(word).is_some() {
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
    use super::{Named, asks_when, named, names_a_time};
    use chrono::NaiveDate;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn read(text: &str) -> Vec<Named> {
        named(&text.to_lowercase(), day(2026, 3, 11))
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
}
