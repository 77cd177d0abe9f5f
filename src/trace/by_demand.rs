//! Where the grants and the deficit of a demand stand in the trace: found once for all demands, for those who ask for each of them.

use super::grants::SomeGrants;
use super::{Deficit, Trace};
use crate::model::integers::{Integers, PIECE, Piece};
use rayon::prelude::*;

/// The decisions of a trace, by demand.
pub struct ByDemand<'a> {
    trace: &'a Trace,
    /// Where the grants of a demand begin; they end where those of the next one begin.
    grants: Places,
    /// Where the deficit of a demand is, or that of the next one.
    deficits: Places,
}

impl<'a> ByDemand<'a> {
    /// `demands` is how many demands there are.
    pub fn new(trace: &'a Trace, demands: usize) -> Self {
        let grants = Places::new(demands + 1, trace.grants.len(), |place| trace.grants.demand(place));
        let deficits = Places::new(demands, trace.deficits.len(), |place| trace.deficits[place].demand);
        Self { trace, grants, deficits }
    }

    /// The grants of a demand, by license.
    pub fn grants(&self, demand: u32) -> SomeGrants<'a> {
        self.trace.grants.some(self.grants.of(demand)..self.grants.of(demand + 1))
    }

    /// What is left of a demand.
    pub fn deficit(&self, demand: u32) -> Option<&'a Deficit> {
        self.trace.deficits.get(self.deficits.of(demand)).filter(|deficit| deficit.demand == demand)
    }
}

/// Places of decisions, by demand: a demand is not far from the first of its piece, so that most are told in two bytes.
struct Places {
    /// By piece of [`PIECE`] demands: the place of its first demand.
    firsts: Vec<u32>,
    /// By demand: how far on its own place is.
    beyond: Integers,
}

impl Places {
    /// For each of so many demands, which of so many decisions is the first that is about it or a later one.
    fn new(demands: usize, decisions: usize, demand_of: impl Fn(usize) -> u32 + Sync) -> Self {
        let piece = |beyond: &mut Vec<i64>, first: usize| {
            let start = first_of(decisions, |place| demand_of(place) as usize >= first);
            let mut place = start;
            beyond.clear();
            for demand in first as u32..demands.min(first + PIECE) as u32 {
                while place < decisions && demand_of(place) < demand {
                    place += 1;
                }
                beyond.push((place - start) as i64);
            }
            (start as u32, Piece::of(beyond))
        };
        let starts: Vec<usize> = (0..demands).step_by(PIECE).collect();
        let (firsts, pieces) = starts.into_par_iter().map_init(Vec::new, piece).unzip();
        Self { firsts, beyond: Integers::in_pieces(demands, pieces) }
    }

    fn of(&self, demand: u32) -> usize {
        self.firsts[demand as usize / PIECE] as usize + self.beyond.get(demand as usize) as usize
    }
}

/// The first of so many places of which something holds that holds of all after it.
fn first_of(places: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, places);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}
