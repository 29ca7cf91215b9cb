//! What a statement says about change: whether two say the same, whether one ends another, and since when.
//!
//! Attributes that a person has one of (home, work, name, age, a favourite) are recognised by how people put
//! them, in both languages; so are the words with which something ends (died, no longer, sold, 去世, 不再).

use super::LONGEST_STATEMENT;
use crate::memory::facts::qualifiers::Qualifiers;
use chrono::{DateTime, Datelike, Months, TimeDelta, TimeZone, Utc};
use hearth_text::{cut::beginning, words};
use std::collections::BTreeSet;

/// An attribute that has one value at a time, such as ("home", {"lisbon"}).
pub(super) type Slot = (String, BTreeSet<String>);

/// How people say that something is over.
const ENDINGS: [&str; 34] = [
    " died",
    " passed away",
    " no longer",
    " anymore",
    " any more",
    " quit ",
    " gave up ",
    " stopped ",
    " sold ",
    " broke up",
    " got divorced",
    " are divorced",
    " left my job",
    " left our ",
    " cancelled ",
    " canceled ",
    " got rid of",
    " gave away",
    " moved out of",
    " used to ",
    " was put down",
    "去世",
    "过世",
    "死了",
    "不再",
    "戒了",
    "戒掉",
    "卖了",
    "卖掉",
    "分手",
    "离婚",
    "辞职",
    "离职",
    "取消了",
];

/// Of these the one who is named is gone, and everything that was so about them has ended.
const DEATHS: [&str; 7] = [
    " died",
    " passed away",
    " was put down",
    "去世",
    "过世",
    "死了",
    "走丢了",
];

const PAST: [&str; 5] = [" used to ", "以前", "曾经", "过去我", "之前住"];

const NEGATIONS: [&str; 17] = [
    " not ",
    "n't ",
    " never ",
    " hate ",
    " dislike ",
    " can't stand ",
    " no longer ",
    " quit ",
    " stopped ",
    "不",
    "没",
    "讨厌",
    "戒",
    "别",
    " neither ",
    " without ",
    " allergic ",
];

/// A statement, read once: a new one is held against thousands.
pub(super) struct Statement<'a> {
    said: &'a str,
    words: BTreeSet<String>,
    numbers: BTreeSet<String>,
    qualifiers: Qualifiers,
    slots: Vec<Slot>,
    no: bool,
    ending: Option<&'static str>,
    past: bool,
}

impl<'a> Statement<'a> {
    pub fn read(said: &'a str) -> Self {
        let said = beginning(said, LONGEST_STATEMENT);
        Self {
            words: words::of_question(said),
            numbers: numbers(said),
            qualifiers: Qualifiers::of(said),
            slots: slots(said),
            no: is_no(said),
            ending: ending(said),
            past: is_about_the_past(said),
            said,
        }
    }

    /// Whether it gives a value to an attribute of which there is one.
    pub fn has_slot(&self) -> bool {
        !self.slots.is_empty()
    }
}

/// Whether two statements say the same: nearly the same words, the same numbers, and the same words that their truth
/// depends on.
#[allow(clippy::cast_precision_loss, reason = "counts of words")]
pub(super) fn says_the_same(a: &Statement<'_>, b: &Statement<'_>) -> bool {
    let (own, other) = (&a.words, &b.words);
    if a.no != b.no
        || a.qualifiers != b.qualifiers
        || a.numbers != b.numbers
        || a.ending.is_some() != b.ending.is_some()
    {
        return false;
    }
    if own.is_empty() {
        return a.said.trim().eq_ignore_ascii_case(b.said.trim());
    }
    let common = own.intersection(other).count() as f32;
    let all = own.union(other).count() as f32;
    let shared_slot = || a.slots.iter().any(|slot| b.slots.contains(slot));
    common >= 0.8 * all || (own.len() <= 4 && other.len() <= 4 && shared_slot())
}

/// Whether `new` says that `old` no longer holds.
pub(super) fn ends(new: &Statement<'_>, old: &Statement<'_>) -> bool {
    let replaced = old.slots.iter().any(|(key, value)| {
        new.slots.iter().any(|(other, new_value)| {
            let same = new_value.is_subset(value) || value.is_subset(new_value);
            other == key && same == new.past
        })
    });
    replaced || ended_in_words(new, old) || turned_around(new, old)
}

fn ended_in_words(new: &Statement<'_>, old: &Statement<'_>) -> bool {
    let Some(cue) = new.ending else {
        return false;
    };
    if DEATHS.contains(&cue) && old.ending.is_none() {
        let about = before(new.said, cue);
        let named = names(old.said);
        return names(about).iter().any(|name| named.contains(name))
            || (!new.said.is_ascii()
                && words::of_question(about)
                    .intersection(&old.words)
                    .next()
                    .is_some());
    }
    words::share(&old.words, &new.words) >= 0.5
}

/// "I like liver" and "I don't like liver": the same words and one no.
fn turned_around(new: &Statement<'_>, old: &Statement<'_>) -> bool {
    const LIKING: [&str; 12] = [
        "like", "love", "hate", "dislik", "enjoy", "don", "doesn", "never", "喜欢", "讨厌", "不喜", "很喜",
    ];
    if new.no == old.no {
        return false;
    }
    let rest = |of: &Statement<'_>| -> BTreeSet<String> {
        let words = of.words.iter().filter(|word| !LIKING.contains(&word.as_str()));
        words.cloned().collect()
    };
    let new_words = rest(new);
    !new_words.is_empty() && new_words == rest(old)
}

/// Whether it tells of something that is over, in itself: "I used to live in Porto".
pub(super) fn is_about_the_past(statement: &str) -> bool {
    let text = spaced(statement);
    PAST.iter().any(|word| text.contains(word))
}

/// Whether it tells of something new: then it holds from that day on.
pub(super) fn tells_of_a_change(statement: &str) -> bool {
    const CHANGES: [&str; 14] = [
        " moved ",
        " started ",
        " now ",
        " switched ",
        " changed ",
        " became ",
        " since ",
        " new ",
        "搬",
        "开始",
        "现在",
        "换",
        "改",
        "成为",
    ];
    let text = spaced(statement);
    ending(statement).is_some() || CHANGES.iter().any(|word| text.contains(word))
}

/// The attributes that a statement gives a value to.
pub(super) fn slots(statement: &str) -> Vec<Slot> {
    let text = spaced(statement);
    let mut slots: Vec<Slot> = Vec::new();
    let mut push = |key: &str, value: &str| {
        let value = words::of_question(until_a_break(value));
        if !value.is_empty() && !slots.iter().any(|(known, _)| known == key) {
            slots.push((key.to_owned(), value));
        }
    };
    for (key, opening) in OPENINGS {
        if let Some((_, value)) = text.split_once(opening) {
            push(key, value);
        }
    }
    if let Some((_, moved)) = text
        .split_once(" moved ")
        .filter(|_| text.starts_with(" i ") || text.starts_with(" we "))
        && let Some((_, to)) = moved.split_once("to ")
    {
        push("home", to);
    }
    for verb in ["搬到了", "搬到", "搬去了", "搬去", "搬来"] {
        if let Some((_, to)) = text.split_once(verb) {
            push("home", to);
        }
    }
    for noun in ONE_OF {
        let own = format!(" my {noun} is ");
        if let Some((_, value)) = text.split_once(own.as_str()) {
            push(noun, value);
        }
    }
    if let Some((_, rest)) = text.split_once(" my favo")
        && let Some((what, value)) = rest.split_once(" is ")
    {
        push(
            &format!(
                "favourite {}",
                what.trim_start_matches("urite ").trim_start_matches("rite ")
            ),
            value,
        );
    }
    if let Some((what, value)) = text
        .split_once("我最喜欢的")
        .and_then(|(_, rest)| rest.split_once('是'))
    {
        push(&format!("favourite {what}"), value);
    }
    slots
}

/// How a value begins.
const OPENINGS: [(&str, &str); 20] = [
    ("home", " i live in "),
    ("home", " we live in "),
    ("home", " i used to live in "),
    ("home", " we used to live in "),
    ("home", " i'm living in "),
    ("home", " i am living in "),
    ("home", "住在"),
    ("work", " i work at "),
    ("work", " i work for "),
    ("work", " i started working at "),
    ("work", " i started at "),
    ("work", " i now work at "),
    ("profession", " i work as "),
    ("name", " my name is "),
    ("name", " call me "),
    ("name", "我叫"),
    ("name", "叫我"),
    ("age", " i'm turning "),
    ("work", "跳槽到"),
    ("work", "我就职于"),
];

/// What a person has one of.
const ONE_OF: [&str; 17] = [
    "name",
    "address",
    "phone number",
    "email",
    "birthday",
    "job",
    "employer",
    "boss",
    "doctor",
    "dentist",
    "car",
    "landlord",
    "school",
    "shoe size",
    "height",
    "nationality",
    "time zone",
];

/// A day that a statement names, as seen from when it was said: "in March", "last year", "3月", "since 2019".
pub(super) fn date_of(statement: &str, said_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let text = spaced(statement);
    for (words, days) in [
        (" yesterday", 1),
        ("昨天", 1),
        (" last week", 7),
        ("上周", 7),
        ("上星期", 7),
    ] {
        if text.contains(words) {
            return Some(said_at - TimeDelta::days(days));
        }
    }
    for (words, months) in [
        (" last month", 1),
        ("上个月", 1),
        (" last year", 12),
        ("去年", 12),
        ("前年", 24),
    ] {
        if text.contains(words) && month_in(&text).is_none() {
            return said_at.checked_sub_months(Months::new(months));
        }
    }
    let year = year_in(&text)
        .or_else(|| (text.contains(" last year") || text.contains("去年")).then(|| said_at.year() - 1));
    match (year, month_in(&text)) {
        (None, None) => None,
        (Some(year), month) => first_of(year, month.unwrap_or(1)),
        // The month that was last: a change that is told has happened.
        (None, Some(month)) => first_of(said_at.year() - i32::from(month > said_at.month()), month),
    }
}

fn first_of(year: i32, month: u32) -> Option<DateTime<Utc>> {
    Utc.with_ymd_and_hms(year, month, 1, 12, 0, 0).single()
}

fn month_in(text: &str) -> Option<u32> {
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
    const CHINESE: [&str; 12] = [
        "一月",
        "二月",
        "三月",
        "四月",
        "五月",
        "六月",
        "七月",
        "八月",
        "九月",
        "十月",
        "十一月",
        "十二月",
    ];
    let english = (1..).zip(MONTHS).find(|(_, month)| {
        ["in", "since", "on", "of", "last", "early", "late"]
            .iter()
            .any(|word| text.contains(&format!(" {word} {month} ")))
    });
    // The longest name that is there: 十一月 has 一月 in it.
    let chinese = || {
        (1..)
            .zip(CHINESE)
            .filter(|(_, month)| text.contains(month))
            .max_by_key(|(_, month)| month.len())
    };
    let digits = || {
        let (before, _) = text.split_once('月')?;
        let reversed: String = before.chars().rev().take_while(char::is_ascii_digit).collect();
        reversed.chars().rev().collect::<String>().parse().ok()
    };
    english
        .or_else(chinese)
        .map(|(number, _)| number)
        .or_else(digits)
        .filter(|month| (1..=12).contains(month))
}

fn year_in(text: &str) -> Option<i32> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 4)
        .filter_map(|digits| digits.parse().ok())
        .find(|year| (1900..2200).contains(year))
}

fn ending(statement: &str) -> Option<&'static str> {
    let text = spaced(statement);
    ENDINGS
        .iter()
        .chain(&DEATHS)
        .find(|cue| text.contains(**cue))
        .copied()
}

fn before<'a>(statement: &'a str, cue: &str) -> &'a str {
    statement
        .split_once(cue.trim_end())
        .map_or(statement, |(before, _)| before)
}

/// Words that are written like names.
fn names(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1 && word.chars().next().is_some_and(char::is_uppercase))
        .filter(|word| !["My", "Our", "We", "The", "In", "He", "She", "It"].contains(word))
        .map(str::to_owned)
        .collect()
}

fn is_no(statement: &str) -> bool {
    let text = spaced(statement);
    NEGATIONS.iter().any(|no| text.contains(no))
}

fn numbers(statement: &str) -> BTreeSet<String> {
    statement
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Lower case, one space around every word, no marks at the end.
fn spaced(statement: &str) -> String {
    let statement = beginning(statement, LONGEST_STATEMENT);
    let lower = statement.to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower
        .split(|c: char| c.is_whitespace() || ",.!?;:，。！？；：".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    format!(" {} ", words.join(" "))
}

/// A value ends where another clause begins.
fn until_a_break(value: &str) -> &str {
    const BREAKS: [&str; 16] = [
        " since ",
        " with ",
        " and ",
        " for ",
        " because ",
        " but ",
        " where ",
        " which ",
        " now ",
        " in ",
        " from ",
        " last ",
        "工作",
        "上班",
        "，",
        "了",
    ];
    let end = BREAKS
        .iter()
        .filter_map(|word| value.find(word))
        .filter(|at| *at > 0)
        .min();
    value[..end.unwrap_or(value.len())].trim()
}

#[cfg(test)]
mod tests {
    use super::{Statement, date_of};
    use chrono::{DateTime, TimeZone, Utc};

    fn ends(new: &str, old: &str) -> bool {
        super::ends(&Statement::read(new), &Statement::read(old))
    }

    fn says_the_same(a: &str, b: &str) -> bool {
        super::says_the_same(&Statement::read(a), &Statement::read(b))
    }

    fn said() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 5, 20, 9, 0, 0).unwrap()
    }

    #[test]
    fn the_new_ends_the_old() {
        for (new, old) in [
            ("We moved from Porto to Lisbon", "I live in Porto"),
            ("I moved to Lisbon last month", "We live in Porto."),
            ("Biscuit died in March", "My dog is called Biscuit"),
            ("Biscuit died in March", "Biscuit is allergic to chicken"),
            ("My name is Anna Silva", "My name is Anna Costa"),
            ("My favourite colour is green", "My favourite colour is blue"),
            ("I work at the hospital now", "I work at the harbour"),
            ("I no longer eat meat", "I eat meat every Sunday"),
            ("I quit smoking", "I smoke a lot"),
            ("I don't like liver", "I like liver"),
            ("我们从波尔图搬到里斯本了", "我住在波尔图"),
            ("饼干三月去世了", "我的狗叫饼干"),
            ("我不再吃肉", "我吃肉"),
            ("我最喜欢的颜色是绿色", "我最喜欢的颜色是蓝色"),
        ] {
            assert!(ends(new, old), "{new} / {old}");
        }
    }

    #[test]
    fn what_is_something_else_stays() {
        for (new, old) in [
            ("I live in Lisbon, near the river", "I live in Lisbon"),
            ("My cat is called Pepper", "My dog is called Biscuit"),
            ("Biscuit died in March", "My cat is called Pepper"),
            ("I work at the hospital", "I live in Porto"),
            ("I like coffee", "I like tea"),
            ("My sister moved to Paris", "I live in Porto"),
            ("We sold the boat", "I live in Porto"),
            ("饼干三月去世了", "我的猫叫胡椒"),
            ("我喜欢咖啡", "我喜欢茶"),
        ] {
            assert!(!ends(new, old), "{new} / {old}");
        }
    }

    #[test]
    fn the_same_is_known_however_it_is_put() {
        assert!(says_the_same(
            "My dog is called Biscuit",
            "my dog is called Biscuit."
        ));
        assert!(says_the_same("I live in Lisbon", "We live in Lisbon"));
        assert!(!says_the_same("I am 34", "I am 35"));
        assert!(!says_the_same("I eat meat", "I don't eat meat"));
        assert!(!says_the_same(
            "My dog is called Biscuit",
            "My cat is called Pepper"
        ));
    }

    #[test]
    fn a_change_is_dated_as_it_is_told() {
        let day = |text: &str| date_of(text, said()).map(|at| at.format("%Y-%m").to_string());
        assert_eq!(day("Biscuit died in March").as_deref(), Some("2026-03"));
        assert_eq!(day("We moved in October").as_deref(), Some("2025-10"));
        assert_eq!(day("I have lived here since 2019").as_deref(), Some("2019-01"));
        assert_eq!(day("饼干三月去世了").as_deref(), Some("2026-03"));
        assert_eq!(day("我去年11月搬家").as_deref(), Some("2025-11"));
        assert_eq!(day("We moved to Lisbon").as_deref(), None);
    }
}
