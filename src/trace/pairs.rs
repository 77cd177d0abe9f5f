//! Pairs of a demand and a license considered for it, page by page: what the affinity table and the log show of them.
//! Pages are made again from the estate, the rules and the trace whenever someone asks; a run never holds all pairs at once.
//!
//! What many pairs of a page share, score and matched rules or what they failed, stands once, as a [`Verdict`]; a row names it. And
//! demands that no rule can tell apart share all their rows: they are of one *kind*. So whoever writes rows puts each verdict, and the
//! rows of each kind, into its own form once, and then copies.

use super::matched::{MatchId, MatchPool, MatchSet};
use crate::model::words::{Failure, Phase};
use rustc_hash::FxHashMap;
use std::ops::Range;

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
    /// The rows of each kind of demands: candidates by rank, then the ineligible by `license_id`.
    pub rows: Vec<PairRow>,
    /// How many pairs of each kind failed at what, in the order of judging (§4.9).
    pub failures: Vec<(Failed, u32)>,
    /// By kind: where its rows and its failures end; they begin where those of the kind before it end.
    kinds: Vec<(u32, u32)>,
    pub verdicts: Verdicts,
}

/// A demand of a page.
#[derive(Clone, Copy, Debug)]
pub struct PageDemand {
    pub demand: u32,
    /// 0 for a demand without candidates.
    pub turn: u32,
    /// Its kind, by number.
    pub kind: u32,
}

/// One demand with what a page holds of it.
pub struct DemandPairs<'a> {
    pub demand: u32,
    pub turn: u32,
    pub kind: u32,
    pub rows: &'a [PairRow],
    pub failures: &'a [(Failed, u32)],
}

impl PairPage {
    /// Makes a kind of the rows and failures that were just added; gives its number.
    pub fn end_kind(&mut self) -> u32 {
        self.kinds.push((self.rows.len() as u32, self.failures.len() as u32));
        self.kinds.len() as u32 - 1
    }

    /// How many kinds there are.
    pub fn kinds(&self) -> usize {
        self.kinds.len()
    }

    /// Where the rows and the failures of a kind stand.
    pub fn of_kind(&self, kind: u32) -> (Range<usize>, Range<usize>) {
        let start = if kind == 0 { (0, 0) } else { self.kinds[kind as usize - 1] };
        let end = self.kinds[kind as usize];
        (start.0 as usize..end.0 as usize, start.1 as usize..end.1 as usize)
    }

    /// The demands, each with the rows of its kind.
    pub fn each(&self) -> impl Iterator<Item = DemandPairs<'_>> {
        self.demands.iter().map(|PageDemand { demand, turn, kind }| {
            let (rows, failures) = self.of_kind(*kind);
            DemandPairs { demand: *demand, turn: *turn, kind: *kind, rows: &self.rows[rows], failures: &self.failures[failures] }
        })
    }

    /// How many rows all demands have together.
    pub fn pairs(&self) -> usize {
        self.demands.iter().map(|demand| self.of_kind(demand.kind).0.len()).sum()
    }
}

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageKey {
    /// The product; the first product of the chain for `downgrade`; the bundle product for `bundle`.
    pub product: u32,
    pub phase: Phase,
}
