//! How the position went over the published dates: for every date before the run's, the newest run that was published before it.

use super::bounds::Bounds;
use super::grid::{Purse, counts, money, texts};
use super::positions::Positions;
use crate::answers::{AnswerError, Published};
use crate::model::date::Date;
use crate::report::back::{Query, Rows};
use crate::run::{History, PublishedRun};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

const COLUMNS: [&str; 9] =
    ["product_id", "status", "required", "allocated", "outstanding", "available", "deficit_cost", "idle_cost", "currency"];

#[derive(Serialize)]
pub struct Section {
    /// Ascending; the last one is the run's own.
    days: Vec<Day>,
    /// Outstanding units of each product by day, null where it was not there; of products that were ever short.
    products: BTreeMap<String, Vec<Option<i64>>>,
    /// Dates whose run cannot be read.
    unreadable: Vec<String>,
    /// How many earlier dates are left out.
    older: usize,
}

#[derive(Serialize, Default)]
struct Day {
    as_of: String,
    short: usize,
    required: i64,
    allocated: i64,
    outstanding: i64,
    available: i64,
    deficit: Purse,
    idle: Purse,
}

pub fn read(run: &Published, history: &History, positions: &Positions, bounds: &Bounds) -> Result<Section, AnswerError> {
    let mut past = past(run, history);
    let older = past.len().saturating_sub(bounds.dates.saturating_sub(1));
    past.drain(..older);
    let read = |(date, run): &(Date, &PublishedRun)| (date.to_string(), Query::of("positions").columns(&COLUMNS).read(&run.folder).ok());
    let tables: Vec<(String, Option<Rows>)> = past.par_iter().map(read).collect();
    let mut section = Section { days: Vec::new(), products: BTreeMap::new(), unreadable: Vec::new(), older };
    let mut known: Vec<(String, &Rows)> = Vec::new();
    for (date, rows) in &tables {
        match rows {
            // A table of a run that somebody changed must not stop every night after it; the page says which date is missing.
            Some(rows) if day(date, rows).is_ok() => known.push((date.clone(), rows)),
            _ => section.unreadable.push(date.clone()),
        }
    }
    known.push((run.manifest.as_of.to_string(), &positions.rows));
    let standing = |id: &str| positions.standing.get(id).is_some_and(|place| *place < bounds.products);
    for (place, (date, rows)) in known.iter().enumerate() {
        section.days.push(day(date, rows)?);
        let (product, outstanding) = (texts(rows, "product_id")?, counts(rows, "outstanding")?);
        for row in 0..rows.len() {
            let Some(id) = product(row).filter(|id| standing(id)) else { continue };
            let of_product = section.products.entry(id.to_owned()).or_insert_with(|| vec![None; known.len()]);
            of_product[place] = Some(outstanding(row));
        }
    }
    section.products.retain(|_, days| days.iter().flatten().any(|units| *units > 0));
    Ok(section)
}

/// The runs before this one, by date, ascending.
fn past<'h>(run: &Published, history: &'h History) -> Vec<(Date, &'h PublishedRun)> {
    let before = history.runs().iter().take_while(|other| other.id.as_str() != run.manifest.run_id);
    let newest: BTreeMap<Date, &PublishedRun> =
        before.filter(|other| other.as_of < run.manifest.as_of).map(|other| (other.as_of, other)).collect();
    newest.into_iter().collect()
}

fn day(date: &str, rows: &Rows) -> Result<Day, AnswerError> {
    let (required, allocated) = (counts(rows, "required")?, counts(rows, "allocated")?);
    let (outstanding, available) = (counts(rows, "outstanding")?, counts(rows, "available")?);
    let (deficit, idle, currency) = (money(rows, "deficit_cost")?, money(rows, "idle_cost")?, texts(rows, "currency")?);
    let mut day = Day { as_of: date.to_owned(), ..Day::default() };
    for row in 0..rows.len() {
        day.short += usize::from(outstanding(row) > 0);
        day.required += required(row);
        day.allocated += allocated(row);
        day.outstanding += outstanding(row);
        day.available += available(row);
        day.deficit.add(currency(row), deficit(row));
        day.idle.add(currency(row), idle(row));
    }
    Ok(day)
}
