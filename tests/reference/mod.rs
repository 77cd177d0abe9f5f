//! The second witness: a slow, plain solver written from the contract alone.
//!
//! It shares nothing with the engine. Every pair of demand and license is judged by evaluating every rule, every
//! order is a full sort, every set is a `BTreeMap`. Reading order: `values`, `schema`, `job`, `reading`, `estate`,
//! `language`, `rulebook`, `people`, `demands`, `pairs`, `ledger`, `cover`, the four phases, `deficits`, `tables`.

mod affinity;
mod assignments;
mod bundles;
mod catalog;
mod cover;
mod deficits;
mod demands;
mod direct;
mod downgrade;
mod estate;
mod job;
mod language;
mod ledger;
mod pairs;
mod people;
mod reading;
mod references;
mod rulebook;
mod schema;
mod solve;
mod tables;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeMap;

/// One CSV file as text: a header and its rows. A row of another length than the header is a bad row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// A job and its extracts, by extract name; each is one CSV file, named as the job's `path` says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawEstate {
    pub job: String,
    pub extracts: BTreeMap<String, RawTable>,
}

/// A result table: cells in canonical text, `None` for null.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

impl Table {
    /// With the columns that a text lists.
    fn new(columns: &str) -> Table {
        Table { columns: columns.split(' ').map(String::from).collect(), rows: Vec::new() }
    }

    fn push(&mut self, row: Vec<Option<String>>) {
        assert_eq!(row.len(), self.columns.len(), "a row of {:?}", self.columns);
        self.rows.push(row);
    }

    /// The cell of a row by its column's name.
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|name| name == column).expect("a known column");
        self.rows[row][at].as_deref()
    }
}

pub type Tables = BTreeMap<&'static str, Table>;

/// A run that publishes nothing (§8).
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: i32,
    pub text: String,
}

fn refuse<T>(code: i32, text: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { code, text: text.into() })
}

/// The tables of §6 for an estate, or the refusal.
pub fn solve(raw: &RawEstate) -> Result<Tables, Refusal> {
    let job = job::read(&raw.job)?;
    let rules = rulebook::parse(&job)?;
    let estate = estate::build(&job, raw)?;
    let rules = rulebook::check(rules, &job, &estate)?;
    let solution = solve::solve(estate, &job, &rules);
    Ok(tables::all(&solution, &job, &rules))
}
