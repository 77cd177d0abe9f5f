//! The name of a run (contract §6): its start in UTC and six hexadecimal digits, `20261122T023000Z-3fa91c`. Names sort by start.

use crate::model::date::Date;
use jiff::Timestamp;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

/// A `RUN_ID`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct RunId(String);

impl RunId {
    /// A new name for a run that started then.
    pub fn new(started: Timestamp) -> Self {
        Self::with_digits(started, random_digits())
    }

    fn with_digits(started: Timestamp, digits: u32) -> Self {
        Self(format!("{}-{:06x}", started.strftime("%Y%m%dT%H%M%SZ"), digits & 0xff_ffff))
    }

    /// The id that a folder's name is; none if it is no run's.
    pub fn parse(name: &str) -> Option<Self> {
        let bytes = name.as_bytes();
        let digits = |range: std::ops::Range<usize>| bytes[range].iter().all(u8::is_ascii_digit);
        let good = bytes.len() == 23
            && digits(0..8)
            && bytes[8] == b'T'
            && digits(9..15)
            && &bytes[15..17] == b"Z-"
            && bytes[17..].iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        good.then(|| Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day of the start, in UTC.
    pub fn day(&self) -> Date {
        let part = |range: std::ops::Range<usize>| self.0.get(range).and_then(|digits| digits.parse::<u32>().ok()).unwrap_or(0);
        // An id that somebody made up may name a day that does not exist; the first of days is as good as any.
        Date::from_ymd(part(0..4) as i32, part(4..6), part(6..8)).unwrap_or(Date(0))
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Six digits that two runs started in one second on two hosts will hardly share. The keys of `RandomState` are the operating
/// system's random bytes; within one thread they only count up, so process and clock are mixed in.
fn random_digits() -> u32 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    hasher.write_i128(Timestamp::now().as_nanosecond());
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_start_and_six_digits() {
        let started: Timestamp = "2026-11-22T02:30:00.75Z".parse().unwrap();
        assert_eq!(RunId::with_digits(started, 0x3fa91c).as_str(), "20261122T023000Z-3fa91c");
        assert_eq!(RunId::with_digits(started, 0xff00_0001).as_str(), "20261122T023000Z-000001");
        let id = RunId::new(started);
        assert_eq!(RunId::parse(id.as_str()), Some(id));
    }

    #[test]
    fn other_names_are_no_ids() {
        for name in [
            "",
            "latest",
            "20261122T023000Z-3FA91C",
            "20261122T023000Z-3fa91",
            "20261122T023000Z-3fa91cc",
            "20261122 023000Z-3fa91c",
            "é0261122T023000Z-3fa91",
        ] {
            assert_eq!(RunId::parse(name), None, "{name}");
        }
    }

    #[test]
    fn ids_of_one_second_differ() {
        let started = Timestamp::now();
        let ids: std::collections::BTreeSet<RunId> = (0..200).map(|_| RunId::new(started)).collect();
        assert!(ids.len() > 195, "{}", ids.len());
    }
}
