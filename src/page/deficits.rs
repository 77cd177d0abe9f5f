//! Demands in deficit: all of them by reason, and the worst of each product one by one.

use super::bounds::Bounds;
use super::grid::{Grid, Purse, texts};
use super::positions::Positions;
use super::source::{Rank, Ranked, Source};
use crate::answers::{AnswerError, Published};
use crate::model::decimal::Scaled;
use crate::report::back::Query;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

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
    DETAIL,
];
/// The last one.
const DETAIL: &str = "detail";

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

pub fn read(run: &Published, source: &dyn Source, positions: &Positions, bounds: &Bounds) -> Result<Deficits, AnswerError> {
    let mut weighed = Weighed::default();
    source.deficits(&mut |rows, rank| weighed = weigh(rows, rank, positions, bounds))?;
    let Weighed { reasons, of_product, chosen, all } = weighed;
    let (rows, shown) = grid(run, source, &chosen, all)?;
    Ok(Deficits { section: Section { reasons, rows }, shown, of_product })
}

/// What all rows come to, and those that are shown.
#[derive(Default)]
struct Weighed {
    reasons: Vec<Reason>,
    of_product: BTreeMap<String, i64>,
    chosen: Vec<usize>,
    all: usize,
}

/// The dearest first, then the largest.
type Worst = (Reverse<Scaled>, Reverse<i64>, usize);

fn weigh(rows: usize, rank: Rank<'_, '_>, positions: &Positions, bounds: &Bounds) -> Weighed {
    let mut tallies: Vec<Tally<'_>> = Vec::new();
    let mut products: Vec<Product<'_>> = Vec::new();
    let most = if rows <= bounds.deficits { rows } else { bounds.deficits_of_product };
    for row in 0..rows {
        let ranked = rank(row);
        // There are few reasons.
        let place = tallies.iter().position(|tally| tally.code == ranked.reason).unwrap_or_else(|| {
            tallies.push(Tally::new(ranked.reason));
            tallies.len() - 1
        });
        tallies[place].add(&ranked);
        // The table is sorted by product.
        if products.last().is_none_or(|last| last.id != ranked.product) {
            products.push(Product { id: ranked.product, demands: 0, worst: BinaryHeap::new() });
        }
        if let Some(product) = products.last_mut() {
            product.add((Reverse(ranked.cost), Reverse(ranked.units), row), most);
        }
    }
    let of_product = products.iter().map(|product| (product.id.to_owned(), product.demands)).collect();
    let mut reasons: Vec<Reason> = tallies.into_iter().map(Tally::reason).collect();
    reasons.sort_by_key(|one| (Reverse(one.demands), one.reason.clone()));
    Weighed { reasons, of_product, chosen: choose(products, positions, bounds), all: rows }
}

/// The rows of one product.
struct Product<'a> {
    id: &'a str,
    demands: i64,
    /// The worst so far; the least bad of them is at hand.
    worst: BinaryHeap<Worst>,
}

impl Product<'_> {
    fn add(&mut self, row: Worst, most: usize) {
        self.demands += 1;
        if self.worst.len() < most {
            self.worst.push(row);
        } else if let Some(mut least) = self.worst.peek_mut()
            && row < *least
        {
            *least = row;
        }
    }
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

    fn add(&mut self, row: &Ranked<'a>) {
        self.reason.demands += 1;
        self.reason.units += row.units;
        if self.product != Some(row.product) {
            self.reason.products += 1;
            self.product = Some(row.product);
        }
        if self.money.0 != row.currency {
            self.reason.money.add(self.money.0, self.money.1);
            self.money = (row.currency, 0);
        }
        self.money.1 += row.cost;
    }

    fn reason(mut self) -> Reason {
        self.reason.money.add(self.money.0, self.money.1);
        self.reason
    }
}

/// The worst of every product, as long as there is room: first one of each, in the order of the products, then another.
fn choose(products: Vec<Product<'_>>, positions: &Positions, bounds: &Bounds) -> Vec<usize> {
    let standing = |id: &str| positions.standing.get(id).copied().unwrap_or(usize::MAX);
    let rows = |worst: BinaryHeap<Worst>| worst.into_sorted_vec().into_iter().map(|(_, _, row)| row).collect();
    let mut products: Vec<(usize, Vec<usize>)> = products.into_iter().map(|product| (standing(product.id), rows(product.worst))).collect();
    products.sort();
    let mut left = bounds.deficits;
    let mut taken = vec![0; products.len()];
    let most = products.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
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
fn grid(run: &Published, source: &dyn Source, chosen: &[usize], all: usize) -> Result<(Grid, Vec<(String, String)>), AnswerError> {
    let details = source.details(chosen);
    let columns = &COLUMNS[..COLUMNS.len() - usize::from(details.is_some())];
    let rows = run.read(&Query::of("deficits").columns(columns).at(chosen))?;
    // What was read stands in the order of the table.
    let mut ascending = chosen.to_vec();
    ascending.sort_unstable();
    let places: Vec<usize> = chosen.iter().filter_map(|row| ascending.binary_search(row).ok()).filter(|row| *row < rows.len()).collect();
    let (product, demand) = (texts(&rows, "product_id")?, texts(&rows, "demand_id")?);
    let shown = places.iter().filter_map(|row| Some((product(*row)?.to_owned(), demand(*row)?.to_owned()))).collect();
    let mut grid = Grid { all, ..Grid::of(&rows, columns, &places) };
    if let Some(details) = details {
        grid.columns.push(DETAIL.to_owned());
        grid.rows.iter_mut().zip(details).for_each(|(row, detail)| row.push(detail.into()));
    }
    Ok((grid, shown))
}
