//! Pages of pairs: some demands of one market, with what each license was worth to them. `replay` says which, and in what order.

use super::ctx::{Ctx, DemandSet};
use super::market::Market;
use super::score::{NONE, OUT_OF_REACH, REQUIREMENTS, Scores, failed};
use crate::trace::Grant;
use crate::trace::by_demand::ByDemand;
use crate::trace::pairs::{Depth, PageKey, PairPage, PairRow, TOP_RANKS};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// How many demands a page has at most.
const PAGE_DEMANDS: usize = 2048;
/// How many pairs a page aims at.
const PAGE_PAIRS: usize = 32_768;

/// In what order the rows of a demand stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowOrder {
    /// As in the log: candidates by rank, then the ineligible by `license_id`.
    Rank,
    /// As in the table: by `license_id`.
    License,
}

/// Demands of one market, whose pairs are wanted.
pub struct Stretch<'a> {
    pub key: PageKey,
    pub depth: Depth,
    pub row_order: RowOrder,
    pub ctx: Ctx<'a>,
    pub set: &'a DemandSet<'a>,
    pub market: &'a Market,
    /// The demands and their turns, in the order of the pages.
    pub demands: Vec<(u32, u32)>,
    /// What each demand got; none for the demands of a bundle.
    pub granted: Option<&'a ByDemand<'a>>,
}

impl Stretch<'_> {
    /// The stretches of demands that go on a page each. There is at least one, so that a product without demands has its turn.
    pub fn pages(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (demands, step) = (self.demands.len(), self.per_page());
        (0..demands.max(1)).step_by(step).map(move |start| start..demands.min(start + step))
    }

    /// How many demands go on a page.
    pub fn per_page(&self) -> usize {
        (PAGE_PAIRS / self.market.licenses.len().max(1)).clamp(1, PAGE_DEMANDS)
    }

    /// The page of some of the demands.
    pub fn page(&self, demands: Range<usize>, scratch: &mut Scratch) -> PairPage {
        let mut page = PairPage::default();
        if self.depth == Depth::Demands {
            for (demand, turn) in &self.demands[demands] {
                page.end_demand(*demand, *turn);
            }
            return page;
        }
        let pairs = demands.len() * self.market.licenses.len();
        page.rows.reserve(if self.depth == Depth::Full { pairs } else { pairs.min(demands.len() * TOP_RANKS as usize) });
        let mut maker = PageMaker::new(self, scratch);
        for (demand, turn) in &self.demands[demands] {
            maker.judge(*demand as usize);
            maker.count_failures(&mut page);
            match (self.depth, self.row_order) {
                (Depth::Full, RowOrder::Rank) => maker.by_rank(&mut page),
                (Depth::Full, RowOrder::License) => maker.by_license(&mut page),
                _ => maker.top(*demand, &mut page),
            }
            page.end_demand(*demand, *turn);
        }
        page
    }
}

/// What a worker uses again from page to page.
#[derive(Default)]
pub struct Scratch {
    scores: Scores,
    /// The candidates of the demand at hand: where they stand.
    candidates: Vec<Place>,
    /// Its ineligible pairs: the place in the market, and the failure code.
    ineligible: Vec<(u32, u16)>,
    /// The rank of each license of the market; 0 if not eligible.
    ranks: Vec<u32>,
    /// By failure code: how many pairs of the demand at hand.
    counts: Vec<u32>,
    /// By failure code: its verdict on the page.
    failures: Vec<Option<u32>>,
    /// The verdicts of plain candidates of the page, by matched rules in short and score.
    known: FxHashMap<(u64, i64), u32>,
    /// The licenses of the market in the order of the tie break.
    by_tie: Vec<u32>,
}

/// Where a candidate stands: score (the highest first), nearness of the version, tie break; one number, so that to compare is cheap.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u128);

impl Place {
    #[inline]
    fn new(score: i64, distance: u32, tie: u32) -> Self {
        // With the sign turned round the numbers ascend as the integers do; with all bits turned round they descend.
        let descending = !((score as u64) ^ (1 << 63));
        Self(u128::from(descending) << 64 | u128::from(distance) << 32 | u128::from(tie))
    }

    #[inline]
    fn score(self) -> i64 {
        (!((self.0 >> 64) as u64) ^ (1 << 63)) as i64
    }

    #[inline]
    fn tie(self) -> usize {
        self.0 as u32 as usize
    }
}

/// One page under way.
struct PageMaker<'a, 's> {
    stretch: &'a Stretch<'a>,
    scratch: &'s mut Scratch,
    /// Of each table with affinities: by class, which of them match the demand at hand; and how far they go up in the short form.
    masks: Vec<(&'a [u16], u32)>,
    /// Whether all affinities together have a short form.
    short: bool,
}

impl<'a, 's> PageMaker<'a, 's> {
    fn new(stretch: &'a Stretch<'a>, scratch: &'s mut Scratch) -> Self {
        let market = stretch.market;
        scratch.known.clear();
        scratch.by_tie.clear();
        scratch.by_tie.resize(market.licenses.len(), 0);
        for (local, tie) in market.tie_rank.iter().enumerate() {
            scratch.by_tie[*tie as usize] = local as u32;
        }
        let codes = usize::from(REQUIREMENTS) + stretch.ctx.plan.requirement_names.len();
        scratch.failures.clear();
        scratch.failures.resize(codes, None);
        let affinities: usize = market.tables.iter().map(|table| table.affinities.len()).sum();
        Self { stretch, scratch, masks: Vec::with_capacity(market.tables.len()), short: affinities <= 64 }
    }

    /// Scores a demand; parts its candidates from the others.
    fn judge(&mut self, demand: usize) {
        let Stretch { ctx, set, market, .. } = self.stretch;
        let Scratch { scores, candidates, ineligible, counts, failures, .. } = &mut *self.scratch;
        scores.score(ctx, set, market, demand);
        candidates.clear();
        ineligible.clear();
        counts.clear();
        counts.resize(failures.len(), 0);
        let keep = self.stretch.depth == Depth::Full;
        for local in 0..market.licenses.len() as u32 {
            let (fail, score) = scores.of(market, local);
            match fail {
                NONE => {
                    let class = market.class_of[local as usize] as usize;
                    candidates.push(Place::new(score, scores.distances[class], market.tie_rank[local as usize]));
                }
                OUT_OF_REACH => {}
                fail => {
                    counts[usize::from(fail)] += 1;
                    if keep {
                        ineligible.push((local, fail));
                    }
                }
            }
        }
        self.masks.clear();
        let mut bits = 0;
        for table in &market.tables {
            if let Some(masks) = table.masks(set, demand) {
                self.masks.push((masks, bits));
                bits += table.affinities.len() as u32;
            }
        }
    }

    fn count_failures(&mut self, page: &mut PairPage) {
        for (code, count) in self.scratch.counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            page.failures.extend(failed(code as u16).map(|failed| (failed, *count)));
        }
    }

    fn by_rank(&mut self, page: &mut PairPage) {
        self.scratch.candidates.sort_unstable();
        for place in 0..self.scratch.candidates.len() {
            let row = self.candidate(place, page);
            page.rows.push(row);
        }
        for place in 0..self.scratch.ineligible.len() {
            let (local, fail) = self.scratch.ineligible[place];
            let row = self.failed(local, fail, page);
            page.rows.extend(row);
        }
    }

    fn by_license(&mut self, page: &mut PairPage) {
        self.scratch.candidates.sort_unstable();
        let Scratch { candidates, ranks, by_tie, .. } = &mut *self.scratch;
        ranks.clear();
        ranks.resize(by_tie.len(), 0);
        for (place, candidate) in candidates.iter().enumerate() {
            ranks[by_tie[candidate.tie()] as usize] = place as u32 + 1;
        }
        let mut ineligible = 0;
        for local in 0..self.stretch.market.licenses.len() {
            let rank = self.scratch.ranks[local] as usize;
            if rank > 0 {
                let row = self.candidate(rank - 1, page);
                page.rows.push(row);
            } else if let Some((_, fail)) = self.scratch.ineligible.get(ineligible).copied().filter(|(other, _)| *other as usize == local) {
                ineligible += 1;
                let row = self.failed(local as u32, fail, page);
                page.rows.extend(row);
            }
        }
    }

    /// The first ranks, then the licenses that the demand got whatever they stand at. Only these are put in order.
    fn top(&mut self, demand: u32, page: &mut PairPage) {
        let candidates = &mut self.scratch.candidates;
        let shown = candidates.len().min(TOP_RANKS as usize);
        if shown < candidates.len() {
            candidates.select_nth_unstable(shown);
        }
        candidates[..shown].sort_unstable();
        let start = page.rows.len();
        for place in 0..shown {
            let row = self.candidate(place, page);
            page.rows.push(row);
        }
        let granted = self.stretch.granted.map_or(&[][..], |granted| granted.grants(demand));
        for grant in granted {
            if !page.rows[start..].iter().any(|row| row.license == grant.license) {
                let row = self.granted(grant, page);
                page.rows.extend(row);
            }
        }
        if self.stretch.row_order == RowOrder::License {
            page.rows[start..].sort_unstable_by_key(|row| row.license);
        }
    }

    /// The row of a license that the demand got, if it was considered in this phase.
    fn granted(&mut self, grant: &Grant, page: &mut PairPage) -> Option<PairRow> {
        let market = self.stretch.market;
        let local = market.local(grant.license)?;
        match self.scratch.scores.of(market, local) {
            (NONE, score) => {
                let class = market.class_of[local as usize] as usize;
                let own = Place::new(score, self.scratch.scores.distances[class], market.tie_rank[local as usize]);
                let rank = self.scratch.candidates.iter().filter(|other| **other < own).count() as u32 + 1;
                Some(PairRow { license: grant.license, rank, verdict: self.verdict(local, score, page) })
            }
            (fail, _) => self.failed(local, fail, page),
        }
    }

    /// The row of the candidate at a place of the order.
    #[inline]
    fn candidate(&mut self, place: usize, page: &mut PairPage) -> PairRow {
        let candidate = self.scratch.candidates[place];
        let local = self.scratch.by_tie[candidate.tie()];
        let verdict = self.verdict(local, candidate.score(), page);
        PairRow { license: self.stretch.market.licenses[local as usize], rank: place as u32 + 1, verdict }
    }

    /// What the page says of a candidate: put together once for all plain licenses that the same rules match.
    #[inline]
    fn verdict(&mut self, local: u32, score: i64, page: &mut PairPage) -> u32 {
        let scores = &self.scratch.scores;
        if !self.short || scores.exception_of(local).is_some() {
            return self.new_verdict(local, score, page);
        }
        let class = self.stretch.market.class_of[local as usize] as usize;
        let matched = self.masks.iter().fold(0, |word, (masks, shift)| word | u64::from(masks[class]) << shift);
        if let Some(verdict) = self.scratch.known.get(&(matched, score)) {
            return *verdict;
        }
        let verdict = self.new_verdict(local, score, page);
        self.scratch.known.insert((matched, score), verdict);
        verdict
    }

    fn new_verdict(&self, local: u32, score: i64, page: &mut PairPage) -> u32 {
        let Stretch { ctx, set, market, .. } = self.stretch;
        page.verdicts.eligible(score, self.scratch.scores.matched(ctx, set, market, local))
    }

    #[inline]
    fn failed(&mut self, local: u32, fail: u16, page: &mut PairPage) -> Option<PairRow> {
        let verdict = match self.scratch.failures.get(usize::from(fail)).copied().flatten() {
            Some(verdict) => verdict,
            None => {
                let verdict = page.verdicts.failed(failed(fail)?);
                if let Some(known) = self.scratch.failures.get_mut(usize::from(fail)) {
                    *known = Some(verdict);
                }
                verdict
            }
        };
        Some(PairRow { license: self.stretch.market.licenses[local as usize], rank: 0, verdict })
    }
}
