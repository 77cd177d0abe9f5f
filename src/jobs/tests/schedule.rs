//! `[schedule]`, good and broken.

use super::broken::snapshot;
use super::load_with;
use crate::jobs::Schedule;
use crate::jobs::schedule::{CatchUp, Overlap};
use std::time::Duration;

fn good(keys: &str) -> Schedule {
    let job = load_with(keys).unwrap_or_else(|error| panic!("{error}"));
    job.schedule.expect("a schedule")
}

fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

#[test]
fn a_job_without_a_schedule_has_none() {
    assert!(load_with("").expect("good").schedule.is_none());
}

#[test]
fn what_is_not_written_has_a_default() {
    let schedule = good("[calculation]\ntime_zone = \"Europe/London\"\n[schedule]\ncron = \" 30 2 * * * \"\n");
    assert_eq!((schedule.cron_text.as_str(), schedule.time_zone.iana_name()), ("30 2 * * *", Some("Europe/London")));
    assert_eq!((schedule.catch_up, schedule.catch_up_limit, schedule.overlap), (CatchUp::Latest, 7, Overlap::Skip));
    assert_eq!((schedule.timeout, schedule.jitter, schedule.threads), (minutes(720), Duration::ZERO, None));
    assert_eq!((schedule.retries, schedule.retry_waits.clone()), (3, vec![minutes(1), minutes(5), minutes(15)]));
    assert_eq!([1, 3, 4, 99].map(|tries| schedule.wait_after(tries)), [minutes(1), minutes(15), minutes(15), minutes(15)]);
}

#[test]
fn what_is_written_holds() {
    let keys = r#"
[schedule]
cron = "*/5 30 2 * * MON-FRI"
time_zone = "America/New_York"
catch_up = "all"
catch_up_limit = 3
overlap = "queue"
timeout = "1h30m"
retries = 1
retry_waits = "2m"
jitter = "5m"
threads = 2
"#;
    let schedule = good(keys);
    assert_eq!(schedule.time_zone.iana_name(), Some("America/New_York"));
    assert_eq!((schedule.catch_up, schedule.catch_up_limit, schedule.overlap), (CatchUp::All, 3, Overlap::Queue));
    assert_eq!((schedule.timeout, schedule.jitter, schedule.threads), (minutes(90), minutes(5), Some(2)));
    assert_eq!((schedule.retries, schedule.wait_after(1)), (1, minutes(2)));
    assert!(
        !schedule.same_times(&good(&keys.replace("MON-FRI", "MON"))) && !schedule.same_times(&good(&keys.replace("New_York", "Chicago")))
    );
    assert!(schedule.same_times(&good(&keys.replace("1h30m", "2h"))));
}

#[test]
fn broken_schedules() {
    let cases = [
        "[schedule]\ntimeout = \"2h\"\n",
        "[schedule]\ncron = \"30 2 * *\"\n",
        "[schedule]\ncron = \"30 25 * * *\"\n",
        "[schedule]\ncron = \"30 2 * * MOND\"\n",
        "[schedule]\ncron = \"0 30 2 * * * 2027\"\n",
        "[schedule]\ncron = \"5/5 * * * *\"\n",
        "[schedule]\ncron = \"0 3 30 2 *\"\n",
        "[schedule]\ncron = \"@never\"\n",
        "[schedule]\ncron = \"0 3 * * *\"\ntime_zone = \"London\"\n",
        "[schedule]\ncron = \"0 3 * * *\"\ntimeout = \"2\"\njitter = \"5 minutes\"\nretry_waits = [\"1m\", \"5x\"]\n",
        "[schedule]\ncron = \"0 3 * * *\"\ntimeout = \"0s\"\nretries = -1\ncatch_up = \"newest\"\noverlap = true\n",
        "[schedule]\ncron = \"0 3 * * *\"\nretry_wait = \"1m\"\nretry_waits = []\n",
    ];
    snapshot("schedule", &cases);
}
