//! Where the grants and the deficit of a demand stand in the trace: found once for all demands, for those who ask for each of them.

use super::{Deficit, Grant, Trace};

/// A demand without a deficit.
const NONE: u32 = u32::MAX;

/// The decisions of a trace, by demand.
pub struct ByDemand<'a> {
    trace: &'a Trace,
    /// By demand: where its grants begin; they end where those of the next one begin.
    grants: Vec<u32>,
    /// By demand: the place of its deficit.
    deficits: Vec<u32>,
}

impl<'a> ByDemand<'a> {
    /// `demands` is how many demands there are.
    pub fn new(trace: &'a Trace, demands: usize) -> Self {
        let mut grants = Vec::with_capacity(demands + 1);
        for (place, grant) in trace.grants.iter().enumerate() {
            while grants.len() <= grant.demand as usize {
                grants.push(place as u32);
            }
        }
        grants.resize(grants.len().max(demands + 1), trace.grants.len() as u32);
        let mut deficits = vec![NONE; demands];
        for (place, deficit) in trace.deficits.iter().enumerate() {
            deficits[deficit.demand as usize] = place as u32;
        }
        Self { trace, grants, deficits }
    }

    /// The grants of a demand, by license.
    pub fn grants(&self, demand: u32) -> &'a [Grant] {
        &self.trace.grants[self.grants[demand as usize] as usize..self.grants[demand as usize + 1] as usize]
    }

    /// What is left of a demand.
    pub fn deficit(&self, demand: u32) -> Option<&'a Deficit> {
        self.trace.deficits.get(self.deficits[demand as usize] as usize)
    }
}
