//! The engine against the second witness: random estates through the real binary, table by table.
//!
//! `SEATWISE_ESTATES=N` sets how many seeds are tried (default 60), `SEATWISE_FROM=S` the first of them (default 0),
//! `SEATWISE_SEED=S` tries that one alone. The estate of a seed that differs is left in the temporary folder that the
//! report names.

mod large;
mod laws;

use crate::estates::{random_estate, shuffled};
use crate::reference::{RawEstate, RawTable, Table, solve};
use crate::support::tables::{TextTable, read};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Columns of sentences, which another implementation need not choose alike.
const SENTENCES: [(&str, &str); 3] = [("deficits", "detail"), ("alerts", "message"), ("rejects", "message")];

fn seeds() -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    match number("SEATWISE_SEED") {
        Some(seed) => vec![seed],
        None => {
            let first = number("SEATWISE_FROM").unwrap_or(0);
            (first..first + number("SEATWISE_ESTATES").unwrap_or(60)).collect()
        }
    }
}

/// Writes the job and its extracts as a folder.
pub fn write(estate: &RawEstate, folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("job.toml"), &estate.job).expect("the job");
    for (name, table) in &estate.extracts {
        fs::write(folder.join(format!("{name}.csv")), csv(table)).expect("an extract");
    }
}

/// RFC 4180: quoted where a field needs it.
fn csv(table: &RawTable) -> String {
    let field = |text: &String| match text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.clone(),
    };
    let line = |cells: &Vec<String>| cells.iter().map(field).collect::<Vec<_>>().join(",") + "\n";
    line(&table.columns) + &table.rows.iter().map(line).collect::<String>()
}

pub fn run(folder: &Path, threads: usize) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatwise"));
    command.args(["run", "job.toml", "--quiet"]).current_dir(folder).env("RAYON_NUM_THREADS", threads.to_string());
    command.output().expect("the binary runs")
}

fn latest(folder: &Path) -> PathBuf {
    folder.join("out").join("latest")
}

fn published(folder: &Path, name: &str) -> TextTable {
    let mut table = read(&latest(folder).join(format!("{name}.parquet")));
    for (_, column) in SENTENCES.iter().filter(|(of, _)| *of == name) {
        table = table.without(column);
    }
    table
}

/// Evens out what the contract leaves open: equal alerts are ordered by their message, which is not compared; the
/// columns of what rules read, after those that it names, come in any order; a reject of a whole row says what it likes
/// as its value, and how NUL and white space around a value are shown is free.
fn even_out(name: &str, mut table: TextTable) -> TextTable {
    match name {
        "alerts" => table.rows.sort(),
        "demands" => order_columns_after(&mut table, "outcome"),
        "licenses" => order_columns_after(&mut table, "renews_on"),
        "rejects" => {
            for row in &mut table.rows {
                let shown = row[4].take().filter(|_| row[3].is_some());
                row[4] = shown.map(|value| value.trim().replace('\0', "\u{2400}"));
            }
        }
        _ => {}
    }
    table
}

fn order_columns_after(table: &mut TextTable, last: &str) {
    let named = table.columns.iter().position(|name| name == last).map_or(0, |at| at + 1);
    let mut order: Vec<usize> = (0..table.columns.len()).collect();
    order[named..].sort_by_key(|at| &table.columns[*at]);
    table.columns = order.iter().map(|at| table.columns[*at].clone()).collect();
    for row in &mut table.rows {
        *row = order.iter().map(|at| row[*at].clone()).collect();
    }
}

/// The first difference of two tables, column by column.
fn difference(name: &str, expected: &Table, found: TextTable) -> Option<String> {
    let expected = TextTable { columns: expected.columns.clone(), rows: expected.rows.clone() };
    let (expected, found) = (even_out(name, expected), even_out(name, found));
    if expected.columns != found.columns {
        return Some(format!("columns\n  reference {:?}\n  engine    {:?}", expected.columns, found.columns));
    }
    let (left, right) = (expected.rows, found.rows);
    if left == right {
        return None;
    }
    let at = (0..left.len().max(right.len())).find(|at| left.get(*at) != right.get(*at)).expect("they differ");
    let mut text = format!("row {} of {} (reference) and {} (engine)", at + 1, left.len(), right.len());
    for (nth, column) in expected.columns.iter().enumerate() {
        let cell = |rows: &[Vec<Option<String>>]| match rows.get(at) {
            Some(row) => row[nth].clone().unwrap_or_else(|| "(null)".into()),
            None => "(no row)".into(),
        };
        let (one, other) = (cell(&left), cell(&right));
        let mark = if one == other { ' ' } else { '*' };
        write!(text, "\n  {mark} {column:24} {one:40} {other}").expect("text");
    }
    Some(text)
}

/// All differences of one estate; the folder keeps the run.
fn differences(estate: &RawEstate, folder: &Path) -> Vec<String> {
    write(estate, folder);
    let output = run(folder, 2);
    let code = output.status.code().unwrap_or(-1);
    let expected = match solve(estate) {
        Ok(tables) => tables,
        Err(refusal) if refusal.code == code => return Vec::new(),
        Err(refusal) => {
            return vec![format!("exit code: reference {} ({}), engine {code}", refusal.code, refusal.text)];
        }
    };
    if code != 0 {
        return vec![format!("exit code: reference 0, engine {code}\n{}", String::from_utf8_lossy(&output.stderr))];
    }
    let compare = |(name, table): (&&str, &Table)| difference(name, table, published(folder, name)).map(|text| format!("{name}: {text}"));
    expected.iter().filter_map(compare).collect()
}

#[test]
fn reference_agrees_on_random_estates() {
    let (mut report, mut wrong) = (String::new(), 0);
    for seed in seeds() {
        let home = tempfile::Builder::new().prefix(&format!("seatwise-seed-{seed}-")).tempdir().expect("a folder");
        let found = differences(&random_estate(seed), home.path());
        if found.is_empty() {
            continue;
        }
        wrong += 1;
        if wrong <= 5 {
            let kept = home.keep();
            write!(report, "\nseed {seed}, left in {}\n{}\n", kept.display(), found.join("\n")).expect("text");
        }
    }
    assert!(wrong == 0, "{wrong} estates differ; the first of them:\n{report}");
}

/// Every Parquet file of a run but the two that may differ.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(latest(folder)).expect("a run") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.ends_with(".parquet") && name != "rejects.parquet" && name != "movements.parquet" {
            files.insert(name, fs::read(&path).expect("a table"));
        }
    }
    files
}

#[test]
fn row_order_and_threads_do_not_matter() {
    let mut compared = 0;
    for seed in (0..).filter(|seed| solve(&random_estate(*seed)).is_ok()).take(8) {
        let estate = random_estate(seed);
        let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        write(&estate, one.path());
        write(&shuffled(&estate, seed), other.path());
        assert_eq!(run(one.path(), 1).status.code(), Some(0), "seed {seed}");
        assert_eq!(run(other.path(), 2).status.code(), Some(0), "seed {seed}, shuffled");
        let (left, right) = (bytes(one.path()), bytes(other.path()));
        assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>(), "seed {seed}");
        for (name, content) in left {
            assert!(content == right[&name], "seed {seed}: {name} depends on row order or threads");
            compared += 1;
        }
    }
    assert!(compared >= 8 * 10, "only {compared} tables compared");
}
