//! Usage by department, location, cost center and publisher: all products together by value, and the products of each that are
//! shortest or largest.

use super::bounds::Bounds;
use super::grid::{Grid, counts, firsts, texts};
use crate::answers::{AnswerError, Published};
use crate::report::back::Query;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

const DIMENSIONS: [&str; 4] = ["department", "location", "cost_center", "publisher"];
const COLUMNS: [&str; 8] = ["dimension", "value", "product_id", "demands", "required", "allocated", "outstanding", "inactive"];
/// Values of one dimension that are listed.
const VALUES: usize = 200;

#[derive(Serialize)]
pub struct Section {
    values: Vec<Value>,
    /// How many values each dimension has.
    all: BTreeMap<String, usize>,
    rows: Grid,
}

/// All products of one department, location, cost center or publisher.
#[derive(Serialize)]
struct Value {
    dimension: String,
    value: Option<String>,
    products: usize,
    /// Products with something outstanding.
    short: usize,
    demands: i64,
    required: i64,
    allocated: i64,
    outstanding: i64,
    inactive: i64,
}

/// The rows of one value: they stand together. There may be as many values as demands, so each is small until it is listed.
struct Found {
    first: usize,
    rows: usize,
    outstanding: i64,
    required: i64,
}

pub fn read(run: &Published, bounds: &Bounds) -> Result<Section, AnswerError> {
    let rows = run.read(&Query::of("usage_by").columns(&COLUMNS).only("dimension", DIMENSIONS))?;
    let (dimension, value) = (texts(&rows, "dimension")?, texts(&rows, "value")?);
    let [demands, required, allocated, outstanding, inactive] = [3, 4, 5, 6, 7].map(|column| counts(&rows, COLUMNS[column]));
    let (demands, required, allocated, outstanding, inactive) = (demands?, required?, allocated?, outstanding?, inactive?);
    let mut found: BTreeMap<&str, Vec<Found>> = DIMENSIONS.map(|dimension| (dimension, Vec::new())).into();
    for row in 0..rows.len() {
        let Some(values) = found.get_mut(dimension(row).unwrap_or_default()) else { continue };
        let is_next = |last: &&mut Found| last.first + last.rows == row && value(last.first) == value(row);
        match values.last_mut().filter(is_next) {
            Some(last) => {
                last.rows += 1;
                last.outstanding += outstanding(row);
                last.required += required(row);
            }
            None => values.push(Found { first: row, rows: 1, outstanding: outstanding(row), required: required(row) }),
        }
    }
    let worst = |one: &Found| (Reverse(one.outstanding), Reverse(one.required));
    let compare = |one: &Found, other: &Found| worst(one).cmp(&worst(other)).then_with(|| value(one.first).cmp(&value(other.first)));
    let summed = |dimension: &str, of: &Found| {
        let rows = || of.first..of.first + of.rows;
        Value {
            dimension: dimension.to_owned(),
            value: value(of.first).map(str::to_owned),
            products: of.rows,
            short: rows().filter(|row| outstanding(*row) > 0).count(),
            demands: rows().map(&demands).sum(),
            required: of.required,
            allocated: rows().map(&allocated).sum(),
            outstanding: of.outstanding,
            inactive: rows().map(&inactive).sum(),
        }
    };
    let mut values: Vec<Value> = Vec::new();
    let mut all = BTreeMap::new();
    for dimension in DIMENSIONS {
        let mut of = found.remove(dimension).unwrap_or_default();
        all.insert(dimension.to_owned(), of.len());
        if of.len() > VALUES {
            // Only those that are taken need an order.
            of.select_nth_unstable_by(VALUES, compare);
            of.truncate(VALUES);
        }
        of.sort_unstable_by(compare);
        values.extend(of.iter().map(|of| summed(dimension, of)));
    }
    let order = firsts(rows.len(), bounds.usage_rows, |row| (Reverse(outstanding(row)), Reverse(required(row)), row));
    Ok(Section { values, all, rows: Grid::of(&rows, &COLUMNS, &order) })
}
