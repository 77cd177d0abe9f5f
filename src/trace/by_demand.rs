//! Where the grants and the deficit of a demand stand in the trace: found once for all demands, for those who ask for each of them.

use super::{Deficit, Grant, Trace};
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
        let grants = Places::new(demands + 1, &trace.grants, |grant| grant.demand);
        let deficits = Places::new(demands, &trace.deficits, |deficit| deficit.demand);
        Self { trace, grants, deficits }
    }

    /// The grants of a demand, by license.
    pub fn grants(&self, demand: u32) -> &'a [Grant] {
        &self.trace.grants[self.grants.of(demand)..self.grants.of(demand + 1)]
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
    /// For each of so many demands, the place of the first decision that is about it or a later one.
    fn new<T: Sync>(demands: usize, decisions: &[T], demand_of: impl Fn(&T) -> u32 + Sync) -> Self {
        let piece = |beyond: &mut Vec<i64>, first: usize| {
            let start = decisions.partition_point(|decision| (demand_of(decision) as usize) < first);
            let mut place = start;
            beyond.clear();
            for demand in first as u32..demands.min(first + PIECE) as u32 {
                place += decisions[place..].iter().take_while(|decision| demand_of(decision) < demand).count();
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
