//! `fresh_within`, `min_rows` and `max_change` (contract §9): what stops a run, and what the manifest is told.

use super::*;
use std::time::{Duration, SystemTime};

const HOUR: u64 = 3600;

fn users(rows: usize) -> String {
    format!("user_id\n{}", (0..rows).map(|row| format!("u{row}\n")).collect::<String>())
}

/// Gates on the users, whose files are so many hours old.
fn gated(desk: &Desk, paths: &[&str], gates: Gates, ages: &[(&str, i64)], now: SystemTime) -> ExtractSpec {
    for (name, hours) in ages {
        let written = if *hours >= 0 {
            now - Duration::from_secs(hours.unsigned_abs() * HOUR)
        } else {
            now + Duration::from_secs(hours.unsigned_abs() * HOUR)
        };
        fs::File::options().append(true).open(desk.path(name)).unwrap().set_modified(written).unwrap();
    }
    ExtractSpec { gates, ..desk.spec(ExtractKind::Users, paths) }
}

fn noon() -> SystemTime {
    // 2026-11-22T12:00:00Z
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_348_800)
}

fn verdicts(reading: &Reading) -> Vec<String> {
    reading.checks.iter().map(|check| format!("{} {} {}: {}", check.gate, check.bound, check.verdict.code(), check.found)).collect()
}

#[test]
fn a_stale_file_stops_the_run() {
    let fresh_within = || Gates { fresh_within: Some(Duration::from_secs(26 * HOUR)), ..Gates::default() };
    let stale = "extract users, file b.csv: stale: it was written at 2026-11-20T12:00:00Z, 2d ago, and fresh_within = \"26h\"; \
        find out why its export did not run, or raise extracts.users.fresh_within in the job";
    let two = "extract users, file b.csv: stale: it was written at 2026-11-20T12:00:00Z, 2d ago, and fresh_within = \"26h\" (2 of 2 files are too old); \
        find out why its export did not run, or raise extracts.users.fresh_within in the job";
    let future = "extract users, file b.csv: it was written at 2026-11-22T15:00:00Z, 3h from now, so its age cannot be told; \
        set the clock right where it is exported, or here";
    for (a, b, expected) in [(1, 26, None), (1, 48, Some(stale)), (30, 48, Some(two)), (1, -2, None), (1, -3, Some(future))] {
        let desk = Desk::new(&[("a.csv", "user_id\nu1\n"), ("b.csv", "user_id\nu2\n")]);
        let spec = gated(&desk, &["a.csv", "b.csv"], fresh_within(), &[("a.csv", a), ("b.csv", b)], noon());
        let reading = desk.read_all(&[spec], &ReadOptions { now: noon(), ..ReadOptions::new(as_of()) });
        assert_eq!(reading.errors.iter().map(ToString::to_string).collect::<Vec<_>>(), Vec::from_iter(expected.map(str::to_owned)));
        assert!(reading.errors.iter().all(|error| error.exit_code() == 3));
        assert_eq!(reading.checks[0].verdict, if expected.is_some() { Verdict::Failed } else { Verdict::Passed });
    }
}

#[test]
fn the_files_of_a_past_date_are_old_by_right() {
    let desk = Desk::new(&[("2026-11-01.csv", &users(3))]);
    let gates = Gates { fresh_within: Some(Duration::from_secs(26 * HOUR)), ..Gates::default() };
    let spec = gated(&desk, &["{as_of}.csv"], gates, &[("2026-11-01.csv", 500)], noon());
    let past = Date::from_ymd(2026, 11, 1).unwrap();
    let options = ReadOptions { now: noon(), today: as_of(), ..ReadOptions::new(past) };
    let reading = desk.read_all(std::slice::from_ref(&spec), &options);
    assert_eq!(reading.errors, []);
    assert_eq!(verdicts(&reading), ["fresh_within 26h skipped: the files of 2026-11-01 are old by right"]);
    // On the day itself they are to be fresh like any other.
    let reading = desk.read_all(&[spec], &ReadOptions { now: noon(), today: past, ..ReadOptions::new(past) });
    assert_eq!(reading.errors.iter().map(ExtractError::exit_code).collect::<Vec<_>>(), [3]);
}

#[test]
fn too_few_rows_stop_the_run() {
    // Rejected rows count: they came.
    let desk = Desk::new(&[("u.csv", "user_id\nu1\n\"\"\nu3\n")]);
    for (least, stops) in [(0, false), (3, false), (4, true)] {
        let spec = ExtractSpec { gates: Gates { min_rows: Some(least), ..Gates::default() }, ..desk.spec(ExtractKind::Users, &["u.csv"]) };
        let reading = desk.read_all(&[spec], &ReadOptions::new(as_of()));
        let message =
            "extract users: it has 3 rows, and min_rows = 4; find out why its export is short, or lower extracts.users.min_rows in the job";
        assert_eq!(reading.errors.iter().map(ToString::to_string).collect::<Vec<_>>(), if stops { vec![message] } else { vec![] });
        assert!(reading.errors.iter().all(|error| error.exit_code() == 4));
    }
}

#[test]
fn a_great_change_stops_the_run_unless_it_is_accepted() {
    let max_change = |text: &str| Gates { max_change: decimal::parse(text).ok(), ..Gates::default() };
    for (before, rows, most, expected) in [
        (Some(10), 7, "0.3", Ok("passed: 7 rows, after 10 in run R (-30.0 %)")),
        (Some(10), 13, "0.3", Ok("passed: 13 rows, after 10 in run R (+30.0 %)")),
        (Some(10), 6, "0.3", Err("6 rows, after 10 in run R (-40.0 %)")),
        (Some(10), 14, "0.3", Err("14 rows, after 10 in run R (+40.0 %)")),
        (Some(3), 1, "0.6", Err("1 row, after 3 in run R (-66.6 %)")),
        (Some(10), 10, "0", Ok("passed: 10 rows, after 10 in run R")),
        (Some(10), 9, "0", Err("9 rows, after 10 in run R (-10.0 %)")),
        (Some(0), 0, "0.3", Ok("passed: 0 rows, after 0 in run R")),
        (Some(0), 5, "0.3", Err("5 rows, after 0 in run R")),
        (Some(4), 0, "0.3", Err("0 rows, after 4 in run R (-100.0 %)")),
        (Some(10), 30, "2.0", Ok("passed: 30 rows, after 10 in run R (+200.0 %)")),
        (None, 5, "0.3", Ok("skipped: 5 rows, and no earlier run to compare with")),
    ] {
        let desk = Desk::new(&[("u.csv", &users(rows))]);
        let spec = ExtractSpec { gates: max_change(most), ..desk.spec(ExtractKind::Users, &["u.csv"]) };
        let earlier = Earlier { run_id: "R".to_owned(), rows: before.map(|rows| (ExtractKind::Users, rows)).into_iter().collect() };
        let options = ReadOptions { earlier: Some(earlier), ..ReadOptions::new(as_of()) };
        let reading = desk.read_all(std::slice::from_ref(&spec), &options);
        match expected {
            Ok(verdict) => {
                assert_eq!(reading.errors, []);
                assert_eq!(verdicts(&reading), [format!("max_change {most} {verdict}").replace(".0 passed", " passed")]);
            }
            Err(found) => {
                let message = format!(
                    "extract users: it has {found}, and max_change = {most}; find out why; if the change is real, run once with --accept-change"
                );
                assert_eq!(reading.errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [message]);
                assert_eq!(reading.errors[0].exit_code(), 4);
                let reading = desk.read_all(&[spec], &ReadOptions { accept_change: true, ..options });
                assert_eq!((reading.errors.len(), verdicts(&reading)), (0, vec![format!("max_change {most} accepted: {found}")]));
            }
        }
    }
    // The first run of an output has nothing behind it.
    let desk = Desk::new(&[("u.csv", &users(5))]);
    let spec = ExtractSpec { gates: max_change("0"), ..desk.spec(ExtractKind::Users, &["u.csv"]) };
    assert_eq!(desk.read_all(&[spec], &ReadOptions::new(as_of())).errors, []);
}
