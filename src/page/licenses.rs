//! Licenses: their seats, terms and costs. In a large run those that end or are most used.

use super::bounds::Bounds;
use super::grid::{Grid, counts, first_of, texts};
use crate::answers::{AnswerError, Published};
use crate::report::back::{Query, Rows};
use std::cmp::Reverse;

const COLUMNS: [&str; 22] = [
    "license_id",
    "product_id",
    "metric",
    "license_type",
    "status",
    "starts_on",
    "ends_on",
    "days_to_end",
    "seats",
    "allocated",
    "available",
    "reserved",
    "demands_covered",
    "inactive_covered",
    "department",
    "location",
    "currency",
    "cost_total",
    "cost_available",
    "responsible",
    "contract_id",
    "renews_on",
];

/// The rows, and what answers are chosen by.
pub struct Licenses {
    pub grid: Grid,
    /// Those that are embedded, in their order.
    pub shown: Vec<Shown>,
}

/// A license that is embedded.
pub struct Shown {
    pub product: String,
    pub license: String,
    /// The demands that it covers.
    pub covers: i64,
}

pub fn read(run: &Published, bounds: &Bounds) -> Result<Licenses, AnswerError> {
    let rows = run.read(&Query::of("usage").columns(&COLUMNS))?;
    let chosen = choose(&rows, bounds.licenses)?;
    let (license, product, covers) = (texts(&rows, "license_id")?, texts(&rows, "product_id")?, counts(&rows, "demands_covered")?);
    let shown = |row: &usize| Some(Shown { product: product(*row)?.to_owned(), license: license(*row)?.to_owned(), covers: covers(*row) });
    let shown = chosen.iter().filter_map(shown).collect();
    Ok(Licenses { grid: Grid::of(&rows, &COLUMNS, &chosen), shown })
}

/// What ends soon or is in its days of grace; what is most used; what ended last. A third of the room is kept for each.
fn choose(rows: &Rows, room: usize) -> Result<Vec<usize>, AnswerError> {
    let (status, license) = (texts(rows, "status")?, texts(rows, "license_id")?);
    let (allocated, days) = (counts(rows, "allocated")?, rows.integers("days_to_end")?);
    let mut classes: [Vec<usize>; 3] = Default::default();
    for row in 0..rows.len() {
        let class = match status(row) {
            Some("expiring" | "grace") => 0,
            Some("active") => 1,
            _ => 2,
        };
        classes[class].push(row);
    }
    // Of no class more are taken than there is room for.
    let [ending, running, ended] = classes;
    let classes = [
        first_of(ending, room, |row| (days(row).unwrap_or(i64::MAX), license(row), row)),
        first_of(running, room, |row| (Reverse(allocated(row)), license(row), row)),
        first_of(ended, room, |row| (Reverse(days(row).unwrap_or(i64::MIN)), license(row), row)),
    ];
    let share = room / 3;
    let mut left = room.saturating_sub(classes.iter().map(|class| class.len().min(share)).sum());
    let mut chosen = Vec::new();
    for class in &classes {
        let more = class.len().saturating_sub(share).min(left);
        left -= more;
        chosen.extend_from_slice(&class[..class.len().min(share) + more]);
    }
    Ok(chosen)
}
