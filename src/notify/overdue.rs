//! Whether a run is missing: no complete run began within the time that the job expects one. The published runs themselves say
//! so; nothing else is remembered, and whoever asks twice is told twice.

use super::message::{host, last_complete, time_text};
use crate::explain::notice::{self, Happened, Notice};
use crate::jobs::{Expectation, Job};
use crate::run::{History, RunError};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::path::Path;

/// The notice that a job is overdue, or none if a complete run began in time, or if the job expects none.
pub fn overdue(job: &Job, output: &Path, now: Timestamp) -> Result<Option<Notice>, RunError> {
    let Some(expected) = job.notices.expected else { return Ok(None) };
    let history = History::read(output)?;
    let starts = history.runs().iter().map(|run| run.started_at);
    let Some(before) = missing(expected, &job.time_zone, now, starts) else { return Ok(None) };
    let mut notice = Notice::new(Happened::Overdue, &job.name);
    let within = SignedDuration::try_from(expected.within).map_or_else(|_| String::new(), |within| format!("{within:#}"));
    notice.message = Some(notice::overdue(&within, &time_text(before)));
    notice.host = host();
    notice.last_complete = last_complete(&history);
    Ok(Some(notice))
}

/// The time before which a run should have begun, if none did.
fn missing(expected: Expectation, zone: &TimeZone, now: Timestamp, starts: impl Iterator<Item = Timestamp>) -> Option<Timestamp> {
    let before = match expected.late {
        None => now,
        Some(_) => deadline(expected, zone, now).unwrap_or(now),
    };
    let within = SignedDuration::try_from(expected.within).ok()?;
    let since = before.checked_sub(within).ok()?;
    let newest = starts.max();
    if newest.is_some_and(|newest| newest > since) { None } else { Some(before) }
}

/// The last time that it was `late` o'clock. An hour that the clock skips is taken to be the one after it.
fn deadline(expected: Expectation, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today = now.to_zoned(zone.clone()).date();
    let at = |date: jiff::civil::Date| Some(date.to_datetime(expected.late?).to_zoned(zone.clone()).ok()?.timestamp());
    at(today).filter(|deadline| *deadline <= now).or_else(|| at(today.yesterday().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn is_missing(hours: u64, late: Option<&str>, zone: &str, now: &str, starts: &[&str]) -> Option<String> {
        let late = late.map(|late| late.parse().unwrap());
        let expected = Expectation { within: Duration::from_secs(hours * 3600), late };
        let zone = TimeZone::get(zone).unwrap();
        missing(expected, &zone, time(now), starts.iter().map(|start| time(start))).map(|before| before.to_string())
    }

    #[test]
    fn within_counts_back_from_now() {
        let late = |now, starts: &[&str]| is_missing(26, None, "UTC", now, starts).is_some();
        assert!(late("2026-11-22T06:00:00Z", &[]));
        assert!(!late("2026-11-22T04:29:59Z", &["2026-11-20T02:30:00Z", "2026-11-21T02:30:00Z"]));
        assert!(late("2026-11-22T04:30:00Z", &["2026-11-21T02:30:00Z", "2026-11-20T02:30:00Z"]));
    }

    #[test]
    fn late_counts_back_from_a_time_of_day() {
        let night = ["2026-11-21T02:30:00Z"];
        let says = |now, starts: &[&str]| is_missing(24, Some("06:00"), "UTC", now, starts);
        assert_eq!(says("2026-11-22T05:59:00Z", &night), None, "it is not late yet");
        assert_eq!(says("2026-11-22T06:00:00Z", &night).as_deref(), Some("2026-11-22T06:00:00Z"));
        assert_eq!(says("2026-11-22T23:00:00Z", &night).as_deref(), Some("2026-11-22T06:00:00Z"));
        assert_eq!(says("2026-11-22T23:00:00Z", &["2026-11-22T07:00:00Z"]), None, "late, but there");
    }

    #[test]
    fn a_short_time_before_a_time_of_day() {
        // Last night's run by hand at nine is no excuse for tonight.
        let starts = ["2026-11-21T09:00:00Z"];
        assert_eq!(is_missing(24, Some("06:00"), "UTC", "2026-11-22T06:30:00Z", &starts), None);
        assert!(is_missing(8, Some("06:00"), "UTC", "2026-11-22T06:30:00Z", &starts).is_some());
    }

    #[test]
    fn the_time_of_day_is_that_of_the_zone() {
        let says = |zone, now| is_missing(1, Some("06:00"), zone, now, &[]);
        assert_eq!(says("Europe/London", "2026-07-01T05:30:00Z").as_deref(), Some("2026-07-01T05:00:00Z"));
        assert_eq!(says("America/New_York", "2026-07-01T05:30:00Z").as_deref(), Some("2026-06-30T10:00:00Z"));
        // 02:30 does not exist in Rome on that day: it is 03:30 by the new time.
        assert_eq!(is_missing(1, Some("02:30"), "Europe/Rome", "2026-03-29T12:00:00Z", &[]).as_deref(), Some("2026-03-29T01:30:00Z"));
        // And comes twice on this one: the first counts.
        assert_eq!(is_missing(1, Some("02:30"), "Europe/Rome", "2026-10-25T12:00:00Z", &[]).as_deref(), Some("2026-10-25T00:30:00Z"));
    }
}
