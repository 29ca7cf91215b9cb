//! Moments in words, for both halves: the server knows the person's time zone, the browser its own.

use super::{
    common::{self, yesterday},
    language, t,
};
use hearth_types::{Language, Timestamp};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A moment on a clock and calendar: fields of the proleptic Gregorian calendar in some time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    at: Timestamp,
    /// Days since 1970-01-01.
    days: i64,
    year: i64,
    /// From 1.
    month: u8,
    /// From 1.
    day: u8,
    hour: u8,
    minute: u8,
}

/// A moment in words, and exactly.
pub struct Moment {
    pub spoken: String,
    pub exact: String,
}

impl LocalTime {
    /// The moment where clocks are ahead of UTC by so many minutes.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "below 24 and below 60"
    )]
    pub const fn new(at: Timestamp, utc_offset_minutes: i32) -> Self {
        let minutes = at.div_euclid(MINUTE) + utc_offset_minutes as i64;
        let (days, minute_of_day) = (minutes.div_euclid(24 * 60), minutes.rem_euclid(24 * 60));
        let (year, month, day) = civil_from_days(days);
        Self {
            at,
            days,
            year,
            month,
            day,
            hour: (minute_of_day / 60) as u8,
            minute: (minute_of_day % 60) as u8,
        }
    }

    /// "18:05" today, "yesterday evening", "3 May", "3 May 2024".
    pub fn spoken(&self, now: &Self) -> String {
        let ago = now.at - self.at;
        match now.days - self.days {
            0 if (0..MINUTE).contains(&ago) => t(common::JUST_NOW).to_owned(),
            0 if (0..HOUR).contains(&ago) => common::minutes_ago((ago / MINUTE).unsigned_abs()),
            0 => self.time(),
            1 => yesterday(self.hour).to_owned(),
            _ => self.date(self.year != now.year),
        }
    }

    /// Both forms.
    pub fn seen_from(&self, now: &Self) -> Moment {
        Moment {
            spoken: self.spoken(now),
            exact: self.exact(),
        }
    }

    /// To the minute, with the year: "3 May 2026, 18:05".
    pub fn exact(&self) -> String {
        let gap = match language() {
            Language::English => ", ",
            Language::SimplifiedChinese => " ",
        };
        [&self.date(true), gap, &self.time()].concat()
    }

    /// The heading of a list under which the moment belongs: "Today", "Previous 7 days", "May 2026".
    pub fn heading(&self, now: &Self) -> String {
        match now.days - self.days {
            ..=0 => t(common::TODAY).to_owned(),
            1 => t(common::YESTERDAY_HEADING).to_owned(),
            2..=7 => t(common::LAST_WEEK).to_owned(),
            _ => self.month_and_year(),
        }
    }

    fn date(&self, with_year: bool) -> String {
        let Self { year, month, day, .. } = self;
        match (language(), with_year) {
            (Language::English, false) => format!("{day} {}", self.month_name()),
            (Language::English, true) => format!("{day} {} {year}", self.month_name()),
            (Language::SimplifiedChinese, false) => format!("{month}月{day}日"),
            (Language::SimplifiedChinese, true) => format!("{year}年{month}月{day}日"),
        }
    }

    fn month_and_year(&self) -> String {
        let Self { year, month, .. } = self;
        match language() {
            Language::English => format!("{} {year}", self.month_name()),
            Language::SimplifiedChinese => format!("{year}年{month}月"),
        }
    }

    fn month_name(&self) -> &'static str {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        MONTHS[usize::from(self.month - 1)]
    }

    fn time(&self) -> String {
        format!("{:02}:{:02}", self.hour, self.minute)
    }
}

/// Year, month and day of a number of days since 1970-01-01: `civil_from_days` of Howard Hinnant's "chrono-Compatible
/// Low-Level Date Algorithms". Years begin in March there, so that the leap day is the last.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most 12 and 31"
)]
const fn civil_from_days(days: i64) -> (i64, u8, u8) {
    let shifted = days + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + (month <= 2) as i64;
    (year, month as u8, day as u8)
}
