//! Alerts and recommendations: all of them counted, the gravest and the dearest listed.

use super::bounds::Bounds;
use super::grid::{Grid, Purse, counts, firsts, money, texts};
use crate::answers::{AnswerError, Published};
use crate::report::back::Query;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

const ALERTS: [&str; 9] = ["kind", "code", "severity", "product_id", "license_id", "subject", "units", "date", "message"];
const ADVICE: [&str; 7] = ["action", "product_id", "license_id", "units", "amount", "currency", "reason"];

#[derive(Serialize)]
pub struct Section {
    /// (severity, kind, code, how many).
    counts: Vec<(String, String, String, usize)>,
    rows: Grid,
}

/// The section of recommendations.
#[derive(Serialize)]
pub struct Advice {
    /// (action, how many, units, amounts).
    totals: Vec<(String, usize, i64, Purse)>,
    rows: Grid,
}

pub fn read(run: &Published, bounds: &Bounds) -> Result<Section, AnswerError> {
    let rows = run.read(&Query::of("alerts").columns(&ALERTS))?;
    let (severity, kind, code) = (texts(&rows, "severity")?, texts(&rows, "kind")?, texts(&rows, "code")?);
    let units = counts(&rows, "units")?;
    let grave = |row: usize| match severity(row) {
        Some("critical") => 0,
        Some("warning") => 1,
        _ => 2,
    };
    let mut found: BTreeMap<(usize, &str, &str), usize> = BTreeMap::new();
    for row in 0..rows.len() {
        *found.entry((grave(row), kind(row).unwrap_or_default(), code(row).unwrap_or_default())).or_default() += 1;
    }
    let words = ["critical", "warning", "info"];
    let counts = found.into_iter().map(|((grave, kind, code), many)| (words[grave].to_owned(), kind.to_owned(), code.to_owned(), many));
    let order = firsts(rows.len(), bounds.alerts, |row| (grave(row), kind(row), Reverse(units(row)), row));
    Ok(Section { counts: counts.collect(), rows: Grid::of(&rows, &ALERTS, &order) })
}

pub fn advice(run: &Published, bounds: &Bounds) -> Result<Advice, AnswerError> {
    let rows = run.read(&Query::of("recommendations").columns(&ADVICE))?;
    let (action, currency) = (texts(&rows, "action")?, texts(&rows, "currency")?);
    let (units, amount) = (counts(&rows, "units")?, money(&rows, "amount")?);
    let mut totals: BTreeMap<&str, (usize, i64, Purse)> = BTreeMap::new();
    for row in 0..rows.len() {
        let (many, sum, purse) = totals.entry(action(row).unwrap_or_default()).or_default();
        *many += 1;
        *sum += units(row);
        purse.add(currency(row), amount(row));
    }
    let order = firsts(rows.len(), bounds.advice, |row| (Reverse(amount(row)), Reverse(units(row)), row));
    let totals = totals.into_iter().map(|(action, (many, units, purse))| (action.to_owned(), many, units, purse)).collect();
    Ok(Advice { totals, rows: Grid::of(&rows, &ADVICE, &order) })
}
