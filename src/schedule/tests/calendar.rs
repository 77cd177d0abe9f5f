//! Which moments a cron expression means.

use super::{local, schedule, shown, utc};
use crate::schedule::calendar::{from, newest, next, start};
use jiff::{SignedDuration, Timestamp};

fn slots(zone: &str, cron: &str, after: &str, count: usize) -> Vec<String> {
    let schedule = schedule(zone, &format!("cron = \"{cron}\""));
    from(&schedule, utc(after)).take(count).map(|slot| slot.to_string()).collect()
}

/// (zone, expression, after, the slots that follow)
type Row = (&'static str, &'static str, &'static str, &'static [&'static str]);

#[test]
fn an_hour_that_does_not_exist() {
    let rows: &[Row] = &[
        // One time a day: the first moment after the gap, on that day; and no second one.
        ("Europe/London", "30 1 * * *", "2026-03-28T00:00:00Z", &["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]),
        (
            "America/New_York",
            "30 2 * * *",
            "2026-03-07T00:00:00Z",
            &["2026-03-07T07:30:00Z", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"],
        ),
        (
            "Australia/Lord_Howe",
            "15 2 * * *",
            "2026-10-02T00:00:00Z",
            &["2026-10-02T15:45:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z"],
        ),
        // The day itself begins in the gap.
        (
            "America/Santiago",
            "0 0 * * *",
            "2026-09-05T00:00:00Z",
            &["2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"],
        ),
        // The hour before the gap is not the gap.
        ("Europe/London", "0 0 * * *", "2026-03-28T12:00:00Z", &["2026-03-29T00:00:00Z", "2026-03-29T23:00:00Z"]),
        // More than one time a day: what the clock does not show does not come.
        ("Europe/London", "0,30 1 * * *", "2026-03-28T02:00:00Z", &["2026-03-30T00:00:00Z", "2026-03-30T00:30:00Z"]),
        (
            "America/New_York",
            "*/30 1-3 * * *",
            "2026-03-08T05:45:00Z",
            &["2026-03-08T06:00:00Z", "2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z", "2026-03-09T05:00:00Z"],
        ),
        // A whole day that does not exist.
        ("Pacific/Apia", "30 2 * * *", "2011-12-28T20:00:00Z", &["2011-12-29T12:30:00Z", "2011-12-30T12:30:00Z", "2011-12-31T12:30:00Z"]),
    ];
    check(rows);
}

#[test]
fn an_hour_that_comes_twice() {
    let rows: &[Row] = &[
        // One time a day: the first of the two.
        ("Europe/London", "30 1 * * *", "2026-10-24T12:00:00Z", &["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]),
        ("America/New_York", "30 1 * * *", "2026-10-31T12:00:00Z", &["2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]),
        ("Australia/Lord_Howe", "45 1 * * *", "2026-04-03T20:00:00Z", &["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"]),
        // Asked in the second one: that day is done.
        ("Europe/London", "30 1 * * *", "2026-10-25T01:10:00Z", &["2026-10-26T01:30:00Z"]),
        // More than one time a day: both.
        (
            "Europe/London",
            "0,30 1 * * *",
            "2026-10-24T12:00:00Z",
            &["2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-26T01:00:00Z"],
        ),
        (
            "Australia/Lord_Howe",
            "*/15 * * * *",
            "2026-04-04T14:20:00Z",
            &["2026-04-04T14:30:00Z", "2026-04-04T14:45:00Z", "2026-04-04T15:00:00Z", "2026-04-04T15:15:00Z", "2026-04-04T15:30:00Z"],
        ),
    ];
    check(rows);
}

fn check(rows: &[Row]) {
    for (zone, cron, after, expected) in rows {
        assert_eq!(slots(zone, cron, after, expected.len()), *expected, "{cron} in {zone}");
    }
}

#[test]
fn where_clocks_do_not_change_nothing_happens() {
    for zone in ["UTC", "Asia/Kolkata", "America/Phoenix"] {
        let schedule = schedule(zone, "cron = \"30 2 * * *\"");
        let year: Vec<Timestamp> = from(&schedule, utc("2026-01-01T00:00:00Z")).take(365).collect();
        assert!(year.windows(2).all(|pair| pair[1].duration_since(pair[0]) == SignedDuration::from_hours(24)), "{zone}");
    }
}

#[test]
fn fields_mean_what_they_mean_to_cron() {
    let rows: &[Row] = &[
        ("UTC", "0 3 29 2 *", "2026-01-01T00:00:00Z", &["2028-02-29T03:00:00Z", "2032-02-29T03:00:00Z"]),
        ("Asia/Kolkata", "0 3 29 2 *", "2026-01-01T00:00:00Z", &["2028-02-28T21:30:00Z"]),
        ("America/New_York", "0 3 L * *", "2028-02-01T12:00:00Z", &["2028-02-29T08:00:00Z", "2028-03-31T07:00:00Z"]),
        // Day and weekday are one or the other, as cron has it.
        ("UTC", "0 0 1 * MON", "2026-11-22T00:00:00Z", &["2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z", "2026-12-01T00:00:00Z"]),
        ("UTC", "0 0 * * 7", "2026-11-22T00:00:00Z", &["2026-11-29T00:00:00Z"]),
        // Six fields begin with the second.
        (
            "UTC",
            "*/20 30 2 * * *",
            "2026-11-22T00:00:00Z",
            &["2026-11-22T02:30:00Z", "2026-11-22T02:30:20Z", "2026-11-22T02:30:40Z", "2026-11-23T02:30:00Z"],
        ),
        ("UTC", "@daily", "2026-11-22T00:00:00Z", &["2026-11-23T00:00:00Z"]),
    ];
    check(rows);
}

#[test]
fn the_newest_slots_are_the_last_of_all() {
    for (cron, least) in [("* * * * * *", 3), ("*/5 * * * *", 2), ("30 2 * * *", 4), ("0 0 1 1 *", 2)] {
        let schedule = schedule("Europe/London", &format!("cron = \"{cron}\""));
        let until = utc("2026-11-22T10:00:00Z");
        for hours in [0, 1, 30, 24 * 40, 24 * 800] {
            let after = until - SignedDuration::from_hours(hours);
            let newest = newest(&schedule, after, until, least);
            // A year of seconds is too many to count here.
            if hours <= 30 || cron != "* * * * * *" {
                let all: Vec<Timestamp> = from(&schedule, after).take_while(|slot| *slot <= until).collect();
                assert!(newest.len() >= least.min(all.len()) && all.ends_with(&newest), "{cron} over {hours} h");
            }
        }
    }
}

#[test]
fn jitter_is_always_alike_and_spreads() {
    let nightly = schedule("Europe/London", "cron = \"30 2 * * *\"\njitter = \"5m\"");
    let slot = local(&nightly, "2026-11-22T02:30");
    let first = start(&nightly, "nightly", slot);
    assert_eq!(shown(&nightly, first), "2026-11-22T02:30:54");
    assert_eq!(start(&nightly, "nightly", slot), first);
    assert_ne!(start(&nightly, "other", slot), first);
    let starts: Vec<i64> =
        from(&nightly, slot).take(300).map(|slot| start(&nightly, "nightly", slot).duration_since(slot).as_secs()).collect();
    assert!(starts.iter().all(|seconds| (0..=300).contains(seconds)));
    assert!(starts.iter().min() < Some(&30) && starts.iter().max() > Some(&270));
    let plain = schedule("Europe/London", "cron = \"30 2 * * *\"");
    assert_eq!(start(&plain, "nightly", slot), slot);
}

#[test]
fn an_expression_that_ends_has_no_next() {
    let schedule = schedule("UTC", "cron = \"30 2 * * *\"");
    assert_eq!(next(&schedule, Timestamp::MAX), None);
}
