//! Pages of pairs: some demands of one market, with what each license was worth to them. `replay` says which, and in what order.

use super::candidates::Candidates;
use super::ctx::{Ctx, DemandSet};
use super::failures::failures;
use super::market::Market;
use super::score::{AllPairs, NONE, OUT_OF_REACH, REQUIREMENTS, Scores, Standing, failed};
use crate::trace::by_demand::ByDemand;
use crate::trace::pairs::{Depth, PageDemand, PageKey, PairPage, PairRow, TOP_RANKS};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;

/// How many demands a page has at most.
const PAGE_DEMANDS: usize = 2048;
/// How many pairs a page aims at.
const PAGE_PAIRS: usize = 32_768;
/// The same where only the first ranks stand on it: the more demands, the more of them are alike.
const PAGE_PAIRS_OF_TOP: usize = 131_072;

/// In what order the rows of a demand stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RowOrder {
    /// As in the log: candidates by rank, then the ineligible by `license_id`.
    Rank,
    /// As in the table: by `license_id`. For pages in full.
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
    /// The demands in the order of the pages: first those that had a turn, by it.
    pub served: Cow<'a, [u32]>,
    /// And then these.
    pub others: Vec<u32>,
    /// What each demand got; none for the demands of a bundle.
    pub granted: Option<&'a ByDemand<'a>>,
}

impl Stretch<'_> {
    /// How many demands there are.
    fn len(&self) -> usize {
        self.served.len() + self.others.len()
    }

    /// A demand, and its turn; 0 if it had none.
    fn demand(&self, place: usize) -> (u32, u32) {
        match self.served.get(place) {
            Some(demand) => (*demand, place as u32 + 1),
            None => (self.others[place - self.served.len()], 0),
        }
    }

    /// The stretches of demands that go on a page each. There is at least one, so that a product without demands has its turn.
    pub fn pages(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (demands, step) = (self.len(), self.per_page());
        (0..demands.max(1)).step_by(step).map(move |start| start..demands.min(start + step))
    }

    /// How many demands go on a page.
    pub fn per_page(&self) -> usize {
        let pairs = match self.depth {
            Depth::Demands => return PAGE_DEMANDS,
            Depth::Top => PAGE_PAIRS_OF_TOP,
            Depth::Full => PAGE_PAIRS,
        };
        (pairs / self.market.licenses.len().max(1)).clamp(1, PAGE_DEMANDS)
    }

    /// The page of some of the demands.
    pub fn page(&self, demands: Range<usize>, scratch: &mut Scratch) -> PairPage {
        let mut page = PairPage::default();
        if self.depth == Depth::Demands {
            let kind = page.end_kind();
            page.demands.extend(demands.map(|place| self.demand(place)).map(|(demand, turn)| PageDemand { demand, turn, kind }));
            return page;
        }
        let mut maker = PageMaker::new(self, scratch);
        for (demand, turn) in demands.map(|place| self.demand(place)) {
            maker.scratch.scores.score(&self.ctx, self.set, self.market, demand as usize);
            let kind = maker.kind(demand, &mut page);
            page.demands.push(PageDemand { demand, turn, kind });
        }
        page
    }
}

/// What a worker uses again from page to page.
#[derive(Default)]
pub struct Scratch {
    scores: Scores,
    /// Where not all are wanted, the candidates of the demand at hand; else all its pairs.
    first: Candidates,
    all: AllPairs,
    /// The candidates: where they stand.
    candidates: Vec<Place>,
    /// The first of them, where not all are wanted.
    firsts: Vec<Standing>,
    /// The kinds of the page, by all that the pairs of their demands follow from.
    kinds: FxHashMap<Box<[u32]>, u32>,
    /// That of the demand at hand.
    traits: Vec<u32>,
    /// The rank of each license of the market; 0 if not eligible.
    ranks: Vec<u32>,
    /// By failure code: how many pairs of the demand at hand.
    counts: Vec<u32>,
    /// By failure code: its verdict on the page.
    failures: Vec<Option<u32>>,
    /// The verdicts of plain candidates of the page, by matched rules in short and score.
    known: FxHashMap<(u64, i64), u32>,
    /// The last of them: candidates that stand together are often worth the same.
    last: Option<((u64, i64), u32)>,
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
    fn tie(self) -> u32 {
        self.0 as u32
    }
}

/// One page under way.
struct PageMaker<'a, 's> {
    stretch: &'a Stretch<'a>,
    scratch: &'s mut Scratch,
    /// Whether the rules that match a pair have a short form.
    marked: bool,
}

impl<'a, 's> PageMaker<'a, 's> {
    fn new(stretch: &'a Stretch<'a>, scratch: &'s mut Scratch) -> Self {
        scratch.first.forget();
        scratch.kinds.clear();
        scratch.known.clear();
        scratch.last = None;
        let codes = usize::from(REQUIREMENTS) + stretch.ctx.plan.requirement_names.len();
        scratch.failures.clear();
        scratch.failures.resize(codes, None);
        Self { stretch, scratch, marked: AllPairs::marked(stretch.market) }
    }

    /// The kind of the demand that was scored.
    fn kind(&mut self, demand: u32, page: &mut PairPage) -> u32 {
        let Scratch { scores, traits, .. } = &mut *self.scratch;
        let alike = scores.traits(self.stretch.market, traits);
        let kind = match self.scratch.kinds.get(&self.scratch.traits[..]) {
            Some(kind) if alike => *kind,
            _ => {
                match self.stretch.depth {
                    Depth::Full => self.full(page),
                    _ => self.top(page),
                }
                let kind = page.end_kind();
                if alike {
                    self.scratch.kinds.insert(self.scratch.traits.as_slice().into(), kind);
                }
                kind
            }
        };
        if self.stretch.depth == Depth::Full { kind } else { self.with_granted(demand, kind, page) }
    }

    /// Every pair of the demand that was scored.
    fn full(&mut self, page: &mut PairPage) {
        let market = self.stretch.market;
        let Scratch { scores, all, candidates, counts, failures, .. } = &mut *self.scratch;
        scores.all(market, all);
        candidates.clear();
        counts.clear();
        counts.resize(failures.len(), 0);
        for (place, (fail, score)) in all.fails.iter().zip(&all.scores).enumerate() {
            match *fail {
                NONE => {
                    let standing = scores.standing_of(market, *score, place as u32);
                    candidates.push(Place::new(*score, standing.distance, standing.tie));
                }
                OUT_OF_REACH => {}
                fail => counts[usize::from(fail)] += 1,
            }
        }
        candidates.sort_unstable();
        for (code, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
            page.failures.extend(failed(code as u16).map(|failed| (failed, *count)));
        }
        match self.stretch.row_order {
            RowOrder::Rank => self.by_rank(page),
            RowOrder::License => self.by_license(page),
        }
    }

    fn by_rank(&mut self, page: &mut PairPage) {
        for place in 0..self.scratch.candidates.len() {
            let row = self.candidate(place, page);
            page.rows.push(row);
        }
        for (local, place) in self.stretch.market.tie_rank.iter().enumerate() {
            let row = self.failed(local as u32, self.scratch.all.fails[*place as usize], page);
            page.rows.extend(row);
        }
    }

    fn by_license(&mut self, page: &mut PairPage) {
        let Scratch { candidates, ranks, all, .. } = &mut *self.scratch;
        ranks.clear();
        ranks.resize(all.fails.len(), 0);
        for (place, candidate) in candidates.iter().enumerate() {
            ranks[candidate.tie() as usize] = place as u32 + 1;
        }
        for (local, place) in self.stretch.market.tie_rank.iter().enumerate() {
            let row = match self.scratch.ranks[*place as usize] {
                0 => self.failed(local as u32, self.scratch.all.fails[*place as usize], page),
                rank => Some(self.candidate(rank as usize - 1, page)),
            };
            page.rows.extend(row);
        }
    }

    /// The first ranks. Only these are put in order.
    fn top(&mut self, page: &mut PairPage) {
        let market = self.stretch.market;
        let Scratch { scores, first, firsts, .. } = &mut *self.scratch;
        page.failures.extend(failures(market, scores).into_iter().filter_map(|(code, count)| Some((failed(code)?, count))));
        first.find(market, scores);
        first.firsts(market, scores, TOP_RANKS as usize, firsts);
        for (place, rank) in (0..self.scratch.firsts.len()).zip(1..) {
            let standing = self.scratch.firsts[place];
            let marks = self.scratch.scores.marks(market, standing.tie);
            let verdict = self.verdict(standing.score(), standing.tie, marks, page);
            page.rows.push(PairRow { license: market.license_at(standing.tie), rank, verdict });
        }
    }

    /// A kind with the licenses that the demand got too, whatever they stand at: most of them are among the first ranks.
    fn with_granted(&mut self, demand: u32, kind: u32, page: &mut PairPage) -> u32 {
        let market = self.stretch.market;
        let (rows, failures) = page.of_kind(kind);
        let Some(granted) = self.stretch.granted.map(|granted| granted.grants(demand)) else { return kind };
        let lacks = |rows: &[PairRow], license: u32| rows.iter().all(|row| row.license != license);
        if !granted.licenses().any(|license| lacks(&page.rows[rows.clone()], license) && market.local(license).is_some()) {
            return kind;
        }
        self.scratch.first.find(market, &self.scratch.scores);
        let start = page.rows.len();
        page.rows.extend_from_within(rows);
        page.failures.extend_from_within(failures);
        for license in granted.licenses() {
            if lacks(&page.rows[start..], license) {
                let row = self.granted(license, page);
                page.rows.extend(row);
            }
        }
        page.end_kind()
    }

    /// The row of a license that the demand got, if it was considered in this phase.
    fn granted(&mut self, license: u32, page: &mut PairPage) -> Option<PairRow> {
        let market = self.stretch.market;
        let local = market.local(license)?;
        match self.scratch.scores.of(market, local) {
            (NONE, score) => {
                let Scratch { scores, first, .. } = &mut *self.scratch;
                let rank = first.rank(market, scores, scores.standing(market, local));
                Some(PairRow { license, rank, verdict: self.new_verdict(local, score, page) })
            }
            (fail, _) => self.failed(local, fail, page),
        }
    }

    /// The row of the candidate at a place of the order.
    #[inline]
    fn candidate(&mut self, place: usize, page: &mut PairPage) -> PairRow {
        let candidate = self.scratch.candidates[place];
        let marks = self.scratch.all.marks[candidate.tie() as usize];
        let verdict = self.verdict(candidate.score(), candidate.tie(), marks, page);
        PairRow { license: self.stretch.market.license_at(candidate.tie()), rank: place as u32 + 1, verdict }
    }

    /// What the page says of a candidate: put together once for all plain licenses that the same rules match.
    #[inline]
    fn verdict(&mut self, score: i64, place: u32, marks: u64, page: &mut PairPage) -> u32 {
        let local = self.stretch.market.at[place as usize];
        if !self.marked || self.scratch.scores.exception_of(local).is_some() {
            return self.new_verdict(local, score, page);
        }
        let key = (marks, score);
        if let Some((last, verdict)) = self.scratch.last
            && last == key
        {
            return verdict;
        }
        let verdict = match self.scratch.known.get(&key) {
            Some(verdict) => *verdict,
            None => {
                let verdict = self.new_verdict(local, score, page);
                self.scratch.known.insert(key, verdict);
                verdict
            }
        };
        self.scratch.last = Some((key, verdict));
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
