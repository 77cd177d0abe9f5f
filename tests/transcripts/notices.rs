//! Those who are told: what the command line says of it. That notices arrive is tested elsewhere; here nobody listens.

use super::{Desk, JOB, assert_transcript};
use std::fs;

/// The small job with more below it.
fn desk(more: &str) -> Desk {
    let desk = Desk::new();
    desk.write("job.toml", format!("{JOB}\n{more}"));
    desk
}

/// Port 1 belongs to a service that nobody has; a secret that nobody has set.
const NOTIFY: &str = "[notify]\nwithin = \"26h\"\nlate = \"06:00\"\n
[[notify.webhook]]\nname = \"chat\"\nurl = \"http://127.0.0.1:1/T0/B1\"\non = [\"failure\", \"success\", \"alert\"]\nretries = 0\n
[[notify.email]]\nsmtp = \"127.0.0.1:1\"\nuser = \"seatwise\"\npassword = \"env:SEATWISE_TEST_UNSET\"\nfrom = \"seatwise@example.org\"
to = [\"ops@example.org\"]\non = [\"failure\", \"overdue\"]\nretries = 0\n";

#[test]
fn notices_that_nobody_gets_are_warnings() {
    let desk = desk(NOTIFY);
    let ended = ["check job.toml", "run job.toml --quiet", "run job.toml --quiet --no-notify"].map(|line| desk.type_line(line));
    assert_eq!(ended.each_ref().map(|ended| ended.code), [Some(0); 3]);
    fs::remove_file(desk.path("licenses.csv")).expect("it was there");
    let failed = desk.type_line("run job.toml");
    assert_eq!(failed.code, Some(3), "the exit code is the run's");
    assert_eq!(desk.published().len(), 2);
    assert_transcript("notices", &ended.into_iter().chain([failed]).collect::<Vec<_>>());
}

#[test]
fn a_test_and_a_missing_run() {
    let desk = desk(NOTIFY);
    let lines = ["notify test job.toml", "notify overdue job.toml", "run job.toml --quiet --no-notify", "notify overdue job.toml"];
    let ended = lines.map(|line| desk.type_line(line));
    assert_eq!(ended.each_ref().map(|ended| ended.code), [Some(1), Some(1), Some(0), Some(0)]);
    let mut text = ended.to_vec();
    // The machine's name, and the last time that it was six.
    for ended in &mut text {
        ended.stdout = ended.stdout.lines().filter(|line| !line.starts_with("Host ")).collect::<Vec<_>>().join("\n");
    }
    assert_transcript("notify", &text);
}

#[test]
fn nobody_to_tell_and_nothing_expected() {
    let desk = Desk::new();
    let ended = ["notify test job.toml", "notify overdue job.toml", "notify overdue none.toml"].map(|line| desk.type_line(line));
    assert_eq!(ended.each_ref().map(|ended| ended.code), [Some(2); 3]);
    assert_transcript("notify-nobody", &ended);
}

#[test]
fn metrics_stand_beside_the_runs() {
    let desk = Desk::new();
    let success = |line: &str, code| {
        assert_eq!(desk.type_line(line).code, Some(code));
        let page = fs::read_to_string(desk.path("out/metrics.prom")).expect("a page");
        page.lines().find(|line| line.starts_with("seatwise_run_success{")).map(str::to_owned)
    };
    assert_eq!(success("run job.toml --quiet", 0).as_deref(), Some("seatwise_run_success{job=\"small\"} 1"));
    desk.write("licenses.csv", "");
    assert_eq!(success("run job.toml --quiet", 3).as_deref(), Some("seatwise_run_success{job=\"small\"} 0"));
    // A folder in its place is a warning: the run is what it was.
    desk.write("licenses.csv", super::LICENSES);
    fs::remove_file(desk.path("out/metrics.prom")).expect("it was there");
    fs::create_dir(desk.path("out/metrics.prom")).expect("a folder");
    let ended = desk.type_line("run job.toml");
    assert_eq!(ended.code, Some(0));
    assert_transcript("metrics-in-the-way", &[ended]);
}

#[test]
fn an_alert_is_told_once_where_that_is_asked() {
    let entry = "[[notify.webhook]]\nurl = \"http://127.0.0.1:1/\"\non = [\"alert\"]\nretries = 0\n";
    let tries = |desk: &Desk| {
        let ended = desk.type_line("run job.toml --quiet");
        assert_eq!(ended.code, Some(0), "{}", ended.transcript());
        // Nobody listens, so that whoever is to be told is a warning.
        ended.stderr.contains("was not sent")
    };
    let (every_night, once) = (desk(entry), desk(&format!("{entry}only_new = true\n")));
    assert_eq!([tries(&every_night), tries(&every_night)], [true, true]);
    assert_eq!([tries(&once), tries(&once)], [true, false], "DRAW is short, as it was the night before");
    once.write("consumptions.csv", format!("{}C-3,PAINT,PC-1,lab\n", super::CONSUMPTIONS));
    assert_eq!([tries(&once), tries(&once)], [true, false], "now PAINT is short too");
    // A run before that cannot be read leaves nothing to compare with: rather twice than not at all.
    fs::remove_file(once.path("out/latest/alerts.parquet")).expect("it was there");
    assert!(tries(&once));
}
