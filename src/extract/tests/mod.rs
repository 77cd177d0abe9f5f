//! Tests of reading extracts: files in, frames and rejects out. Helpers here, tables of cases in the files beside.

mod agreement;
mod attributes;
mod bounds;
mod changes;
mod csv;
mod damage;
mod expectations;
mod faults;
mod foreign;
mod header;
mod parquet;
mod parts;
mod places;
mod rejects;
mod sources;

use super::*;
use crate::model::date::Date;
use crate::model::decimal;
use crate::model::value::Value;
use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder of files, and what was read from them.
struct Desk {
    folder: TempDir,
    ingest: RefCell<Ingest>,
}

impl Desk {
    fn new(files: &[(&str, &str)]) -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), ingest: RefCell::default() };
        for (name, text) in files {
            desk.write(name, text.as_bytes());
        }
        desk
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    fn spec(&self, kind: ExtractKind, paths: &[&str]) -> ExtractSpec {
        ExtractSpec::new(kind, self.folder.path(), paths.iter().copied())
    }

    fn read(&self, spec: &ExtractSpec) -> Result<Extract, Vec<ExtractError>> {
        read_one(spec, &ReadOptions::new(as_of()), &mut self.ingest.borrow_mut())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Reads extracts as a run does.
    fn read_all(&self, specs: &[ExtractSpec], options: &ReadOptions<'_>) -> Reading {
        read_all(specs, options, &mut self.ingest.borrow_mut())
    }

    /// The text of a provisional code: interning it again gives the code back. Slow, for tests.
    fn text(&self, code: u32) -> String {
        let mut ingest = self.ingest.borrow_mut();
        let values: Vec<String> = ingest.texts.values().map(str::to_owned).collect();
        values.into_iter().find(|value| ingest.texts.intern(value) == code).unwrap_or_else(|| "?".to_owned())
    }

    fn list(&self, id: u32) -> Vec<u32> {
        self.ingest.borrow().lists.get(id).to_vec()
    }

    /// The values of a column, as words; null is `-`.
    fn column(&self, extract: &Extract, name: &str) -> Vec<String> {
        let column = extract.frame.column(name).unwrap_or_else(|| panic!("no column {name} in {:?}", extract.frame.names));
        let text = |code: u32| self.text(code);
        (0..column.len())
            .map(|row| match column.get(row) {
                Value::Null => "-".to_owned(),
                Value::Text(code) => text(code),
                Value::Integer(value) => value.to_string(),
                Value::Decimal(value) => decimal::format_short(value),
                Value::Boolean(value) => value.to_string(),
                Value::Date(day) => Date(day).to_string(),
                Value::List(id) => self.list(id).iter().map(|code| text(*code)).collect::<Vec<_>>().join("|"),
            })
            .collect()
    }
}

fn as_of() -> Date {
    Date::from_ymd(2026, 11, 22).unwrap()
}

/// Reads one CSV text as an extract.
fn read_csv(kind: ExtractKind, text: &str) -> (Desk, Extract) {
    let desk = Desk::new(&[("data.csv", text)]);
    let spec = desk.spec(kind, &["data.csv"]);
    let extract = desk.read(&spec).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    (desk, extract)
}

/// `row column value reason` of each reject; `-` for null.
fn rejects(extract: &Extract) -> Vec<String> {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    extract
        .rejects
        .iter()
        .map(|reject| format!("{} {} {} {}", reject.row, word(&reject.column), word(&reject.value), reject.reason.code()))
        .collect()
}

/// Exit code and message of the only error.
fn refusal(outcome: Result<Extract, Vec<ExtractError>>) -> (i32, String) {
    match outcome {
        Ok(extract) => panic!("was read: {extract:?}"),
        Err(errors) => {
            assert_eq!(errors.len(), 1, "{errors:?}");
            (errors[0].exit_code(), errors[0].to_string())
        }
    }
}
