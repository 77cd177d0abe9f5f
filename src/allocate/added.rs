//! What lookups add to the worths of licenses, for markets whose demands are told apart by these (`touched`).

use super::market::Market;
use super::score::NONE;
use std::collections::BTreeMap;

/// What a failed requirement takes off a worth.
pub const FAILURE: i32 = 1 << 26;

/// The place of a license, and what is added to its worth.
pub type Added = (u32, i32);

/// What the lookups of one operand add to the worths of licenses.
pub struct Matches {
    /// The place of one of the lookups: they all have the same rows.
    pub lookup: usize,
    /// Whether there are requirements among them.
    pub requires: bool,
    /// By row: where its licenses begin in `added`, and where those begin that other operands' requirements bind. These count only if they
    /// match there, too.
    starts: Vec<(u32, u32)>,
    added: Vec<Added>,
}

/// What the lookups of each operand of a market add; those of requirements first. `bound` tells by place how many of these bind.
pub fn matches(market: &Market, bound: &[u8]) -> Vec<Matches> {
    let mut by_operand: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, lookup) in market.lookups.iter().enumerate() {
        by_operand.entry(lookup.operand()).or_default().push(at);
    }
    let requires = |lookups: &[usize]| lookups.iter().any(|at| market.lookups[*at].fail != NONE);
    let mut by_operand: Vec<Vec<usize>> = by_operand.into_values().collect();
    by_operand.sort_by_key(|lookups| !requires(lookups));
    by_operand.iter().map(|lookups| Matches::new(market, lookups, requires(lookups), bound)).collect()
}

impl Matches {
    fn new(market: &Market, lookups: &[usize], requires: bool, bound: &[u8]) -> Self {
        let mut matches = Self { lookup: lookups[0], requires, starts: Vec::new(), added: Vec::new() };
        let mut row_added: Vec<Added> = Vec::new();
        for row in 0..market.lookups[lookups[0]].rows() as u32 {
            row_added.clear();
            for lookup in lookups.iter().map(|at| &market.lookups[*at]) {
                let step = lookup.affinity.map_or(FAILURE, |(_, points)| points as i32);
                lookup.matching(row).for_each(|place| row_added.push((place, step)));
            }
            row_added.sort_unstable_by_key(|(place, _)| *place);
            row_added.dedup_by(|later, first| {
                let same = later.0 == first.0;
                first.1 += if same { later.1 } else { 0 };
                same
            });
            matches.push(&row_added, |place| !requires && bound[place as usize] > 0);
        }
        matches.starts.push((matches.added.len() as u32, 0));
        matches
    }

    /// Of rows that are known, where requirements elsewhere bind some licenses.
    #[cfg(test)]
    pub fn with_rows(requires: bool, rows: Vec<Vec<Added>>, bound: &[u32]) -> Self {
        let mut matches = Self { lookup: 0, requires, starts: Vec::new(), added: Vec::new() };
        rows.iter().for_each(|row| matches.push(row, |place| bound.contains(&place)));
        matches.starts.push((matches.added.len() as u32, 0));
        matches
    }

    /// Adds a row, by place.
    fn push(&mut self, row: &[Added], elsewhere: impl Fn(u32) -> bool) {
        let start = self.added.len() as u32;
        self.added.extend(row.iter().filter(|(place, _)| !elsewhere(*place)));
        self.starts.push((start, self.added.len() as u32));
        self.added.extend(row.iter().filter(|(place, _)| elsewhere(*place)));
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether no row takes anything away.
    pub fn only_add(&self) -> bool {
        self.added.iter().all(|(_, adds)| *adds >= 0)
    }

    /// How many licenses match a row.
    pub fn size(&self, row: u32) -> usize {
        (self.starts[row as usize + 1].0 - self.starts[row as usize].0) as usize
    }

    /// What is added for a row: to licenses that it touches, and to those that requirements elsewhere bind. Both by place.
    pub fn of(&self, row: u32) -> (&[Added], &[Added]) {
        let ((start, bound), (end, _)) = (self.starts[row as usize], self.starts[row as usize + 1]);
        (&self.added[start as usize..bound as usize], &self.added[bound as usize..end as usize])
    }

    /// What a row adds to a license.
    pub fn to(&self, row: u32, place: u32) -> i32 {
        let (touched, bound) = self.of(row);
        let find = |added: &[Added]| added.binary_search_by_key(&place, |(place, _)| *place).ok().map(|at| added[at].1);
        find(touched).or_else(|| find(bound)).unwrap_or(0)
    }
}
