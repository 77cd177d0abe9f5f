//! What moved since the baseline: counted by change and cause, and the first of each listed.

use super::bounds::Bounds;
use super::grid::{Grid, texts};
use crate::answers::{AnswerError, Published};
use crate::report::back::Query;
use serde::Serialize;
use std::collections::BTreeMap;

const COLUMNS: [&str; 6] = ["product_id", "demand_id", "change", "from_license_id", "to_license_id", "cause"];
/// Changes for the worse first.
const ORDER: [&str; 5] = ["lost", "new", "gained", "moved", "gone"];

#[derive(Serialize)]
pub struct Section {
    /// (change, cause, how many).
    counts: Vec<(String, String, usize)>,
    rows: Grid,
}

/// None without a baseline.
pub fn read(run: &Published, bounds: &Bounds) -> Result<Option<Section>, AnswerError> {
    if run.manifest.baseline.is_none() {
        return Ok(None);
    }
    let rows = run.read(&Query::of("movements").columns(&COLUMNS))?;
    let (change, cause) = (texts(&rows, "change")?, texts(&rows, "cause")?);
    let place = |row: usize| ORDER.iter().position(|word| Some(*word) == change(row)).unwrap_or(ORDER.len());
    let mut found: BTreeMap<(usize, &str, &str), usize> = BTreeMap::new();
    for row in 0..rows.len() {
        *found.entry((place(row), change(row).unwrap_or_default(), cause(row).unwrap_or_default())).or_default() += 1;
    }
    let counts = found.into_iter().map(|((_, change, cause), many)| (change.to_owned(), cause.to_owned(), many)).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|row| (place(*row), *row));
    order.truncate(bounds.movements);
    Ok(Some(Section { counts, rows: Grid::of(&rows, &COLUMNS, &order) }))
}
