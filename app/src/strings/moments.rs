//! Moments in words, for both halves: the server knows the person's time zone, the browser its own.

pub(crate) use super::en::moments::*;

use super::{Text, numbers::number, t};
use hearth_types::Timestamp;

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
            0 if (0..MINUTE).contains(&ago) => t(JUST_NOW).to_owned(),
            0 if (0..HOUR).contains(&ago) => minutes_ago((ago / MINUTE).unsigned_abs()),
            0 => self.time(),
            1 => t(yesterday(self.hour)).to_owned(),
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
        date_and_time(&self.date(true), &self.time())
    }

    /// The heading of a list under which the moment belongs: "Today", "Previous 7 days", "May 2026".
    pub fn heading(&self, now: &Self) -> String {
        match now.days - self.days {
            ..=0 => t(TODAY).to_owned(),
            1 => t(YESTERDAY).to_owned(),
            2..=7 => t(LAST_WEEK).to_owned(),
            _ => self.month(),
        }
    }

    /// "May 2026".
    pub fn month(&self) -> String {
        month(self.month_name(), &self.year.to_string())
    }

    /// "2026".
    pub fn year(&self) -> String {
        self.year.to_string()
    }

    fn date(&self, with_year: bool) -> String {
        let (of_month, name) = (self.day.to_string(), self.month_name());
        if with_year {
            date(&of_month, name, &self.year.to_string())
        } else {
            day(&of_month, name)
        }
    }

    fn month_name(&self) -> &'static str {
        const MONTHS: [Text; 12] = [
            JANUARY, FEBRUARY, MARCH, APRIL, MAY, JUNE, JULY, AUGUST, SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER,
        ];
        t(MONTHS[usize::from(self.month - 1)])
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

/// "yesterday evening", by the hour of the day.
const fn yesterday(hour: u8) -> Text {
    match hour {
        0..5 => YESTERDAY_NIGHT,
        5..12 => YESTERDAY_MORNING,
        12..18 => YESTERDAY_AFTERNOON,
        _ => YESTERDAY_EVENING,
    }
}

/// "about 40 seconds", "about 3 minutes".
pub fn about(seconds: u32) -> String {
    if seconds < 90 {
        about_seconds(seconds.max(1))
    } else {
        about_minutes((u64::from(seconds) + 30) / 60)
    }
}

/// "40 s", "2 min 5 s".
pub fn duration(in_seconds: u64) -> String {
    let rest = number(in_seconds % 60);
    match in_seconds / 60 {
        0 => seconds(&rest),
        minutes => minutes_and_seconds(&number(minutes), &rest),
    }
}
