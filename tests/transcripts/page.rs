//! `seatwise report`: the file that a run wrote, made again.

use super::{Desk, JOB, assert_transcript};
use std::fs;

#[test]
fn a_report_of_a_published_run() {
    let desk = Desk::new();
    let before = desk.type_line("report --output out");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    fs::create_dir(desk.path("folder")).expect("a folder");
    let ended = [
        desk.type_line("report --job job.toml"),
        desk.type_line("report --output out --as-of 2026-11-22 --to november.html"),
        desk.type_line("report --to folder"),
        desk.type_line("report --to nowhere/report.html"),
        desk.type_line("report --as-of 2026-11-21"),
    ];
    let written = fs::read(desk.path("out/latest/report.html")).expect("what the run wrote");
    for file in ["report.html", "november.html"] {
        assert!(fs::read(desk.path(file)).expect("a file") == written, "{file}");
    }
    let piped = desk.type_line("report --to -");
    assert!(piped.stdout.as_bytes() == written && piped.stderr.is_empty());
    let left: Vec<_> = fs::read_dir(desk.path("")).expect("the desk").flatten().map(|entry| entry.file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");

    let ended: Vec<_> = [before].into_iter().chain(ended).collect();
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [3, 0, 0, 2, 74, 2].map(Some));
    assert_transcript("report", &ended);
}

#[test]
fn a_run_that_does_without() {
    let desk = Desk::new();
    desk.write("job.toml", JOB.replace("path = \"out\"", "path = \"out\"\nreport = false"));
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    assert!(!desk.path("out/latest/report.html").exists());
    assert_eq!(desk.type_line("verify --output out").code, Some(0));
    assert_eq!(desk.type_line("report").code, Some(0), "it can be made all the same");
    assert!(desk.path("report.html").is_file());
}

#[test]
fn a_report_that_was_changed_is_found() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    assert_eq!(desk.type_line("verify --output out").code, Some(0));
    let file = fs::canonicalize(desk.path("out/latest")).expect("a run").join("report.html");
    let page = fs::read_to_string(&file).expect("a report");
    fs::write(&file, page.replacen("seatwise report", "Seatwise report", 1)).expect("a file is written");
    let verified = desk.type_line("verify --output out");
    assert!(verified.code == Some(4) && verified.stderr.contains("report.html"), "{}", verified.transcript());
}
