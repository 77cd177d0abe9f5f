//! The published tables (§6), in their column and row order.

mod alerts;
mod demands;
mod grants;
mod licenses;
mod people;
mod positions;
mod usage;

use super::Tables;
use super::deficits;
use super::job::Job;
use super::rulebook::Rulebook;
use super::solve::Solution;
use super::values::{self, Record};

type Cell = Option<String>;

fn words(text: &str) -> Cell {
    Some(text.to_string())
}

fn number(number: i64) -> Cell {
    Some(number.to_string())
}

fn money(amount: Option<i128>) -> Cell {
    amount.map(values::money_text)
}

/// A field of a record; money is asked for with [`money`].
fn field(record: &Record, name: &str) -> Cell {
    values::get(record, name).cell()
}

/// All tables of the run.
pub fn all(solution: &Solution, job: &Job, rules: &Rulebook) -> Tables {
    let deficits = deficits::deficits(solution);
    let usage = usage::lines(solution, job);
    let positions = positions::lines(solution, job, &usage);
    Tables::from([
        ("allocations", grants::allocations(solution)),
        ("deficits", grants::deficits(solution, &deficits)),
        ("affinity", grants::affinity(solution, job)),
        ("usage", usage::table(solution, job, &usage)),
        ("positions", positions::table(solution, &positions)),
        ("coverage", demands::coverage(solution)),
        ("demands", demands::demands(solution, rules)),
        ("licenses", licenses::table(solution, rules)),
        ("alerts", alerts::table(solution, job, &usage, &positions)),
        ("rejects", alerts::rejects(solution)),
        ("usage_by", people::usage_by(solution, job)),
        ("reservations", people::reservations(solution)),
    ])
}
