//! Pairs of a demand and a license considered for it, page by page: what the affinity table and the log show of them.
//! Pages are made again from the estate, the rules and the trace whenever someone asks; a run never holds all pairs at once.

use super::matched::{MatchId, MatchPool};
use crate::model::words::{Failure, Phase};

/// One (demand, license considered).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairRow {
    pub license: u32,
    /// What it failed; none if it is eligible.
    pub failed: Option<Failed>,
    /// 0 if not eligible.
    pub score: i64,
    /// 1 for the first candidate; 0 if not eligible.
    pub rank: u32,
    /// In the page's pool. For an ineligible pair the empty set.
    pub matched: MatchId,
}

/// The first thing that a pair failed (§4.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed {
    pub failure: Failure,
    /// The place in `Trace::requirements`, where a requirement failed.
    pub requirement: Option<u16>,
}

/// Some demands of one phase of one product (of one chain for `downgrade`, of one bundle for `bundle`), in the order of the log:
/// those served by their turn, then those without a candidate by `demand_id`.
#[derive(Debug, Default)]
pub struct PairPage {
    pub demands: Vec<PageDemand>,
    pub rows: Vec<PairRow>,
    pub matches: MatchPool,
}

/// A demand of a page, and where its rows stand: candidates by rank, then the ineligible by `license_id`.
#[derive(Clone, Copy, Debug)]
pub struct PageDemand {
    pub demand: u32,
    /// 0 for a demand without candidates.
    pub turn: u32,
    pub start: u32,
    pub end: u32,
}

impl PairPage {
    pub fn rows_of(&self, demand: &PageDemand) -> &[PairRow] {
        &self.rows[demand.start as usize..demand.end as usize]
    }
}

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageKey {
    /// The product; the first product of the chain for `downgrade`; the bundle product for `bundle`.
    pub product: u32,
    pub phase: Phase,
}
