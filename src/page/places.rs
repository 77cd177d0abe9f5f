//! Usage by department, location, cost center and publisher: all products together by value, and the products of each that are
//! shortest or largest.

use super::bounds::Bounds;
use super::grid::{Grid, counts, texts};
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
#[derive(Serialize, Default, Clone)]
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

pub fn read(run: &Published, bounds: &Bounds) -> Result<Section, AnswerError> {
    let rows = run.read(&Query::of("usage_by").columns(&COLUMNS).only("dimension", DIMENSIONS))?;
    let (dimension, value) = (texts(&rows, "dimension")?, texts(&rows, "value")?);
    let [demands, required, allocated, outstanding, inactive] = [3, 4, 5, 6, 7].map(|column| counts(&rows, COLUMNS[column]));
    let (demands, required, allocated, outstanding, inactive) = (demands?, required?, allocated?, outstanding?, inactive?);
    let mut sums: BTreeMap<(&str, Option<&str>), Value> = BTreeMap::new();
    for row in 0..rows.len() {
        let (dimension, value) = (dimension(row).unwrap_or_default(), value(row));
        let sum = sums.entry((dimension, value)).or_insert_with(|| Value {
            dimension: dimension.to_owned(),
            value: value.map(str::to_owned),
            ..Value::default()
        });
        sum.products += 1;
        sum.short += usize::from(outstanding(row) > 0);
        sum.demands += demands(row);
        sum.required += required(row);
        sum.allocated += allocated(row);
        sum.outstanding += outstanding(row);
        sum.inactive += inactive(row);
    }
    let mut values: Vec<Value> = Vec::new();
    let mut all = BTreeMap::new();
    for dimension in DIMENSIONS {
        let mut of: Vec<Value> = sums.values().filter(|one| one.dimension == dimension).cloned().collect();
        of.sort_by_key(|one| (Reverse(one.outstanding), Reverse(one.required), one.value.clone()));
        all.insert(dimension.to_owned(), of.len());
        values.extend(of.into_iter().take(VALUES));
    }
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let worst = |row: &usize| (Reverse(outstanding(*row)), Reverse(required(*row)), *row);
    if order.len() > bounds.usage_rows {
        // Only those that are taken need an order.
        order.select_nth_unstable_by_key(bounds.usage_rows, worst);
        order.truncate(bounds.usage_rows);
    }
    order.sort_unstable_by_key(worst);
    Ok(Section { values, all, rows: Grid::of(&rows, &COLUMNS, &order) })
}
