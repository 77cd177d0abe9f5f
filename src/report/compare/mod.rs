//! Two runs compared by their published tables: which demands are covered otherwise than before, and why (contract §6.3,
//! movements). What is compared is what anybody can read, so that any two runs can be compared at any time, by `movements`
//! tonight and by `seatwise diff` in a year.
//!
//! `cursor` reads a table row by row · `demands` finds the differences · `licenses` and `causes` explain them, `origins`
//! follows who took a seat from whom · `whole` compares
//! small tables field by field. What of this `seatwise diff` shows is [`tables`], as data of `trace::diff`.

mod causes;
mod cursor;
mod demands;
mod licenses;
mod origins;
mod rescored;
mod whole;

use super::error::ReportError;
pub use crate::trace::diff::{Cause, Change};
use crate::trace::diff::{Cover, CoverChange, TableChanges};
pub use causes::Known;
use demands::Wanted;
use std::path::Path;

/// One row of `movements`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Movement {
    pub product_id: String,
    pub demand_id: String,
    pub change: Change,
    /// The license first drawn from, before and now; none where it is not covered.
    pub from_license_id: Option<String>,
    pub to_license_id: Option<String>,
    pub cause: Cause,
}

/// The movements from one run's folder to another's, in the order of the table. Whether the rules in force differ is in the
/// manifests, which are not this module's.
pub fn compare(baseline: &Path, current: &Path, rules_changed: bool) -> Result<Vec<Movement>, ReportError> {
    let known = Known { rules_changed, ..Known::default() };
    let mut differences = demands::differences(baseline, current, &Wanted::default())?;
    let reasons = causes::explain(baseline, current, known, &mut differences)?;
    let movements = differences.found.into_iter().zip(reasons).map(|(one, because)| Movement {
        product_id: one.product,
        demand_id: one.demand,
        change: one.change,
        from_license_id: one.from.license,
        to_license_id: one.to.license,
        cause: because.cause.of_contract(),
    });
    Ok(movements.collect())
}

/// The products of a run.
pub fn products(folder: &Path) -> Result<Vec<String>, ReportError> {
    whole::products(folder)
}

/// What is to be compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// One product alone.
    pub product: Option<&'a str>,
    /// How many of the demands with another score are told one by one.
    pub rescored: usize,
}

/// All that differs between the tables of two runs: positions, cover, licenses. Of the tables of demands one row of each side is
/// held at a time, and the differences.
pub fn tables(before: &Path, after: &Path, known: Known, asked: Asked<'_>) -> Result<TableChanges, ReportError> {
    let wanted = Wanted { product: asked.product, rescored: asked.rescored };
    let mut differences = demands::differences(before, after, &wanted)?;
    let reasons = causes::explain(before, after, known, &mut differences)?;
    // Demands of other products may have taken a seat of this one, so that all were wanted for the causes.
    let found = std::mem::take(&mut differences.found).into_iter().zip(reasons);
    let found = found.filter(|(one, _)| asked.product.is_none_or(|product| product == one.product));
    let changes = found.map(|(one, because)| CoverChange {
        product_id: one.product,
        demand_id: one.demand,
        change: one.change,
        before: one.from.held(),
        after: one.to.held(),
        because,
    });
    let cover = Cover {
        before: differences.before,
        after: differences.after,
        changes: changes.collect(),
        rescored: differences.rescored.count,
        most_rescored: differences.rescored.into_sorted(),
    };
    Ok(TableChanges {
        positions: whole::positions(before, after, asked.product)?,
        cover,
        licenses: whole::licenses(before, after, asked.product)?,
    })
}
