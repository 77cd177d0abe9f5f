//! Pairs of a demand and a license considered for it, page by page: what the affinity table and the log show of them.
//! Pages are made again from the estate, the rules and the trace whenever someone asks; a run never holds all pairs at once.
//!
//! What many pairs of a page share, score and matched rules or what they failed, stands once, as a [`Verdict`]; a row names it. So
//! whoever writes rows puts each verdict into its own form once, and then copies.

use super::matched::{MatchId, MatchPool, MatchSet};
use crate::model::words::{Failure, Phase};
use rustc_hash::FxHashMap;

/// The ranks that a demand shows where not all are wanted: 1 to this (contract §6, §7: `top`).
pub const TOP_RANKS: u32 = 10;

/// How much of its pairs a page holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Depth {
    /// The demands alone.
    Demands,
    /// Of each demand the ranks 1 to [`TOP_RANKS`] and the licenses that it got, and how many pairs failed at what.
    Top,
    /// Every pair.
    Full,
}

/// One (demand, license considered).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairRow {
    pub license: u32,
    /// 1 for the first candidate; 0 if not eligible.
    pub rank: u32,
    /// The place in [`Verdicts`].
    pub verdict: u32,
}

/// What came of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// `matched` is a set of the page's own pool.
    Eligible {
        score: i64,
        matched: MatchId,
    },
    Failed(Failed),
}

/// The first thing that a pair failed (§4.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Failed {
    pub failure: Failure,
    /// The place in `Trace::requirements`, where a requirement failed.
    pub requirement: Option<u16>,
}

/// Every verdict of a page, once.
#[derive(Debug, Default)]
pub struct Verdicts {
    list: Vec<Verdict>,
    places: FxHashMap<Verdict, u32>,
    sets: MatchPool,
}

impl Verdicts {
    pub fn eligible(&mut self, score: i64, matched: MatchSet) -> u32 {
        let matched = self.sets.intern(matched);
        self.place(Verdict::Eligible { score, matched })
    }

    pub fn failed(&mut self, failed: Failed) -> u32 {
        self.place(Verdict::Failed(failed))
    }

    fn place(&mut self, verdict: Verdict) -> u32 {
        let next = self.list.len() as u32;
        let place = *self.places.entry(verdict).or_insert(next);
        if place == next {
            self.list.push(verdict);
        }
        place
    }

    pub fn get(&self, place: u32) -> Verdict {
        self.list[place as usize]
    }

    pub fn all(&self) -> &[Verdict] {
        &self.list
    }

    /// The rules of an eligible verdict.
    pub fn set(&self, matched: MatchId) -> &MatchSet {
        self.sets.get(matched)
    }
}

/// Some demands of one phase of one product (of one chain for `downgrade`, of one bundle for `bundle`), in the order of the log:
/// those served by their turn, then those without a candidate by `demand_id`.
#[derive(Debug, Default)]
pub struct PairPage {
    pub demands: Vec<PageDemand>,
    pub rows: Vec<PairRow>,
    /// How many pairs of a demand failed at what, in the order of judging (§4.9).
    pub failures: Vec<(Failed, u32)>,
    pub verdicts: Verdicts,
}

/// A demand of a page, and where its rows stand: candidates by rank, then the ineligible by `license_id`.
#[derive(Clone, Copy, Debug)]
pub struct PageDemand {
    pub demand: u32,
    /// 0 for a demand without candidates.
    pub turn: u32,
    /// Its rows, up to here from where those of the demand before it end.
    pub rows: u32,
    /// Its failures, in the same way.
    pub failures: u32,
}

/// One demand with what a page holds of it.
pub struct DemandPairs<'a> {
    pub demand: u32,
    pub turn: u32,
    pub rows: &'a [PairRow],
    pub failures: &'a [(Failed, u32)],
}

impl PairPage {
    /// Ends a demand, whose rows and failures were just added.
    pub fn end_demand(&mut self, demand: u32, turn: u32) {
        self.demands.push(PageDemand { demand, turn, rows: self.rows.len() as u32, failures: self.failures.len() as u32 });
    }

    /// The demands, each with its rows.
    pub fn each(&self) -> impl Iterator<Item = DemandPairs<'_>> {
        let mut start = (0, 0);
        self.demands.iter().map(move |demand| {
            let end = (demand.rows as usize, demand.failures as usize);
            let (rows, failures) = (&self.rows[start.0..end.0], &self.failures[start.1..end.1]);
            start = end;
            DemandPairs { demand: demand.demand, turn: demand.turn, rows, failures }
        })
    }
}

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageKey {
    /// The product; the first product of the chain for `downgrade`; the bundle product for `bundle`.
    pub product: u32,
    pub phase: Phase,
}
