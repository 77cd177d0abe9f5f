//! `--once`, for whoever else keeps the time, and `--list`.

use super::{LICENSES, Yard};
use std::fs;

/// A slot that has come this year, and is no other one while the test runs, but for the turn of the year.
const NEW_YEAR: &str = "cron = \"0 0 1 1 *\"\nretries = 0";

#[test]
fn what_is_due_is_run_once() {
    let yard = Yard::new();
    yard.job("yearly", "consumptions", "licenses", NEW_YEAR);
    let (code, _, said) = yard.type_in(&["schedule", "--once", "jobs"]);
    assert_eq!(code, Some(0), "{said}");
    let manifests = yard.manifests("yearly", "runs");
    let slot = manifests[0]["slot"].as_str().expect("a slot");
    assert!(slot.ends_with("-01-01T00:00:00Z"), "{slot}");
    assert_eq!(manifests[0]["as_of"], slot[..10], "it answers for the day of its slot");
    let log = fs::read_to_string(yard.path("out/yearly/latest/batch.log")).expect("a log");
    assert!(log.contains(&format!("slot={slot}")), "{log}");

    // The second call finds it done; so does a run by hand for that slot.
    assert_eq!(yard.type_in(&["schedule", "--once", "jobs"]).0, Some(0));
    let (code, _, said) = yard.type_in(&["run", "jobs/yearly.toml", "--slot", slot]);
    assert_eq!(code, Some(0));
    assert!(said.contains("has a complete run already"), "{said}");
    assert_eq!(yard.slots("yearly", "runs"), [slot]);
    // Without the slot it is a run like any other.
    assert_eq!(yard.type_in(&["run", "jobs/yearly.toml", "--quiet"]).0, Some(0));
    assert_eq!(yard.slots("yearly", "runs"), [slot, "none"]);
}

#[test]
fn the_worst_code_is_the_one_to_exit_with() {
    let yard = Yard::new();
    yard.job("good", "consumptions", "licenses", NEW_YEAR);
    yard.job("missing", "consumptions", "nowhere", NEW_YEAR);
    let (code, _, said) = yard.type_in(&["schedule", "--once", "--quiet", "jobs"]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("the slot is given up") && !said.contains("is complete"), "{said}");
    assert_eq!((yard.slots("good", "runs").len(), yard.slots("missing", "failed").len()), (1, 1));
    // All its tries are used up, so that nothing is due any more.
    assert_eq!(yard.type_in(&["schedule", "--once", "jobs"]).0, Some(0));
    assert_eq!(yard.slots("missing", "failed").len(), 1);
    yard.write("jobs/broken.toml", "name = ");
    assert_eq!(yard.type_in(&["schedule", "--once", "jobs"]).0, Some(2));
    assert_eq!(yard.type_in(&["schedule", "--once", "nowhere"]).0, Some(2));
}

#[test]
fn a_second_try_is_part_of_once() {
    let yard = Yard::new();
    yard.job("late", "consumptions", "late", "cron = \"0 0 1 1 *\"\nretries = 100\nretry_waits = \"1s\"");
    let mut once = yard.serve(&["--once", "jobs"]);
    once.wait_for("another try in 1s");
    yard.write("late.csv", LICENSES);
    assert_eq!(super::end(&mut once.child), Some(0), "{}", once.log());
    assert_eq!(yard.slots("late", "runs"), yard.slots("late", "failed")[..1]);
}

#[test]
fn two_jobs_of_one_output_take_turns() {
    let yard = Yard::new();
    yard.busy_extracts(100);
    for name in ["one", "two"] {
        let text = super::job(name, "busy", "busy-licenses", NEW_YEAR).replace(&format!("out/{name}"), "out/both");
        yard.write(&format!("jobs/{name}.toml"), &text);
    }
    let (code, _, said) = yard.type_in(&["schedule", "--once", "--parallel", "4", "jobs"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(yard.slots("both", "runs").len(), 2, "{said}");
    assert!(!said.contains("code 5"), "{said}");
}

#[test]
fn the_next_times_are_listed() {
    let yard = Yard::new();
    yard.job("london", "consumptions", "licenses", "cron = \"30 1 * * *\"\ntime_zone = \"Europe/London\"");
    yard.job("often", "consumptions", "licenses", "cron = \"0,30 1 * * *\"\ntime_zone = \"Europe/London\"\njitter = \"5m\"");
    yard.job("by-hand", "consumptions", "licenses", "");
    let list = |from: &str| {
        let (code, text, said) = yard.type_in(&["schedule", "--list", "--from", from, "jobs"]);
        assert_eq!((code, said.as_str()), (Some(0), ""));
        text
    };
    // Where clocks go forward, and where they go back.
    insta::assert_snapshot!(list("2027-03-27T12:00:00Z"), @r#"
    by-hand  (jobs/by-hand.toml)
      no [schedule]
    london  (jobs/london.toml)
      30 1 * * * in Europe/London
      Sun 2027-03-28 02:00:00 +01:00  2027-03-28T01:00:00Z
      Mon 2027-03-29 01:30:00 +01:00  2027-03-29T00:30:00Z
      Tue 2027-03-30 01:30:00 +01:00  2027-03-30T00:30:00Z
      Wed 2027-03-31 01:30:00 +01:00  2027-03-31T00:30:00Z
      Thu 2027-04-01 01:30:00 +01:00  2027-04-01T00:30:00Z
    often  (jobs/often.toml)
      0,30 1 * * * in Europe/London
      Mon 2027-03-29 01:00:00 +01:00  2027-03-29T00:00:00Z  starts 01:01:44
      Mon 2027-03-29 01:30:00 +01:00  2027-03-29T00:30:00Z  starts 01:33:00
      Tue 2027-03-30 01:00:00 +01:00  2027-03-30T00:00:00Z  starts 01:02:02
      Tue 2027-03-30 01:30:00 +01:00  2027-03-30T00:30:00Z  starts 01:34:39
      Wed 2027-03-31 01:00:00 +01:00  2027-03-31T00:00:00Z  starts 01:03:37
    "#);
    insta::assert_snapshot!(list("2026-10-24T12:00:00Z"), @r#"
    by-hand  (jobs/by-hand.toml)
      no [schedule]
    london  (jobs/london.toml)
      30 1 * * * in Europe/London
      Sun 2026-10-25 01:30:00 +01:00  2026-10-25T00:30:00Z
      Mon 2026-10-26 01:30:00 +00:00  2026-10-26T01:30:00Z
      Tue 2026-10-27 01:30:00 +00:00  2026-10-27T01:30:00Z
      Wed 2026-10-28 01:30:00 +00:00  2026-10-28T01:30:00Z
      Thu 2026-10-29 01:30:00 +00:00  2026-10-29T01:30:00Z
    often  (jobs/often.toml)
      0,30 1 * * * in Europe/London
      Sun 2026-10-25 01:00:00 +01:00  2026-10-25T00:00:00Z  starts 01:04:36
      Sun 2026-10-25 01:30:00 +01:00  2026-10-25T00:30:00Z  starts 01:32:33
      Sun 2026-10-25 01:00:00 +00:00  2026-10-25T01:00:00Z  starts 01:00:24
      Sun 2026-10-25 01:30:00 +00:00  2026-10-25T01:30:00Z  starts 01:34:41
      Mon 2026-10-26 01:00:00 +00:00  2026-10-26T01:00:00Z  starts 01:03:33
    "#);

    // Without --from it says where each job stands.
    yard.job("often", "consumptions", "licenses", NEW_YEAR);
    assert_eq!(yard.type_in(&["schedule", "--once", "jobs/often.toml"]).0, Some(0));
    let slot = yard.slots("often", "runs").remove(0);
    let (_, text, _) = yard.type_in(&["schedule", "--list", "jobs"]);
    assert!(text.contains(&format!("last slot done {slot}")) && text.contains("no slot done yet"), "{text}");
    yard.write("jobs/often.toml", "name = 1");
    let (code, text, said) = yard.type_in(&["schedule", "--list", "jobs"]);
    assert!(code == Some(2) && text.contains("london") && said.contains("jobs/often.toml:1:8"), "{text}{said}");
}
