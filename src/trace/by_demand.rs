//! Where the grants and the deficit of a demand stand in the trace: found once for all demands, for those who ask for each of them.

use super::{Deficit, Grant, Trace};
use rayon::prelude::*;

/// The decisions of a trace, by demand.
pub struct ByDemand<'a> {
    trace: &'a Trace,
    /// By demand: where its grants begin; they end where those of the next one begin.
    grants: Vec<u32>,
    /// By demand: the place of its deficit, or of the next one.
    deficits: Vec<u32>,
}

impl<'a> ByDemand<'a> {
    /// `demands` is how many demands there are.
    pub fn new(trace: &'a Trace, demands: usize) -> Self {
        let grants = places(demands + 1, &trace.grants, |grant| grant.demand);
        let deficits = places(demands, &trace.deficits, |deficit| deficit.demand);
        Self { trace, grants, deficits }
    }

    /// The grants of a demand, by license.
    pub fn grants(&self, demand: u32) -> &'a [Grant] {
        &self.trace.grants[self.grants[demand as usize] as usize..self.grants[demand as usize + 1] as usize]
    }

    /// What is left of a demand.
    pub fn deficit(&self, demand: u32) -> Option<&'a Deficit> {
        self.trace.deficits.get(self.deficits[demand as usize] as usize).filter(|deficit| deficit.demand == demand)
    }
}

/// How many demands one task looks for.
const STRETCH: usize = 65_536;

/// For each of so many demands, the place of the first decision that is about it or a later one.
fn places<T: Sync>(demands: usize, decisions: &[T], demand_of: impl Fn(&T) -> u32 + Sync) -> Vec<u32> {
    let mut places = vec![0; demands];
    places.par_chunks_mut(STRETCH).enumerate().for_each(|(stretch, places)| {
        let first = (stretch * STRETCH) as u32;
        let mut place = decisions.partition_point(|decision| demand_of(decision) < first);
        for (found, demand) in places.iter_mut().zip(first..) {
            place += decisions[place..].iter().take_while(|decision| demand_of(decision) < demand).count();
            *found = place as u32;
        }
    });
    places
}
