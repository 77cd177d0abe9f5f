//! Demands in deficit: all of them by reason, and the worst of each product one by one.

use super::bounds::Bounds;
use super::grid::{Grid, Purse, counts, money, texts};
use super::positions::Positions;
use crate::answers::{AnswerError, Published};
use crate::model::decimal::Scaled;
use crate::report::back::Query;
use rayon::prelude::*;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

const COLUMNS: [&str; 16] = [
    "product_id",
    "demand_id",
    "asset_id",
    "user_id",
    "metric",
    "units",
    "reason",
    "requirement",
    "candidates",
    "turn",
    "best_license_id",
    "best_score",
    "cut_off_score",
    "estimated_cost",
    "currency",
    "detail",
];

/// What the page holds.
#[derive(Serialize)]
pub struct Section {
    reasons: Vec<Reason>,
    rows: Grid,
}

/// Every deficit of one reason.
#[derive(Serialize)]
struct Reason {
    reason: String,
    demands: usize,
    units: i64,
    products: usize,
    money: Purse,
}

/// The section, and what answers are chosen by.
pub struct Deficits {
    pub section: Section,
    /// The demands that are embedded, by product and `demand_id`, in the order of the worst.
    pub shown: Vec<(String, String)>,
    /// How many demands of each product are in deficit.
    pub of_product: BTreeMap<String, i64>,
}

pub fn read(run: &Published, positions: &Positions, bounds: &Bounds) -> Result<Deficits, AnswerError> {
    let columns = ["product_id", "units", "reason", "estimated_cost", "currency"];
    let rows = run.read(&Query::of("deficits").columns(&columns))?;
    let (product, units, reason) = (texts(&rows, "product_id")?, counts(&rows, "units")?, texts(&rows, "reason")?);
    let (cost, currency) = (money(&rows, "estimated_cost")?, texts(&rows, "currency")?);
    let mut tallies: Vec<Tally<'_>> = Vec::new();
    let mut ranges: Vec<(&str, Range<usize>)> = Vec::new();
    for row in 0..rows.len() {
        let (code, id) = (reason(row).unwrap_or_default(), product(row).unwrap_or_default());
        // There are few reasons.
        let place = tallies.iter().position(|tally| tally.code == code).unwrap_or_else(|| {
            tallies.push(Tally::new(code));
            tallies.len() - 1
        });
        tallies[place].add(id, units(row), currency(row), cost(row));
        // The table is sorted by product.
        match ranges.last_mut() {
            Some((last, range)) if *last == id => range.end = row + 1,
            _ => ranges.push((id, row..row + 1)),
        }
    }
    let of_product = ranges.iter().map(|(id, rows)| ((*id).to_owned(), rows.len() as i64)).collect();
    let chosen = choose(&ranges, positions, bounds, |row| (Reverse(cost(row)), Reverse(units(row)), row));
    let mut reasons: Vec<Reason> = tallies.into_iter().map(Tally::reason).collect();
    reasons.sort_by_key(|one| (Reverse(one.demands), one.reason.clone()));
    let (grid, shown) = grid(run, &chosen, rows.len())?;
    Ok(Deficits { section: Section { reasons, rows: grid }, shown, of_product })
}

/// What the rows of one reason come to.
struct Tally<'a> {
    code: &'a str,
    reason: Reason,
    /// The product of the last row.
    product: Option<&'a str>,
    /// What is not in the purse yet: most rows that follow each other have one currency.
    money: (Option<&'a str>, Scaled),
}

impl<'a> Tally<'a> {
    fn new(code: &'a str) -> Self {
        let reason = Reason { reason: code.to_owned(), demands: 0, units: 0, products: 0, money: Purse::default() };
        Self { code, reason, product: None, money: (None, 0) }
    }

    fn add(&mut self, product: &'a str, units: i64, currency: Option<&'a str>, cost: Scaled) {
        self.reason.demands += 1;
        self.reason.units += units;
        if self.product != Some(product) {
            self.reason.products += 1;
            self.product = Some(product);
        }
        if self.money.0 != currency {
            self.reason.money.add(self.money.0, self.money.1);
            self.money = (currency, 0);
        }
        self.money.1 += cost;
    }

    fn reason(mut self) -> Reason {
        self.reason.money.add(self.money.0, self.money.1);
        self.reason
    }
}

/// The worst of every product, as long as there is room: first one of each, in the order of the products, then another.
fn choose<K: Ord>(ranges: &[(&str, Range<usize>)], positions: &Positions, bounds: &Bounds, key: impl Fn(usize) -> K + Sync) -> Vec<usize> {
    let all: usize = ranges.iter().map(|(_, rows)| rows.len()).sum();
    let most = if all <= bounds.deficits { all } else { bounds.deficits_of_product };
    let worst = |(id, rows): &(&str, Range<usize>)| {
        let mut rows: Vec<usize> = rows.clone().collect();
        if rows.len() > most {
            // Only those that may be taken need an order.
            rows.select_nth_unstable_by_key(most, |row| key(*row));
            rows.truncate(most);
        }
        rows.sort_unstable_by_key(|row| key(*row));
        (positions.standing.get(*id).copied().unwrap_or(usize::MAX), rows)
    };
    let mut products: Vec<(usize, Vec<usize>)> = ranges.par_iter().map(worst).collect();
    products.sort();
    let mut left = bounds.deficits;
    let mut taken = vec![0; products.len()];
    for round in 0..most {
        for (place, (_, rows)) in products.iter().enumerate() {
            if left > 0 && rows.len() > round {
                taken[place] += 1;
                left -= 1;
            }
        }
    }
    products.iter().zip(&taken).flat_map(|((_, rows), taken)| rows[..*taken].iter().copied()).collect()
}

/// Rows with all that is shown of them, in the order in which they were chosen; and the demands that they are about.
fn grid(run: &Published, chosen: &[usize], all: usize) -> Result<(Grid, Vec<(String, String)>), AnswerError> {
    let rows = run.read(&Query::of("deficits").columns(&COLUMNS).at(chosen))?;
    // What was read stands in the order of the table.
    let mut ascending = chosen.to_vec();
    ascending.sort_unstable();
    let places: Vec<usize> = chosen.iter().filter_map(|row| ascending.binary_search(row).ok()).filter(|row| *row < rows.len()).collect();
    let (product, demand) = (texts(&rows, "product_id")?, texts(&rows, "demand_id")?);
    let shown = places.iter().filter_map(|row| Some((product(*row)?.to_owned(), demand(*row)?.to_owned()))).collect();
    Ok((Grid { all, ..Grid::of(&rows, &COLUMNS, &places) }, shown))
}
