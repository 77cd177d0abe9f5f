//! Whether a demand has the candidates of the one before it: then they need not be found again.

use super::market::Market;
use super::score::Scores;

/// The demand that candidates were found for last.
#[derive(Default)]
pub struct Alike {
    /// All that its candidates follow from, if `known`.
    last: Vec<u32>,
    known: bool,
    /// Room for those of the next one.
    next: Vec<u32>,
}

impl Alike {
    /// Another market follows.
    pub fn forget(&mut self) {
        self.known = false;
    }

    /// Whether a scored demand has the candidates of the one before; notes whom they are found for now.
    pub fn stay(&mut self, market: &Market, scores: &Scores) -> bool {
        let known = scores.traits(market, &mut self.next);
        let same = known && self.known && self.next == self.last;
        std::mem::swap(&mut self.last, &mut self.next);
        self.known = known;
        same
    }
}
