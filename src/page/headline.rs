//! The headline: whether the estate is compliant, what is missing and what lies idle. Of all products, whatever else is embedded.

use super::grid::{Purse, counts, money, texts};
use super::positions::Positions;
use crate::answers::{AnswerError, Published};
use crate::run::listing::total;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize, Default)]
pub struct Headline {
    pub consumptions: i64,
    pub demands: i64,
    pub covered: i64,
    /// Demands in deficit.
    pub deficits: i64,
    pub products: usize,
    pub licenses: usize,
    /// Products by status.
    pub statuses: BTreeMap<String, usize>,
    /// Units that are missing, by metric: (metric, units, products).
    pub missing: Vec<(String, i64, usize)>,
    pub missing_money: Purse,
    /// Products in deficit without a price, and their units: they stand in no sum of money.
    pub unpriced: (usize, i64),
    /// Units that are left, of all products.
    pub idle: i64,
    pub idle_money: Purse,
    /// Covered units by phase: direct, bundle, affinity, downgrade.
    pub phases: [i64; 4],
}

/// The headline of a run with so many licenses.
pub fn of(run: &Published, positions: &Positions, licenses: usize) -> Result<Headline, AnswerError> {
    let rows = &positions.rows;
    let (status, metric, currency) = (texts(rows, "status")?, texts(rows, "metric")?, texts(rows, "currency")?);
    let (consumptions, outstanding, available) = (counts(rows, "consumptions")?, counts(rows, "outstanding")?, counts(rows, "available")?);
    let (deficit, idle) = (rows.decimals("deficit_cost")?, money(rows, "idle_cost")?);
    let phases = ["direct", "bundle", "affinity", "downgrade"].map(|phase| counts(rows, &format!("allocated_{phase}")));
    let phases = phases.into_iter().collect::<Result<Vec<_>, _>>()?;
    let totals = &run.manifest.totals;
    let told = |name: &str| totals.get(name).copied().unwrap_or(0);
    let mut headline = Headline {
        demands: told(total::DEMANDS),
        covered: told(total::COVERED),
        deficits: told(total::DEFICITS),
        products: rows.len(),
        licenses,
        ..Headline::default()
    };
    let mut missing: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
    for row in 0..rows.len() {
        *headline.statuses.entry(status(row).unwrap_or_default().to_owned()).or_default() += 1;
        headline.consumptions += consumptions(row);
        headline.idle += available(row);
        headline.idle_money.add(currency(row), idle(row));
        phases.iter().enumerate().for_each(|(place, units)| headline.phases[place] += units(row));
        if outstanding(row) > 0 {
            let of_metric = missing.entry(metric(row).unwrap_or_default()).or_default();
            *of_metric = (of_metric.0 + outstanding(row), of_metric.1 + 1);
            match deficit(row) {
                Some(cost) => headline.missing_money.add(currency(row), cost),
                None => headline.unpriced = (headline.unpriced.0 + 1, headline.unpriced.1 + outstanding(row)),
            }
        }
    }
    headline.missing = missing.into_iter().map(|(metric, (units, products))| (metric.to_owned(), units, products)).collect();
    headline.missing.sort_by_key(|(_, units, _)| std::cmp::Reverse(*units));
    Ok(headline)
}
