//! Demands in deficit: all of them by reason, and the worst of each product one by one.

use super::bounds::Bounds;
use super::grid::{Grid, Purse, counts, money, texts};
use super::positions::Positions;
use crate::answers::{AnswerError, Published};
use crate::report::back::Query;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

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
    let mut reasons: BTreeMap<&str, (Reason, Option<&str>)> = BTreeMap::new();
    let mut of_product: BTreeMap<String, i64> = BTreeMap::new();
    let mut ranges: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut last: (&str, Vec<usize>) = ("", Vec::new());
    for row in 0..rows.len() {
        let (code, id) = (reason(row).unwrap_or_default(), product(row).unwrap_or_default());
        let empty = || Reason { reason: code.to_owned(), demands: 0, units: 0, products: 0, money: Purse::default() };
        let (of_reason, seen) = reasons.entry(code).or_insert_with(|| (empty(), None));
        of_reason.demands += 1;
        of_reason.units += units(row);
        of_reason.money.add(currency(row), cost(row));
        // The table is sorted by product.
        if *seen != Some(id) {
            of_reason.products += 1;
            *seen = Some(id);
        }
        if last.0 != id {
            let before = std::mem::replace(&mut last, (id, Vec::new()));
            ranges.insert(before.0, before.1);
        }
        last.1.push(row);
    }
    ranges.insert(last.0, last.1);
    ranges.iter().filter(|(id, _)| !id.is_empty()).for_each(|(id, rows)| _ = of_product.insert((*id).to_owned(), rows.len() as i64));
    let chosen = choose(ranges, positions, bounds, |row| (Reverse(cost(row)), Reverse(units(row)), row));
    let mut reasons: Vec<Reason> = reasons.into_values().map(|(reason, _)| reason).collect();
    reasons.sort_by_key(|one| (Reverse(one.demands), one.reason.clone()));
    let (grid, shown) = grid(run, &chosen, rows.len())?;
    Ok(Deficits { section: Section { reasons, rows: grid }, shown, of_product })
}

/// The worst of every product, as long as there is room: first one of each, in the order of the products, then another.
fn choose<K: Ord>(mut ranges: BTreeMap<&str, Vec<usize>>, positions: &Positions, bounds: &Bounds, key: impl Fn(usize) -> K) -> Vec<usize> {
    let all: usize = ranges.values().map(Vec::len).sum();
    let most = if all <= bounds.deficits { all } else { bounds.deficits_of_product };
    let mut products: Vec<(usize, Vec<usize>)> = Vec::new();
    for (id, mut rows) in std::mem::take(&mut ranges) {
        rows.sort_by_cached_key(|row| key(*row));
        rows.truncate(most);
        products.push((positions.standing.get(id).copied().unwrap_or(usize::MAX), rows));
    }
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
