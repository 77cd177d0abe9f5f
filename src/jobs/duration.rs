//! Lengths of time as people write them in a job file or on the command line: "90s", "26h", "1h30m", "2d". A day is 24 hours here,
//! whatever the clocks of a place do: these are waits and limits, not calendar days.

use std::fmt;
use std::time::Duration;

/// Units by their letter, the longest first, in seconds.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// The longest that can be written: about 27 years, so that no sum of a few of them can overflow.
const MOST_SECONDS: u64 = 10_000 * 86_400;

/// Why a text is no length of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DurationError {
    /// It is not digits and units.
    Form,
    /// The last number has no unit.
    NoUnit,
    /// A letter that is no unit.
    Unit(char),
    /// Units are not from long to short, or one stands twice.
    Order,
    /// More than [`MOST_SECONDS`].
    TooLong,
}

impl fmt::Display for DurationError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DurationError::Form => out.write_str("write digits and units: s, m, h or d"),
            DurationError::NoUnit => out.write_str("say in which unit: s, m, h or d"),
            DurationError::Unit(letter) => write!(out, "`{letter}` is no unit; they are s, m, h and d"),
            DurationError::Order => out.write_str("write the longer unit first, each once, as in 1h30m"),
            DurationError::TooLong => out.write_str("10000d is the most"),
        }
    }
}

impl std::error::Error for DurationError {}

/// Reads a length of time. Blanks may stand around and between its parts.
pub fn parse(text: &str) -> Result<Duration, DurationError> {
    let mut seconds: u64 = 0;
    let mut units = UNITS.iter();
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(DurationError::Form);
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = &rest[digits..];
        let Some(letter) = after.chars().next() else { return Err(DurationError::NoUnit) };
        let Some((_, unit)) = UNITS.iter().find(|(known, _)| *known == letter) else {
            return Err(if digits > 0 && letter.is_alphabetic() { DurationError::Unit(letter) } else { DurationError::Form });
        };
        if digits == 0 {
            return Err(DurationError::Form);
        }
        if !units.any(|(known, _)| *known == letter) {
            return Err(DurationError::Order);
        }
        let number: u64 = rest[..digits].parse().map_err(|_| DurationError::TooLong)?;
        let part = number.checked_mul(*unit).ok_or(DurationError::TooLong)?;
        seconds = seconds.checked_add(part).filter(|sum| *sum <= MOST_SECONDS).ok_or(DurationError::TooLong)?;
        rest = after[letter.len_utf8()..].trim_start();
    }
    Ok(Duration::from_secs(seconds))
}

/// A length of time as it would be written, in whole seconds: `1h30m`, `0s`.
pub fn show(duration: Duration) -> String {
    let mut left = duration.as_secs();
    let mut text = String::new();
    for (letter, unit) in UNITS {
        if left >= unit {
            text.push_str(&format!("{}{letter}", left / unit));
            left %= unit;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_read() {
        for (text, seconds) in
            [("90s", 90), ("0s", 0), ("26h", 93_600), (" 1h30m ", 5_400), ("1d 2h 3m 4s", 93_784), ("10000d", MOST_SECONDS)]
        {
            assert_eq!(parse(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_length_says_why() {
        use DurationError::{Form, NoUnit, Order, TooLong, Unit};
        let cases = [
            ("", Form),
            ("soon", Form),
            ("-5m", Form),
            ("1.5h", Form),
            ("h", Form),
            ("5", NoUnit),
            ("1h30", NoUnit),
            ("5w", Unit('w')),
            ("5é", Unit('é')),
            ("30m1h", Order),
            ("1h2h", Order),
            ("10000d1s", TooLong),
            ("99999999999999999999s", TooLong),
            ("9999999999999999999d", TooLong),
        ];
        for (text, error) in cases {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn what_is_shown_reads_back() {
        for seconds in [0, 1, 59, 60, 61, 3_600, 5_400, 86_399, 86_400, 93_784, MOST_SECONDS] {
            let duration = Duration::from_secs(seconds);
            assert_eq!(parse(&show(duration)), Ok(duration));
        }
        assert_eq!((show(Duration::from_secs(5_400)).as_str(), show(Duration::from_millis(900)).as_str()), ("1h30m", "0s"));
    }
}
