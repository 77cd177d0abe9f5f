//! `seatwise log`: what is printed of a run's log, and what is said where there is nothing to print.

use super::{Desk, PATIENCE, assert_transcript};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// A desk whose job was run, with a log as asked for.
fn after_a_run(log: &str) -> Desk {
    let desk = Desk::new();
    desk.job_with("[output]", &format!("[log]\n{log}\n[output]"));
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    desk
}

#[test]
fn lines_of_a_run() {
    let desk = after_a_run("");
    let ended = [
        "log --event product",
        "log --job job.toml --demand DRAW/PC-2",
        "log --output out --license L-1 --event granted",
        "log --output out --as-of 2026-11-22 --product DRAW --count",
        "log --output out --grep score=[0-9]{4}",
    ]
    .map(|line| desk.type_line(line));
    assert!(ended.iter().all(|ended| ended.code == Some(0)));
    assert_transcript("log", &ended);
}

#[test]
fn either_form_compressed_or_not_has_the_same_lines() {
    let mut counts = Vec::new();
    for log in ["", "compress = true", "format = \"json\"", "format = \"json\"\ncompress = true"] {
        let desk = after_a_run(log);
        let lines = |line: &str| desk.type_line(line).stdout.lines().count();
        counts.push(["log", "log --license L-1", "log --demand DRAW/PC-1 --event affinity", "log --grep deficit"].map(lines));
        assert!(counts.last().is_some_and(|counts| counts.iter().all(|count| *count > 0)), "{log}: {counts:?}");
    }
    counts.dedup();
    assert_eq!(counts.len(), 1, "{counts:?}");
}

#[test]
fn what_is_not_there() {
    let desk = after_a_run("");
    let whole = [
        "log --demand PC-2",
        "log --license L-99 --count",
        "log --run 2000",
        "log --as-of 2026-01-01",
        "log --output nowhere",
        "log --grep (",
        "log --run 2000 --as-of 2026-11-22",
    ]
    .map(|line| desk.type_line(line));
    let off = after_a_run("affinity = \"off\"");
    let short = ["log --demand DRAW/PC-2", "log --event affinity"].map(|line| off.type_line(line));
    let top = after_a_run("affinity = \"top\"").type_line("log --license L-2");
    let empty = Desk::new().type_line("log");
    let all: Vec<_> = whole.into_iter().chain(short).chain([top, empty]).collect();
    let codes: Vec<_> = all.iter().map(|ended| ended.code.unwrap_or(-1)).collect();
    assert_eq!(codes, [0, 0, 2, 2, 3, 2, 2, 0, 0, 0, 2]);
    assert_transcript("log-nothing", &all);
}

#[test]
fn a_log_that_is_damaged_is_told() {
    let desk = after_a_run("compress = true");
    let run = desk.path("out/latest");
    let path = run.join("batch.log.zst");
    let bytes = fs::read(&path).expect("a log");
    fs::write(&path, &bytes[..bytes.len() - 9]).expect("a shorter log");
    let short = desk.type_line("log");
    assert_eq!(short.code, Some(3), "{}", short.transcript());
    fs::remove_file(&path).expect("a file less");
    let ended = desk.type_line("log");
    assert_eq!(ended.code, Some(3));
    assert_transcript("log-missing", &[ended]);
}

#[test]
fn a_reader_who_has_enough_is_no_failure() {
    let desk = Desk::new();
    let rows: String = (0..3000).map(|row| format!("C-{row},DRAW,PC-{row},lab\n")).collect();
    desk.write("consumptions.csv", format!("consumption_id,product_id,asset_id,department\n{rows}"));
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let mut log = Command::new(env!("CARGO_BIN_EXE_seatwise"));
    log.current_dir(desk.path("")).arg("log").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = log.spawn().expect("the binary runs");
    let mut first = String::new();
    // The pipe is closed with the reader.
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
    let since = std::time::Instant::now();
    while child.try_wait().expect("a child").is_none() && since.elapsed() < PATIENCE {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let ended = child.wait_with_output().expect("an end");
    assert!(first.contains("run_started"));
    assert_eq!((ended.status.code(), String::from_utf8_lossy(&ended.stderr).as_ref()), (Some(0), ""));
}
