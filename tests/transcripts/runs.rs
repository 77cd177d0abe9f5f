//! Runs, checks and examples that end well, or as `--fail-on` wants.

use super::{Desk, JOB, assert_transcript, type_in};
use std::path::Path;

#[test]
fn the_nightly_job() {
    let desk = Desk::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = desk.path("nightly").display().to_string();
    assert_transcript("nightly-check", &[type_in(root, &format!("check jobs/nightly.toml --output {out}"))]);
    assert_transcript("nightly-run", &[type_in(root, &format!("run jobs/nightly.toml --output {out}"))]);
}

#[test]
fn a_small_job() {
    let desk = Desk::new();
    let ended = ["check job.toml", "run job.toml", "run job.toml --quiet"].map(|line| desk.type_line(line));
    assert_transcript("small", &ended);
    assert_eq!(desk.published().len(), 2);
}

#[test]
fn what_a_run_may_fail_on() {
    let desk = Desk::new();
    let line = |what: &str| format!("run job.toml --quiet --fail-on {what}");
    let short = [desk.type_line(&line("deficit")), desk.type_line(&line("alert"))];
    assert_eq!(short.iter().map(|ended| ended.code).collect::<Vec<_>>(), [Some(1), Some(1)]);
    assert_eq!(desk.published().len(), 2, "a run that fails on its results is published");

    desk.write("licenses.csv", "license_id,product_id,metric,seats,department\nL-1,DRAW,device,2,lab\n");
    let enough = [desk.type_line(&line("deficit")), desk.type_line(&line("alert"))];
    assert_eq!(enough.iter().map(|ended| ended.code).collect::<Vec<_>>(), [Some(0), Some(0)]);
    assert_transcript("fail-on", &short.into_iter().chain(enough).collect::<Vec<_>>());
}

#[test]
fn examples_of_rules() {
    let desk = Desk::new();
    let holds = desk.type_line("rules test job.toml");
    desk.job_with("points = 4500", "points = 1");
    let fails = desk.type_line("rules test job.toml");
    assert_eq!((holds.code, fails.code), (Some(0), Some(1)));
    assert_transcript("rules-test", &[holds, fails]);
}

#[test]
fn a_range_of_dates() {
    let desk = Desk::new();
    let ended = [
        desk.type_line("run job.toml --from 2026-11-21 --to 2026-11-22"),
        desk.type_line("run job.toml --from 2026-11-22 --to 2026-11-21"),
    ];
    assert_transcript("range", &ended);
    assert_eq!(desk.published().len(), 2);
}

#[test]
fn what_a_terminal_never_saw() {
    let desk = Desk::new();
    desk.write("job.toml", format!("{JOB}\n[log]\nformat = \"json\"\n"));
    let ended = desk.type_line("run job.toml -v");
    assert_eq!(ended.code, Some(0));
    let events = ended.stderr.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON"));
    assert!(events.count() > 0, "{}", ended.transcript());
}

#[test]
fn what_rust_log_asks_for() {
    let desk = Desk::new();
    let steps = |filter: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_seatwise"));
        command.current_dir(desk.path("")).args(["run", "job.toml", "--quiet"]).env("RUST_LOG", filter).env("NO_COLOR", "1");
        let output = command.output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(0), "{filter}");
        String::from_utf8_lossy(&output.stderr).matches("stage_done").count()
    };
    assert!(steps("seatwise=info") > 0);
    assert_eq!(steps("seatwise=debug"), steps("info"));
    // By target: the steps of a run are the batch log's.
    assert_eq!(steps("warn,seatwise::batch_log=info"), steps("info"));
    assert_eq!(steps("seatwise=debug,seatwise::batch_log=warn"), 0);
    assert_eq!(steps("off"), 0);
}
