//! `limits.memory`: what a run says that would take more, what it leaves, and that one within its limit is what it always was.

use super::{Desk, JOB, assert_transcript};
use serde_json::Value;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

/// A desk with the small job, limited.
fn desk(limit: &str) -> Desk {
    let desk = Desk::new();
    set(&desk, limit);
    desk
}

fn set(desk: &Desk, limit: &str) {
    desk.write(
        "job.toml",
        format!("{JOB}\n[limits]\nmemory = \"{limit}\"\n\n[[notify.webhook]]\nurl = \"http://127.0.0.1:1/\"\nretries = 0\n"),
    );
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).expect("a manifest")).expect("JSON")
}

/// The one failed run.
fn failed(desk: &Desk) -> std::path::PathBuf {
    let mut all: Vec<_> = fs::read_dir(desk.path("out/failed")).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

#[test]
fn a_limit_that_no_run_fits_into() {
    let desk = desk("64 GiB");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let (before, latest) = (desk.published(), fs::read_link(desk.path("out/latest")).expect("a link"));
    set(&desk, "1 MiB");
    let checked = desk.type_line("check job.toml");
    assert_eq!(checked.code, Some(4), "{}", checked.transcript());
    assert!(checked.stderr.starts_with("error: reading takes ") && checked.stderr.contains("limits.memory = 1 MiB"), "{}", checked.stderr);
    let mut ended = desk.type_line("run job.toml");
    assert_eq!(ended.code, Some(4), "{}", ended.transcript());
    assert_eq!((desk.published(), fs::read_link(desk.path("out/latest")).expect("a link")), (before, latest));
    assert_eq!(fs::read_dir(desk.path("out/.staging")).expect("a folder").count(), 0);
    let left = failed(&desk);
    let manifest = manifest(&left);
    assert_eq!((manifest["status"].as_str(), manifest["error"]["exit_code"].as_i64()), (Some("failed"), Some(4)));
    assert_eq!(manifest["memory"]["limit_bytes"], 1 << 20);
    assert!(manifest["memory"]["peak_bytes"].as_u64() > Some(1 << 20), "{manifest}");
    let log = fs::read_to_string(left.join("batch.log")).expect("a log");
    assert!(log.trim_end().lines().last().is_some_and(|line| line.contains("run_failed") && line.contains("limits.memory")), "{log}");
    // How much a program takes before it reads anything differs from machine to machine.
    let took = ended.stderr.split("the run took ").nth(1).and_then(|rest| rest.split(" of").next()).unwrap_or("nothing").to_owned();
    ended.stderr = ended.stderr.replacen(&took, "00 MiB", 1);
    assert_transcript("memory", &[ended]);
}

#[test]
fn a_file_that_is_larger_than_the_limit_is_not_read() {
    let desk = desk("2 GiB");
    // Most of it is a hole that takes no room on a disk.
    let file = File::options().write(true).open(desk.path("consumptions.csv")).expect("a file");
    file.set_len(3 << 30).expect("a hole");
    let checked = desk.type_line("check job.toml");
    let ended = desk.type_line("run job.toml");
    assert_eq!((checked.code, ended.code), (Some(4), Some(4)));
    let manifest = manifest(&failed(&desk));
    assert!(manifest["memory"]["peak_bytes"].as_u64() < Some(1 << 30), "{manifest}");
    assert_eq!(manifest["inputs"], Value::Array(Vec::new()), "nothing was read");
    assert_transcript("memory-file", &[checked, ended]);
}

#[test]
fn a_run_that_grows_beyond_its_limit_ends_in_order() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("generate estate --consumptions 20000").code, Some(0));
    assert_eq!(desk.type_line("run estate/job.toml --quiet").code, Some(0));
    let complete = manifest(&desk.path("estate/out/latest"));
    let peak = complete["memory"]["peak_bytes"].as_u64().expect("a peak");
    let stages = complete["stages"].as_array().expect("stages");
    let peaks: Vec<u64> = stages.iter().filter_map(|stage| stage["peak_bytes"].as_u64()).collect();
    // What comes after the last stage may take more.
    assert!(peaks.len() == 7 && peaks.iter().all(|one| *one <= peak), "{stages:?} {peak}");

    // Between what a small job takes and what this one does.
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let least = manifest(&desk.path("out/latest"))["memory"]["peak_bytes"].as_u64().expect("a peak");
    assert!(least < peak, "{least} {peak}");
    let job = fs::read_to_string(desk.path("estate/job.toml")).expect("a job");
    desk.write("estate/job.toml", format!("{job}\n[limits]\nmemory = {}\n", least.midpoint(peak)));
    let ended = desk.type_line("run estate/job.toml");
    assert_eq!(ended.code, Some(4), "{}", ended.transcript());
    assert!(ended.stderr.contains(" of memory in stage ") && ended.stderr.contains("estate/out/failed/"), "{}", ended.stderr);
    assert_eq!(fs::read_dir(desk.path("estate/out/runs")).expect("a folder").count(), 1);
    let kept: Vec<_> = fs::read_dir(desk.path("estate/out/failed")).expect("a folder").flatten().collect();
    assert_eq!(kept.len(), 1);
    let mut names: Vec<_> = fs::read_dir(kept[0].path()).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    assert_eq!(names, ["batch.log", "manifest.json", "rejects.parquet"]);

    // The schedule gives the slot up: another try would take as much.
    desk.write("estate/job.toml", format!("{job}\n[limits]\nmemory = {}\n\n[schedule]\ncron = \"0 0 1 1 *\"\n", least.midpoint(peak)));
    let scheduled = desk.type_line("schedule --once estate/job.toml");
    assert_eq!(scheduled.code, Some(4), "{}", scheduled.transcript());
    assert!(scheduled.stderr.contains("failed with code 4") && scheduled.stderr.contains("given up"), "{}", scheduled.stderr);
}

#[test]
fn whoever_takes_far_too_much_is_ended_where_it_stands() {
    let desk = desk("100 MiB");
    assert_eq!(desk.type_line("run job.toml --quiet --as-of 2026-11-21").code, Some(0));
    // Blank lines are no rows: a small file that takes much memory all at once.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(super::CONSUMPTIONS.as_bytes()).expect("memory");
    (0..248).for_each(|_| packed.write_all(&vec![b'\n'; 1 << 20]).expect("memory"));
    desk.write("consumptions.csv.gz", packed.finish().expect("memory"));
    let job = fs::read_to_string(desk.path("job.toml")).expect("a job");
    desk.write("job.toml", job.replacen("consumptions.csv", "consumptions.csv.gz", 1));
    let checked = desk.type_line("check job.toml");
    assert_eq!(checked.code, Some(4), "{}", checked.transcript());
    assert!(checked.stderr.contains("in stage read, more than limits.memory = 100 MiB"), "{}", checked.stderr);
    let ended = desk.type_line("run job.toml --quiet");
    assert_eq!(ended.code, Some(4), "{}", ended.transcript());
    assert!(ended.stderr.contains("in stage read, more than limits.memory = 100 MiB"), "{}", ended.stderr);
    assert!(ended.stderr.contains("it was ended where it stood") && ended.stderr.contains("what it left: "), "{}", ended.stderr);
    assert!(ended.stderr.contains("the notice by webhook 1 was not sent"), "{}", ended.stderr);
    assert_eq!((desk.published().len(), fs::read_dir(desk.path("out/.staging")).expect("a folder").count()), (1, 0));
    let left = failed(&desk);
    let manifest = manifest(&left);
    assert_eq!((manifest["as_of"].as_str(), manifest["error"]["exit_code"].as_i64()), (Some("2026-11-22"), Some(4)));
    assert_eq!(manifest["memory"], Value::Null, "what was taken is gone");
    assert!(fs::read_to_string(left.join("batch.log")).expect("a log").contains("ended where it stood"));
    // The lock is free again, and nothing stands in the way of the next run.
    desk.write("job.toml", job);
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
}
