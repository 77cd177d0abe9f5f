//! Estates that the program makes up, run by the program: every shape runs clean, dirty rows are rejected in the share that was
//! announced, and both file formats and any number of threads give the same tables.

use crate::support::tables::read;
use seatwise::generate::Shape;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ROWS: u64 = 2_000;

fn seatwise(folder: &Path, threads: usize, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatwise"));
    command.args(words).current_dir(folder).env("RAYON_NUM_THREADS", threads.to_string());
    command.output().expect("the binary runs")
}

fn succeed(output: &Output, what: &str) {
    assert!(output.status.success(), "{what}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
}

/// Makes an estate in `name` of a folder and runs it, without the pairs; gives the folder of the run.
fn made_and_run(folder: &Path, name: &str, threads: usize, words: &[&str]) -> PathBuf {
    let rows = ROWS.to_string();
    succeed(&seatwise(folder, threads, &[&["generate", name, "--consumptions", &rows], words].concat()), name);
    let estate = folder.join(name);
    let job = fs::read_to_string(estate.join("job.toml")).expect("a job");
    fs::write(estate.join("job.toml"), job.replace("affinity = \"top\"", "affinity = \"off\"")).expect("a job");
    succeed(&seatwise(&estate, threads, &["run", "job.toml", "--quiet"]), name);
    estate.join("out").join("latest")
}

fn column(run: &Path, table: &str, name: &str) -> Vec<String> {
    let table = read(&run.join(format!("{table}.parquet")));
    table.column(name).map(|cell| cell.unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_shape_runs_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    for shape in Shape::ALL.map(Shape::word) {
        let run = made_and_run(folder.path(), shape, 2, &["--shape", shape]);
        assert_eq!(column(&run, "coverage", "consumption_id").len() as u64, ROWS, "{shape}");
        assert_eq!(column(&run, "rejects", "reason"), Vec::<String>::new(), "{shape}");
        let outcomes = column(&run, "demands", "outcome");
        let covered = outcomes.iter().filter(|outcome| outcome.starts_with("covered")).count();
        assert!(covered * 3 > outcomes.len() && covered < outcomes.len(), "{shape}: {covered} of {} covered", outcomes.len());
        let odd: Vec<String> = column(&run, "alerts", "code").into_iter().filter(|code| code.contains('.')).collect();
        assert!(odd.is_empty(), "{shape}: names what is not there: {odd:?}");
    }
}

#[test]
fn dirty_rows_are_rejected_in_the_share_announced() {
    let folder = tempfile::tempdir().expect("a folder");
    for (format, share, parts) in [("parquet", "0.03", 30), ("csv", "0.03", 30), ("csv", "0.2", 200)] {
        let name = format!("{format}-{share}");
        let run = made_and_run(folder.path(), &name, 2, &["--dirty", share, "--format", format, "--licenses", "1000"]);
        let mut rejected: BTreeMap<String, u64> = BTreeMap::new();
        column(&run, "rejects", "extract").into_iter().for_each(|extract| *rejected.entry(extract).or_default() += 1);
        let sizes = [("assets", ROWS / 9), ("consumptions", ROWS), ("licenses", 1000), ("users", ROWS / 9 * 9 / 10)];
        let announced: BTreeMap<String, u64> = sizes.map(|(name, rows)| (name.to_owned(), rows * parts / 1000)).into();
        assert_eq!(rejected, announced, "{name}");
        assert_eq!(column(&run, "coverage", "consumption_id").len() as u64, ROWS - announced["consumptions"]);
        let mut reasons = column(&run, "rejects", "reason");
        reasons.sort();
        reasons.dedup();
        assert_eq!(reasons, ["duplicate_row", "missing_value", "not_in_list", "nul_character", "out_of_range"], "{name}");
    }
}

#[test]
fn formats_and_threads_make_no_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let one = made_and_run(folder.path(), "one", 1, &["--seed", "9"]);
    let other = made_and_run(folder.path(), "other", 2, &["--seed", "9", "--format", "csv"]);
    for table in ["allocations", "coverage", "demands", "deficits", "licenses", "usage", "positions"] {
        let bytes = |run: &Path| fs::read(run.join(format!("{table}.parquet"))).expect("a table");
        assert_eq!(bytes(&one), bytes(&other), "{table}");
    }
}
