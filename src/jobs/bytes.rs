//! Numbers of bytes as people write them in a job file: "8 GiB", "512 MB", "1.5GiB", or a plain integer; and `limits.memory`, which
//! is one. `MB` is a million bytes, `MiB` is 1,048,576. A letter alone could mean either, and is refused.

use super::error::Problem;
use super::section::{Given, Section};
use crate::model::decimal::{self, ONE};
use std::fmt;

/// Units, with their bytes. Case makes no difference.
const UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
];

/// What may be written, to follow the word "expected".
pub(super) const EXPECTED: &str = "a number of bytes, such as \"8 GiB\", \"512 MB\" or 536870912";

/// The most that can be written: a thousand TiB or so, so that no sum of a few of them can overflow.
const MOST: u64 = 1 << 50;
/// The least that `limits.memory` may be: no program runs in less.
const LEAST_MEMORY: u64 = 1 << 20;

/// Why a text is no number of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BytesError {
    /// It is not digits and a unit.
    Form,
    /// There is no unit.
    NoUnit,
    /// What stands for a unit is none, or could be two.
    Unit,
    /// More than [`MOST`].
    TooMany,
}

impl fmt::Display for BytesError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            BytesError::Form => "write a number and a unit",
            BytesError::NoUnit => "say in which unit, such as MiB or GiB; a plain number of bytes is written without quotes",
            BytesError::Unit => "the units are B, kB, MB, GB, TB and KiB, MiB, GiB, TiB",
            BytesError::TooMany => "1024 TiB is the most",
        })
    }
}

impl std::error::Error for BytesError {}

/// Reads a number of bytes. A blank may stand between number and unit; parts of a byte are dropped.
pub fn parse(text: &str) -> Result<u64, BytesError> {
    let text = text.trim();
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = (&text[..end], text[end..].trim_start());
    if !number.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(BytesError::Form);
    }
    let number = decimal::parse(number).map_err(|error| match error {
        decimal::DecimalError::Form => BytesError::Form,
        decimal::DecimalError::Range => BytesError::TooMany,
    })?;
    if unit.is_empty() {
        return Err(BytesError::NoUnit);
    }
    let (_, step) = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).ok_or(BytesError::Unit)?;
    let bytes = number.checked_mul(i128::from(*step)).ok_or(BytesError::TooMany)? / ONE;
    u64::try_from(bytes).ok().filter(|bytes| *bytes <= MOST).ok_or(BytesError::TooMany)
}

/// `limits.memory`, if it is written and is good.
pub(super) fn memory(limits: &Section, problems: &mut Vec<Problem>) -> Option<u64> {
    let entry = limits.entry("memory")?;
    let (bytes, written) = match &entry.given {
        Given::Integer(number) => (Ok(u64::try_from(*number).unwrap_or(0)), number.to_string()),
        Given::Text(text) => (parse(text.value()), format!("\"{}\"", text.value())),
        _ => return None,
    };
    let help = match bytes {
        Ok(bytes) if bytes >= LEAST_MEMORY => return Some(bytes),
        Ok(_) => "1 MiB is the least; a plain number counts bytes".to_owned(),
        Err(error) => error.to_string(),
    };
    problems.push(Problem::at(entry.span.clone(), format!("memory cannot be {written}")).expected(EXPECTED).help(help));
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::Job;
    use std::path::Path;

    #[test]
    fn what_people_write_is_read() {
        let cases = [
            ("8 GiB", 8 << 30),
            ("512 MB", 512_000_000),
            (" 1.5GiB ", 3 << 29),
            ("2 tib", 2 << 40),
            ("1000 B", 1000),
            ("10kb", 10_000),
            ("0.0005 kB", 0),
            ("1024 TiB", MOST),
        ];
        for (text, bytes) in cases {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_bytes_says_why() {
        use BytesError::{Form, NoUnit, TooMany, Unit};
        let cases = [
            ("", Form),
            ("GiB", Form),
            ("-1 GiB", Form),
            ("1. GiB", Form),
            ("1.2.3 GiB", Form),
            (".5 GiB", Form),
            ("8", NoUnit),
            ("8 G", Unit),
            ("8 gibs", Unit),
            ("8 GiB or so", Unit),
            ("8 é", Unit),
            ("1025 TiB", TooMany),
            ("9999999999999999999999 B", TooMany),
            ("999999999999999999 TiB", TooMany),
        ];
        for (text, error) in cases {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    fn load(limit: &str) -> Result<Option<u64>, String> {
        let job =
            format!("name = \"n\"\n[extracts.consumptions]\npath = \"c.csv\"\n[extracts.licenses]\npath = \"l.csv\"\n[limits]\n{limit}\n");
        let job = Job::from_bytes(Path::new("job.toml"), job.as_bytes(), &|name| (name == "MOST").then(|| "3 GiB".into()));
        job.map(|job| job.limits.memory).map_err(|error| crate::jobs::render::plain(&error))
    }

    #[test]
    fn the_limit_of_a_job() {
        assert_eq!(load(""), Ok(None));
        assert_eq!(load("memory = \"8 GiB\""), Ok(Some(8 << 30)));
        assert_eq!(load("memory = \"${MOST}\""), Ok(Some(3 << 30)));
        assert_eq!(load("memory = 536_870_912"), Ok(Some(512 << 20)));
        for (limit, word) in [
            ("memory = 8", "1 MiB is the least"),
            ("memory = -1", "memory cannot be -1"),
            ("memory = \"8\"", "say in which unit"),
            ("memory = \"8 G\"", "the units are B, kB"),
            ("memory = 1.5", "memory cannot be a decimal number"),
            ("memory = true", "such as \"8 GiB\""),
            ("memory = \"\"", "empty"),
        ] {
            let message = load(limit).unwrap_err();
            assert!(message.contains(word), "{limit}: {message}");
        }
    }
}
