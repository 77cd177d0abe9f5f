//! Dates as text: `YYYY-MM-DD`, timestamps, and the job's `date_format` (contract §2.0). Knows nothing of columns or rejects.

use crate::model::date::Date;

/// A job's `date_format`, in the notation of strptime: `%d %m %Y %y %b %B %H %I %p %M %S %f %z %F %T %%`, and literal characters.
/// Day, month, hour, minute and second take one or two digits, `%Y` exactly four; `%y` 69 to 99 are 1969 to 1999, the others
/// 2000 to 2068; month names are English, in any case; with `%z` the date is that in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    items: Vec<Item>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Literal(char),
    Day,
    Month,
    Year,
    ShortYear,
    MonthName,
    Hour,
    /// 1 to 12.
    HalfDayHour,
    /// AM or PM, in any case.
    HalfDay,
    Minute,
    Second,
    Fraction,
    Zone,
}

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

impl DateFormat {
    /// Parses a format; the error is a sentence for the job's author.
    pub fn parse(format: &str) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut letters = format.chars();
        while let Some(letter) = letters.next() {
            if letter != '%' {
                items.push(Item::Literal(letter));
                continue;
            }
            match letters.next() {
                Some('d' | 'e') => items.push(Item::Day),
                Some('m') => items.push(Item::Month),
                Some('Y') => items.push(Item::Year),
                Some('y') => items.push(Item::ShortYear),
                Some('b' | 'B' | 'h') => items.push(Item::MonthName),
                Some('H') => items.push(Item::Hour),
                Some('I') => items.push(Item::HalfDayHour),
                Some('p') => items.push(Item::HalfDay),
                Some('M') => items.push(Item::Minute),
                Some('S') => items.push(Item::Second),
                Some('f') => items.push(Item::Fraction),
                Some('z') => items.push(Item::Zone),
                Some('F') => items.extend([Item::Year, Item::Literal('-'), Item::Month, Item::Literal('-'), Item::Day]),
                Some('T') => items.extend([Item::Hour, Item::Literal(':'), Item::Minute, Item::Literal(':'), Item::Second]),
                Some('%') => items.push(Item::Literal('%')),
                Some(other) => return Err(format!("%{other} is not known; use %d %m %Y %y %b %B %H %I %p %M %S %f %z %F %T or %%")),
                None => return Err("it ends in a lone %".to_owned()),
            }
        }
        let has = |wanted: &[Item]| items.iter().any(|item| wanted.contains(item));
        if !has(&[Item::Day]) || !has(&[Item::Month, Item::MonthName]) || !has(&[Item::Year, Item::ShortYear]) {
            return Err("a date needs a day (%d), a month (%m or %b) and a year (%Y or %y)".to_owned());
        }
        Ok(Self { items })
    }

    /// The date of a text of this format.
    pub fn read(&self, text: &str) -> Option<Date> {
        let mut rest = text;
        let (mut year, mut month, mut day) = (0, 0, 0);
        let mut time = Time::default();
        for item in &self.items {
            match item {
                Item::Literal(letter) => rest = rest.strip_prefix(*letter)?,
                Item::Day => day = number(&mut rest, 1, 2)?,
                Item::Month => month = number(&mut rest, 1, 2)?,
                Item::Year => year = number(&mut rest, 4, 4)?,
                Item::ShortYear => {
                    let short = number(&mut rest, 2, 2)?;
                    year = if short < 69 { 2000 + short } else { 1900 + short };
                }
                Item::MonthName => month = month_name(&mut rest)?,
                Item::Hour => time.hour = number(&mut rest, 1, 2)?,
                Item::HalfDayHour => time.hour = number(&mut rest, 1, 2).filter(|hour| (1..=12).contains(hour))? % 12,
                Item::HalfDay => time.afternoon = half_day(&mut rest)?,
                Item::Minute => time.minute = number(&mut rest, 1, 2)?,
                Item::Second => time.second = number(&mut rest, 1, 2)?,
                Item::Fraction => {
                    number(&mut rest, 1, 9)?;
                }
                Item::Zone => time.zone_minutes = zone(&mut rest)?,
            }
        }
        if !rest.is_empty() {
            return None;
        }
        time.in_utc(Date::from_ymd(year as i32, month, day)?)
    }
}

/// A time of day, and how far its zone is ahead of UTC.
#[derive(Default)]
struct Time {
    hour: u32,
    minute: u32,
    second: u32,
    /// Twelve hours later, of an hour from 1 to 12.
    afternoon: bool,
    zone_minutes: i64,
}

impl Time {
    /// The date in UTC of this time on `date`.
    fn in_utc(&self, date: Date) -> Option<Date> {
        // 60 is a leap second.
        let hour = self.hour + if self.afternoon { 12 } else { 0 };
        if hour > 23 || self.minute > 59 || self.second > 60 {
            return None;
        }
        let minutes = i64::from(hour) * 60 + i64::from(self.minute) - self.zone_minutes;
        date.plus(minutes.div_euclid(24 * 60))
    }
}

/// The date of a text as §2.0 has it: ISO, a timestamp (RFC 3339 or near it), or the job's format.
pub fn read_date(text: &str, format: Option<&DateFormat>) -> Option<Date> {
    if let Some(date) = Date::parse_iso(text) {
        return Some(date);
    }
    timestamp(text).or_else(|| format.and_then(|format| format.read(text)))
}

/// `YYYY-MM-DD`, `T` or a space, `HH:MM`, optionally seconds with a fraction, optionally a zone.
fn timestamp(text: &str) -> Option<Date> {
    let date = Date::parse_iso(text.get(..10)?)?;
    let mut rest = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let mut time = Time { hour: number(&mut rest, 2, 2)?, ..Time::default() };
    rest = rest.strip_prefix(':')?;
    time.minute = number(&mut rest, 2, 2)?;
    if let Some(after) = rest.strip_prefix(':') {
        rest = after;
        time.second = number(&mut rest, 2, 2)?;
        if let Some(after) = rest.strip_prefix(['.', ',']) {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            rest = &after[digits..];
        }
    }
    if !rest.is_empty() {
        rest = rest.trim_start_matches(' ');
        time.zone_minutes = zone(&mut rest)?;
    }
    if rest.is_empty() { time.in_utc(date) } else { None }
}

/// `Z`, `UTC`, `+HH:MM`, `+HHMM` or `+HH`, as minutes ahead of UTC.
fn zone(rest: &mut &str) -> Option<i64> {
    for name in ["UTC", "Z", "z"] {
        if let Some(after) = rest.strip_prefix(name) {
            *rest = after;
            return Some(0);
        }
    }
    let sign = match rest.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    *rest = &rest[1..];
    let hours = number(rest, 2, 2)?;
    *rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = if rest.starts_with(|letter: char| letter.is_ascii_digit()) { number(rest, 2, 2)? } else { 0 };
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)))
}

/// Takes a number of `least` to `most` digits.
fn number(rest: &mut &str, least: usize, most: usize) -> Option<u32> {
    let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if digits < least {
        return None;
    }
    let (taken, after) = rest.split_at(digits);
    *rest = after;
    Some(taken.bytes().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

/// Takes AM or PM, and says whether it is PM.
fn half_day(rest: &mut &str) -> Option<bool> {
    let (taken, after) = (rest.get(..2)?, rest.get(2..)?);
    *rest = after;
    if taken.eq_ignore_ascii_case("pm") { Some(true) } else { taken.eq_ignore_ascii_case("am").then_some(false) }
}

/// Takes the name of a month, long or of three letters.
fn month_name(rest: &mut &str) -> Option<u32> {
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (taken, after) = rest.split_at(letters);
    let place = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(taken) || name[..3].eq_ignore_ascii_case(taken))?;
    *rest = after;
    Some(place as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_give_their_date_in_utc() {
        for (text, date) in [
            ("2026-01-31", Some("2026-01-31")),
            ("2026-01-31T10:00:00Z", Some("2026-01-31")),
            ("2026-01-31 23:30:00.125-02:00", Some("2026-02-01")),
            ("2026-01-01T00:30+01:00", Some("2025-12-31")),
            ("2026-01-01T00:30", Some("2026-01-01")),
            ("2026-01-01 00:30:00 UTC", Some("2026-01-01")),
            ("2026-01-01T00:30:00+0100", Some("2025-12-31")),
            ("2026-01-31T24:00:00Z", None),
            ("2026-01-31T10:00:00X", None),
            ("2026-01-31T", None),
            ("2026-01-31T10:00:00.", None),
            ("31.01.2026", None),
            ("2026-01-3é", None),
            ("0001-01-01T00:00:00+01:00", None),
        ] {
            assert_eq!(read_date(text, None).map(|date| date.to_string()).as_deref(), date, "{text}");
        }
    }

    #[test]
    fn formats_of_jobs() {
        for (format, text, date) in [
            ("%d/%m/%Y", "31/01/2026", Some("2026-01-31")),
            ("%d/%m/%Y", "1/2/2026", Some("2026-02-01")),
            ("%d/%m/%Y", "2026-02-01", Some("2026-02-01")),
            ("%d/%m/%Y", "31/02/2026", None),
            ("%d/%m/%Y", "01/02/26", None),
            ("%d/%m/%Y", "01/02/2026x", None),
            ("%Y%m%d", "20260131", Some("2026-01-31")),
            ("%d-%b-%y", "05-mar-69", Some("1969-03-05")),
            ("%d %B %Y", "5 September 2026", Some("2026-09-05")),
            ("%d.%m.%Y %H:%M:%S", "31.01.2026 23:59:59", Some("2026-01-31")),
            ("%m/%d/%Y %I:%M:%S %p", "1/31/2026 12:00:00 AM", Some("2026-01-31")),
            ("%m/%d/%Y %I:%M %p %z", "1/31/2026 11:30 pm -0100", Some("2026-02-01")),
            ("%m/%d/%Y %I:%M %p", "1/31/2026 13:30 pm", None),
            ("%m/%d/%Y %I:%M %p", "1/31/2026 10:30 xm", None),
            ("%d.%m.%Y %T %z", "31.01.2026 23:59:59 -0100", Some("2026-02-01")),
        ] {
            let parsed = DateFormat::parse(format).expect(format);
            assert_eq!(read_date(text, Some(&parsed)).map(|date| date.to_string()).as_deref(), date, "{format} {text}");
        }
        for bad in ["%d/%m", "%q", "%d%", ""] {
            assert!(DateFormat::parse(bad).is_err(), "{bad}");
        }
    }
}
