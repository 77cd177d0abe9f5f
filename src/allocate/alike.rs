//! Whether a demand has the candidates of the one before it: then they need not be found again.

use super::market::Market;
use super::score::Scores;
use crate::model::words::Metric;

/// What the candidates of a demand without exceptions follow from, within a market.
#[derive(Default, PartialEq, Eq)]
struct Traits {
    rows: Vec<u32>,
    lookup_rows: Vec<u32>,
    own: [u16; Metric::ALL.len()],
    /// Only in phase downgrade, where it tells what reaches down to it.
    product: Option<u32>,
}

/// The demand that candidates were found for last, if that was one without exceptions.
#[derive(Default)]
pub struct Alike(Option<Traits>);

impl Alike {
    /// Another market follows.
    pub fn forget(&mut self) {
        self.0 = None;
    }

    /// Whether a scored demand has the candidates of the one before; notes whom they are found for now.
    pub fn stay(&mut self, market: &Market, scores: &Scores) -> bool {
        if !scores.exceptions.is_empty() {
            self.forget();
            return false;
        }
        let product = (!market.links.is_empty()).then(|| scores.product());
        let same = self.0.as_ref().is_some_and(|last| {
            last.rows == scores.rows && last.lookup_rows == scores.lookup_rows && last.own == scores.own && last.product == product
        });
        if !same {
            let last = self.0.get_or_insert_default();
            last.rows.clone_from(&scores.rows);
            last.lookup_rows.clone_from(&scores.lookup_rows);
            (last.own, last.product) = (scores.own, product);
        }
        same
    }
}
