//! The position of every product, the worst first.

use super::bounds::Bounds;
use super::grid::{Grid, counts, money, texts};
use crate::answers::{AnswerError, Published};
use crate::model::decimal::Scaled;
use crate::report::back::{Query, Rows};
use std::cmp::Reverse;
use std::collections::BTreeMap;

const COLUMNS: [&str; 22] = [
    "product_id",
    "name",
    "publisher",
    "metric",
    "status",
    "consumptions",
    "demands",
    "required",
    "seats",
    "lent",
    "borrowed",
    "bundled",
    "allocated",
    "allocated_direct",
    "allocated_bundle",
    "allocated_affinity",
    "allocated_downgrade",
    "outstanding",
    "available",
    "deficit_cost",
    "idle_cost",
    "currency",
];

/// The table, and its order.
pub struct Positions {
    pub rows: Rows,
    /// Rows, the worst first.
    pub order: Vec<usize>,
    /// Where a product stands in that order.
    pub standing: BTreeMap<String, usize>,
}

impl Positions {
    pub fn read(run: &Published) -> Result<Self, AnswerError> {
        let rows = run.read(&Query::of("positions"))?;
        let order = worst_first(&rows)?;
        let product = rows.texts("product_id")?;
        let standing = order.iter().enumerate().filter_map(|(place, row)| Some((product(*row)?.to_owned(), place))).collect();
        drop(product);
        Ok(Self { rows, order, standing })
    }

    pub fn grid(&self, bounds: &Bounds) -> Result<Grid, AnswerError> {
        Ok(Grid::of(&self.rows, &COLUMNS, &self.order[..self.order.len().min(bounds.products)]))
    }
}

/// As `seatwise show`: under-licensed products by what their deficit costs, then by what is outstanding; over-licensed ones by what
/// is idle; then the others.
fn worst_first(rows: &Rows) -> Result<Vec<usize>, AnswerError> {
    let (status, product) = (texts(rows, "status")?, texts(rows, "product_id")?);
    let (cost, outstanding) = (money(rows, "deficit_cost")?, counts(rows, "outstanding")?);
    let (idle, available) = (money(rows, "idle_cost")?, counts(rows, "available")?);
    let key = |row: &usize| {
        let row = *row;
        let standing = match status(row) {
            Some("under_licensed") => 0,
            Some("over_licensed") => 1,
            Some("compliant") => 2,
            _ => 3,
        };
        let weight: (Scaled, i64) = if standing == 0 { (cost(row), outstanding(row)) } else { (idle(row), available(row)) };
        (standing, Reverse(weight), product(row).map(str::to_owned))
    };
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_cached_key(key);
    Ok(order)
}
