//! Calendar dates as days since 1970-01-01, in the proleptic Gregorian calendar, years 1 to 9999 (contract §2.0).

use std::fmt;

/// A calendar date: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date(pub i32);

/// The null of every date column.
pub const NULL_DATE: i32 = i32::MIN;

/// The first and the last day that a date may be: 0001-01-01 and 9999-12-31.
pub const FIRST_DAY: i32 = -719_162;
pub const LAST_DAY: i32 = 2_932_896;

impl Date {
    /// The date of a year, month and day, if there is one.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 || day > days_in_month(year, month) {
            return None;
        }
        // Days from civil, after Howard Hinnant: years begin in March, so that the leap day is the last one.
        let shifted = if month <= 2 { year - 1 } else { year };
        let era = shifted.div_euclid(400);
        let year_of_era = shifted.rem_euclid(400);
        let month_from_march = (month as i32 + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(Self(era * 146_097 + day_of_era - 719_468))
    }

    /// Year, month, day.
    pub fn ymd(self) -> (i32, u32, u32) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * month_from_march + 2) / 5 + 1) as u32;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 } as u32;
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }

    /// Parses exactly `YYYY-MM-DD`.
    pub fn parse_iso(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let number = |range: std::ops::Range<usize>| {
            bytes[range].iter().try_fold(0u32, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + u32::from(digit - b'0')))
        };
        Self::from_ymd(number(0..4)? as i32, number(5..7)?, number(8..10)?)
    }

    /// The date `days` later; `None` beyond the years 1 to 9999.
    pub fn plus(self, days: i64) -> Option<Self> {
        let sum = i64::from(self.0).checked_add(days)?;
        (i64::from(FIRST_DAY)..=i64::from(LAST_DAY)).contains(&sum).then_some(Self(sum as i32))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_round() {
        assert_eq!(Date::from_ymd(1970, 1, 1), Some(Date(0)));
        assert_eq!(Date::from_ymd(1, 1, 1), Some(Date(FIRST_DAY)));
        assert_eq!(Date::from_ymd(9999, 12, 31), Some(Date(LAST_DAY)));
        for day in (FIRST_DAY..=LAST_DAY).step_by(13) {
            let (year, month, of_month) = Date(day).ymd();
            assert_eq!(Date::from_ymd(year, month, of_month), Some(Date(day)));
        }
    }

    #[test]
    fn only_the_iso_form_parses() {
        assert_eq!(Date::parse_iso("2024-02-29").map(|date| date.to_string()).as_deref(), Some("2024-02-29"));
        for bad in ["2023-02-29", "2024-2-9", "2024-13-01", "0000-01-01", "2024-01-01 ", "2024/01/01", "+024-01-01"] {
            assert_eq!(Date::parse_iso(bad), None, "{bad}");
        }
    }
}
