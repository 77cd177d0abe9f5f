//! The service: several jobs at a time, tries, a run that takes too long, job files that change, and how it ends.

use super::{LICENSES, Yard, job, wait_until};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn jobs_run_by_their_schedules_and_one_hinders_no_other() {
    let yard = Yard::new();
    yard.busy_extracts(600);
    yard.job("often", "consumptions", "licenses", "cron = \"*/2 * * * * *\"");
    yard.job("late", "consumptions", "late", "cron = \"* * * * * *\"\nretries = 100\nretry_waits = \"1s\"");
    yard.job("hangs", "busy", "busy-licenses", "cron = \"* * * * * *\"\ntimeout = \"1s\"\nretries = 0");
    yard.job("by-hand", "consumptions", "licenses", "");
    yard.write("jobs/broken.toml", "name = \"broken\"\n[schedule]\ncron = \"nonsense\"\n");
    let service = yard.serve(&["--parallel", "4", "jobs"]);

    service.wait_for("late: slot");
    let twice = || yard.slots("late", "failed").len() >= 2;
    wait_until("two failed tries", &service.log, twice);
    yard.write("late.csv", LICENSES);
    wait_until("a slot that is late is complete", &service.log, || !yard.slots("late", "runs").is_empty());
    let (failed, done) = (yard.slots("late", "failed"), yard.slots("late", "runs"));
    assert!(failed.iter().all(|slot| *slot == done[0]), "the tries are of one slot: {failed:?} {done:?}");

    service.wait_for("hangs: slot");
    service.wait_for("took longer than its timeout, and was ended");
    wait_until("runs of the job that runs often", &service.log, || yard.slots("often", "runs").len() >= 3);
    let often = yard.slots("often", "runs");
    assert_eq!(often.iter().collect::<BTreeSet<_>>().len(), often.len(), "no slot is run twice");
    assert!(often.is_sorted(), "{often:?}");

    // The broken job is mended, a good one goes away: both without a restart.
    fs::remove_file(yard.path("jobs/often.toml")).expect("it was there");
    service.wait_for("often: jobs/often.toml is gone");
    yard.write("jobs/broken.toml", &job("mended", "consumptions", "licenses", "cron = \"* * * * * *\""));
    wait_until("the job that was broken runs", &service.log, || !yard.slots("mended", "runs").is_empty());

    service.signal("TERM");
    let (code, log) = service.end();
    assert_eq!(code, Some(143), "{log}");
    assert_eq!(yard.slots("hangs", "runs"), Vec::<String>::new());
    assert!(!yard.path("out/by-hand").exists());
    for said in [
        "by-hand: jobs/by-hand.toml has no [schedule], and is left to others",
        "jobs/broken.toml is broken, and is not scheduled until it is changed:",
        "cron cannot be",
        "late | error: late for",
        "failed with code 3 after",
        "try 3 of 101",
        "that was try 1 of 1, the slot is given up",
        "schedule: stopped",
    ] {
        assert!(log.contains(said), "{said:?} is missing:\n{log}");
    }
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn after_a_signal_a_run_may_end() {
    let yard = Yard::new();
    yard.busy_extracts(150);
    yard.job("nightly", "busy", "busy-licenses", "cron = \"* * * * * *\"");
    let service = yard.serve(&["--grace", "10m", "jobs/nightly.toml"]);
    service.wait_for("started, try 1 of 4");
    service.signal("INT");
    let (code, log) = service.end();
    assert_eq!((code, yard.slots("nightly", "runs").len()), (Some(130), 1), "{log}");
    assert!(log.contains("asked to stop; 1 still running may end within 10m") && log.contains("is complete"), "{log}");
}

#[test]
fn a_run_that_outlasts_the_grace_is_ended() {
    for (grace, signals) in [("0", 1), ("10m", 2)] {
        let yard = Yard::new();
        yard.busy_extracts(600);
        yard.job("nightly", "busy", "busy-licenses", "cron = \"* * * * * *\"");
        let service = yard.serve(&["--grace", grace, "jobs"]);
        service.wait_for("started, try 1 of 4");
        wait_until("the run has begun", &service.log, || yard.path("out/nightly/.lock").exists());
        for _ in 0..signals {
            service.signal("TERM");
            service.wait_for("asked to stop");
        }
        let (code, log) = service.end();
        assert_eq!((code, yard.slots("nightly", "runs").len()), (Some(143), 0), "{log}");
        assert!(log.contains("was ended; nothing of it was published"), "{log}");
        let staged = fs::read_dir(yard.path("out/nightly/.staging")).into_iter().flatten().flatten().count();
        assert_eq!(staged, 0, "the run has cleared up: {log}");
    }
}

#[test]
fn a_service_that_is_killed_does_not_run_a_slot_twice() {
    let yard = Yard::new();
    yard.busy_extracts(150);
    // The slots are so seldom that the second service has the same one to do as the first.
    let start = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC);
    let soon = start.checked_add(jiff::SignedDuration::from_secs(3)).expect("a time");
    let cron = format!("{} {} {} {} {} *", soon.second(), soon.minute(), soon.hour(), soon.day(), soon.month());
    let schedule = format!("cron = \"{cron}\"\nretry_waits = \"1s\"\nretries = 100");
    yard.job("nightly", "busy", "busy-licenses", &schedule);
    let mut first = yard.serve(&["jobs"]);
    first.wait_for("started, try 1 of 101");
    wait_until("the run has begun", &first.log, || yard.path("out/nightly/.lock").exists());
    first.child.kill().expect("it is killed");
    assert_eq!(first.end().0, None);

    // Its run goes on without it. The next service starts, as a first one would: with nothing in OUTPUT it has missed nothing.
    let (code, _, said) = yard.type_in(&["schedule", "--once", "jobs"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(yard.slots("nightly", "runs").len(), 1, "{said}");
    assert!(said.contains("has a complete run already") || said.contains("nothing was done"), "{said}");
    let (code, _, said) = yard.type_in(&["schedule", "--once", "jobs"]);
    assert_eq!((code, yard.slots("nightly", "runs").len()), (Some(0), 1), "{said}");
}
