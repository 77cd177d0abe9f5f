//! One run at a time per output: many starts at once, and starts that wait.

use super::{PATIENCE, Yard, end, signal, wait_until};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::{Child, Stdio};

#[test]
fn of_32_starts_at_once_one_is_the_run() {
    let yard = Yard::new();
    yard.busy_extracts(400);
    yard.job("nightly", "busy", "busy-licenses", "");
    let start = |_| yard.command(&["run", "--quiet", "jobs/nightly.toml"]).stderr(Stdio::null()).spawn().expect("the binary runs");
    let mut starts: Vec<Child> = (0..32).map(start).collect();
    let mut codes: BTreeMap<Option<i32>, usize> = BTreeMap::new();
    for child in &mut starts {
        *codes.entry(end(child)).or_default() += 1;
    }
    assert_eq!(codes, BTreeMap::from([(Some(0), 1), (Some(5), 31)]));
    assert_eq!(yard.slots("nightly", "runs").len(), 1);
    assert!(!yard.path("out/nightly/failed").exists(), "who does not get the lock leaves nothing");
}

#[test]
fn starts_that_wait_follow_each_other() {
    let yard = Yard::new();
    yard.job("nightly", "consumptions", "licenses", "");
    fs::create_dir_all(yard.path("out/nightly")).expect("a folder");
    let lock = File::create(yard.path("out/nightly/.lock")).expect("a lock");
    lock.try_lock().expect("nobody else has it");
    let log = yard.path("waiting.log");
    let waiting = |wait: &str| {
        let file = File::options().create(true).append(true).open(&log).expect("a log");
        let mut command = yard.command(&["run", "-v", wait, "jobs/nightly.toml"]);
        command.stdout(Stdio::null()).stderr(file).spawn().expect("the binary runs")
    };
    let patience = format!("--wait={}s", PATIENCE.as_secs());
    let mut starts: Vec<Child> = ["--wait", "--wait", &patience].map(waiting).into_iter().collect();
    let mut stopped = waiting("--wait");
    let told = || fs::read_to_string(&log).unwrap_or_default().matches("waiting for it").count();
    wait_until("four starts wait", &log, || told() == 4);
    // One that waits for a second only, and one that is told to stop.
    let (code, _, said) = yard.type_in(&["run", "--wait=1s", "jobs/nightly.toml"]);
    assert_eq!(code, Some(5), "{said}");
    signal(&stopped, "TERM");
    assert_eq!(end(&mut stopped), Some(143));
    assert_eq!(yard.slots("nightly", "runs").len(), 0);
    drop(lock);
    assert_eq!(starts.iter_mut().map(end).collect::<Vec<_>>(), [Some(0); 3]);
    assert_eq!(yard.slots("nightly", "runs").len(), 3);
}
