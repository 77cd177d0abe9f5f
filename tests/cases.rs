//! Runs every folder of `fixtures/cases` through the real binary and compares what it publishes with `expected/`.
//!
//! A case is a tiny estate whose results were worked out by hand from the contract. A new case is a new folder and no
//! Rust. The folder holds:
//!
//! - `job.toml`, whose `name` is the folder's and whose output path is `out`, and the extracts that it reads;
//! - `runs.txt` (optional): a line for each run, with the arguments that follow `run job.toml --quiet`; the last run is
//!   the one that is compared. Without it there is one run with no further arguments;
//! - `expected/TABLE.csv`: the header names any of the table's columns; rows are equal and in this order;
//! - `expected/log.txt`: lines of `batch.log` without their time, in this order, others may stand between;
//! - `expected/exit.txt`: the exit code of the last run (0 without this file), then text that standard error contains.
//!
//! Cells are canonical text: money and percentages with 4 decimals, dates as YYYY-MM-DD, lists as `a;b`; an empty cell
//! is a null (or an empty list). `SEATWISE_CASE=name` runs one folder alone and keeps what it wrote.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::tables;

/// Cases run side by side on so many threads: the machines that test have two cores.
const THREADS: usize = 2;

/// Differing cells shown for one table; the rest is counted.
const SHOWN: usize = 12;

#[test]
fn every_case_gives_what_its_folder_expects() {
    let only = std::env::var("SEATWISE_CASE").ok();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let folders = case_folders(&root, only.as_deref());
    assert!(!folders.is_empty(), "no cases in {} (SEATWISE_CASE = {only:?})", root.display());

    let next = AtomicUsize::new(0);
    let differences = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = Case::new(folder).differences(only.is_some());
                    if !found.is_empty() {
                        differences.lock().unwrap().insert(file_name(folder), found);
                    }
                }
            });
        }
    });

    let differences = differences.into_inner().unwrap();
    let report: Vec<String> = differences.iter().map(|(case, found)| format!("{case}\n  {}", found.join("\n  "))).collect();
    assert!(differences.is_empty(), "{} of {} cases differ:\n\n{}\n", differences.len(), folders.len(), report.join("\n\n"));
}

/// The folders below `root` that hold a job, by name.
fn case_folders(root: &Path, only: Option<&str>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = children(root)
        .into_iter()
        .filter(|path| path.join("job.toml").is_file())
        .filter(|path| only.is_none_or(|name| file_name(path) == name))
        .collect();
    folders.sort();
    folders
}

/// One case folder, and its name.
struct Case<'a> {
    name: String,
    folder: &'a Path,
}

impl<'a> Case<'a> {
    fn new(folder: &'a Path) -> Self {
        Case { name: file_name(folder), folder }
    }

    /// Runs the case in a folder of its own and lists all that is not as expected.
    fn differences(&self, keep: bool) -> Vec<String> {
        let mut work = tempfile::Builder::new().prefix("seatwise-case-").tempdir().expect("a temporary folder");
        work.disable_cleanup(keep);
        if keep {
            eprintln!("{}: {}", self.name, work.path().display());
        }
        copy_folder(self.folder, work.path());

        let mut found = Vec::new();
        let job = fs::read_to_string(work.path().join("job.toml")).expect("job.toml is text");
        if !job.lines().any(|line| line.starts_with(&format!("name = \"{}\"", self.name))) {
            found.push(format!("job.toml: its name is not `{}`", self.name));
        }
        let last = self.run(work.path(), &mut found);
        self.compare_exit(&last, &mut found);
        match published(&work.path().join("out")) {
            Some(run) => self.compare_run(&run, &mut found),
            None if self.expects_a_run() => {
                found.push("nothing was published, and nothing stands in out/failed".to_owned());
            }
            None => {}
        }
        found
    }

    /// Runs the job once for each line of `runs.txt` and returns the last outcome; only that one may fail.
    fn run(&self, work: &Path, found: &mut Vec<String>) -> Finished {
        let runs = fs::read_to_string(self.folder.join("runs.txt")).unwrap_or_default();
        let mut runs: Vec<&str> = runs.lines().filter(|line| !line.trim().is_empty()).collect();
        if runs.is_empty() {
            runs.push("");
        }
        let mut last = None;
        for (number, arguments) in runs.iter().enumerate() {
            let finished = Finished::of(
                Command::new(env!("CARGO_BIN_EXE_seatwise"))
                    .args(["run", "job.toml", "--quiet"])
                    .args(arguments.split_whitespace())
                    .env("NO_COLOR", "1")
                    .current_dir(work),
            );
            if number + 1 < runs.len() && finished.code != Some(0) {
                found.push(format!("run {} (`{arguments}`) ended with {}", number + 1, finished));
            }
            last = Some(finished);
        }
        last.expect("at least one run")
    }

    fn compare_exit(&self, last: &Finished, found: &mut Vec<String>) {
        let text = fs::read_to_string(self.folder.join("expected/exit.txt")).unwrap_or_else(|_| "0".to_owned());
        let mut lines = text.lines();
        let code = lines.next().and_then(|line| line.trim().parse::<i32>().ok());
        assert!(code.is_some(), "{}: the first line of exit.txt is no exit code", self.name);
        if last.code != code {
            found.push(format!("exit code: expected {}, found {last}", code.unwrap_or_default()));
        }
        let stderr = unwrapped(&last.stderr);
        for part in lines.filter(|line| !line.is_empty()) {
            if !stderr.contains(&unwrapped(part)) {
                found.push(format!("standard error lacks `{part}`: {}", last.stderr.trim()));
            }
        }
    }

    fn expects_a_run(&self) -> bool {
        children(&self.folder.join("expected")).iter().any(|path| file_name(path) != "exit.txt")
    }

    fn compare_run(&self, run: &Path, found: &mut Vec<String>) {
        for path in children(&self.folder.join("expected")) {
            if path.extension() == Some(OsStr::new("csv")) {
                compare_table(&path, run, found);
            }
        }
        let expected_log = self.folder.join("expected/log.txt");
        if let Ok(expected) = fs::read_to_string(expected_log) {
            match fs::read_to_string(run.join("batch.log")) {
                Ok(log) => compare_log(&expected, &log, found),
                Err(error) => found.push(format!("batch.log: {error}")),
            }
        }
    }
}

/// How a run of the binary ended.
struct Finished {
    code: Option<i32>,
    stderr: String,
}

impl Finished {
    fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the binary runs");
        Finished { code: output.status.code(), stderr: String::from_utf8_lossy(&output.stderr).into_owned() }
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.code {
            Some(code) => write!(f, "{code}: {}", self.stderr.trim()),
            None => write!(f, "a signal: {}", self.stderr.trim()),
        }
    }
}

/// The run to compare: what `latest` names, else the newest one that failed.
fn published(output: &Path) -> Option<PathBuf> {
    let failed = children(&output.join("failed")).into_iter().max();
    match fs::canonicalize(output.join("latest")) {
        Ok(run) => Some(run),
        Err(_) => failed,
    }
}

fn compare_table(expected_file: &Path, run: &Path, found: &mut Vec<String>) {
    let name = expected_file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let (columns, expected) = read_expected(expected_file);
    let actual_file = run.join(format!("{name}.parquet"));
    if !actual_file.is_file() {
        found.push(format!("{name}: the run has no such table"));
        return;
    }
    let actual = tables::read(&actual_file);
    let mut places = Vec::new();
    for column in &columns {
        match actual.columns.iter().position(|known| known == column) {
            Some(place) => places.push(place),
            None => found.push(format!("{name}: no column `{column}` among {}", actual.columns.join(", "))),
        }
    }
    if places.len() < columns.len() {
        return;
    }
    let actual: Vec<Row> =
        actual.rows.iter().map(|row| places.iter().map(|&place| row[place].clone().filter(|cell| !cell.is_empty())).collect()).collect();
    compare_rows(&name, &columns, &expected, &actual, found);
}

type Row = Vec<Option<String>>;

/// Cell by cell where the tables have equally many rows; else the rows that only one of them has.
fn compare_rows(name: &str, columns: &[String], expected: &[Row], actual: &[Row], found: &mut Vec<String>) {
    let mut differences = Vec::new();
    if expected.len() == actual.len() {
        for (number, (wanted, got)) in expected.iter().zip(actual).enumerate() {
            for (column, (wanted, got)) in columns.iter().zip(wanted.iter().zip(got)) {
                if wanted != got {
                    let key = shown_row(&actual[number]);
                    let (wanted, got) = (shown(wanted.as_ref()), shown(got.as_ref()));
                    differences.push(format!("{name} row {} ({key}): {column}: expected {wanted}, found {got}", number + 1));
                }
            }
        }
    } else {
        differences.push(format!("{name}: expected {} rows, found {}", expected.len(), actual.len()));
        differences.extend(only_in(expected, actual).map(|row| format!("{name}: missing row {}", shown_row(row))));
        differences.extend(only_in(actual, expected).map(|row| format!("{name}: unexpected row {}", shown_row(row))));
    }
    let more = differences.len().saturating_sub(SHOWN);
    differences.truncate(SHOWN);
    found.append(&mut differences);
    if more > 0 {
        found.push(format!("{name}: {more} more differences"));
    }
}

/// The rows of `rows` that `others` lacks, equal rows counted one by one.
fn only_in<'a>(rows: &'a [Row], others: &'a [Row]) -> impl Iterator<Item = &'a Row> {
    let mut left: Vec<&Row> = others.iter().collect();
    rows.iter().filter(move |row| match left.iter().position(|other| other == row) {
        Some(place) => {
            left.swap_remove(place);
            false
        }
        None => true,
    })
}

fn read_expected(path: &Path) -> (Vec<String>, Vec<Row>) {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let columns = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader
        .records()
        .map(|record| {
            let record = record.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            record.iter().map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).collect()
        })
        .collect();
    (columns, rows)
}

/// Every expected line occurs, in this order; the first that does not is reported with what its demand has instead.
fn compare_log(expected: &str, log: &str, found: &mut Vec<String>) {
    let log: Vec<&str> = log.lines().map(|line| line.split_once(' ').map_or(line, |(_, rest)| rest)).collect();
    let mut rest = log.iter();
    for line in expected.lines().filter(|line| !line.trim().is_empty()) {
        if rest.any(|candidate| *candidate == line) {
            continue;
        }
        let place = if log.contains(&line) { "stands too early in" } else { "is not in" };
        let near: Vec<&str> = log.iter().filter(|candidate| alike(candidate, line)).copied().take(4).collect();
        found.push(format!("log: `{line}` {place} batch.log; nearest:\n    {}", near.join("\n    ")));
        return;
    }
}

/// Whether two log lines tell of the same event for the same pair.
fn alike(line: &str, other: &str) -> bool {
    let key = |line: &str| -> Vec<String> {
        let parts = line.split(' ');
        parts.filter(|part| !part.contains('=') || part.starts_with("demand=") || part.starts_with("license=")).map(str::to_owned).collect()
    };
    key(line) == key(other)
}

/// Text without white space and frames: how a message is wrapped and drawn is not what a case is about.
fn unwrapped(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !('\u{2500}'..='\u{257f}').contains(c)).collect()
}

fn shown(cell: Option<&String>) -> String {
    cell.map_or_else(|| "null".to_owned(), |text| format!("`{text}`"))
}

fn shown_row(row: &Row) -> String {
    row.iter().map(|cell| cell.as_deref().unwrap_or("")).collect::<Vec<_>>().join(",")
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What a folder holds, by name; nothing where there is no such folder.
fn children(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder to copy to");
    for path in children(from) {
        let target = to.join(file_name(&path));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file is copied");
        }
    }
}
