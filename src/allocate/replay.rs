//! Every pair again: pages of what each license was worth to each demand, in the order of the log (contract §7), made from the
//! markets and the turns. A run never holds all pairs at once: whoever wants them takes page after page.

use super::Markets;
use super::assignments::by_demand;
use super::ctx::{Ctx, DemandSet, Preferences};
use super::market::Market;
use super::score::{NONE, OUT_OF_REACH, Scores, failed};
use crate::estate::Built;
use crate::model::words::Phase;
use crate::trace::Trace;
use crate::trace::matched::{MatchPool, MatchSet};
use crate::trace::pairs::{PageDemand, PageKey, PairPage, PairRow};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// How many demands a page has at most.
const PAGE_DEMANDS: usize = 2048;
/// How many pairs a page aims at.
const PAGE_PAIRS: usize = 200_000;

/// Makes pages of a calculation.
pub struct Replay<'a> {
    built: &'a Built,
    markets: &'a Markets,
    trace: &'a Trace,
    preferences: Preferences,
    assigned: FxHashMap<u32, Vec<u32>>,
}

impl<'a> Replay<'a> {
    pub fn new(built: &'a Built, markets: &'a Markets, trace: &'a Trace) -> Self {
        let assigned = by_demand(&markets.links);
        Self { built, markets, trace, preferences: Preferences::new(&built.estate.preferences), assigned }
    }

    fn ctx(&self) -> Ctx<'_> {
        Ctx { estate: &self.built.estate, plan: &self.markets.plan, env: self.built.env(), preferences: &self.preferences }
    }

    /// Calls `visit` with the pages of every product in the order of the log: its bundles, its phase 2, and downgrades after the
    /// last product of the chain; there is at least one call of phase affinity for each product. Pages come in order; some are
    /// made ahead, in parallel. `wants` says whether a product's pages need their rows, or their demands alone.
    pub fn in_log_order<E>(
        &self,
        wants: impl Fn(u32) -> bool,
        mut visit: impl FnMut(PageKey, Vec<PairPage>) -> Result<(), E>,
    ) -> Result<(), E> {
        let ctx = self.ctx();
        let estate = &self.built.estate;
        let set = DemandSet::new(&ctx, &estate.demands, self.assigned.clone());
        for product in 0..estate.products.len() as u32 {
            let rows = wants(product);
            let bundles = self.trace.bundles.iter().zip(&self.markets.bundles);
            for (bundle, run) in bundles.filter(|(bundle, _)| bundle.product == product) {
                let set = DemandSet::new(&ctx, &bundle.demands, run.assigned.clone());
                let all: Vec<u32> = (0..bundle.demands.len() as u32).collect();
                let order = log_order(&all, &bundle.turns);
                let work = Work { ctx: &ctx, set: &set, market: &run.market, rows };
                work.pages(PageKey { product, phase: Phase::Bundle }, &order, &mut visit)?;
            }
            let range = estate.demands_of(product as usize);
            let all: Vec<u32> = (range.start as u32..range.end as u32).collect();
            let work = Work { ctx: &ctx, set: &set, market: &self.markets.own[product as usize], rows };
            let order = log_order(&all, &self.trace.turns.affinity);
            work.pages(PageKey { product, phase: Phase::Affinity }, &order, &mut visit)?;
            for run in self.markets.chains.iter().filter(|run| run.chain.products.last() == Some(&product)) {
                let work = Work { ctx: &ctx, set: &set, market: &run.market, rows };
                let order = log_order(&run.demands, &self.trace.turns.downgrade);
                work.pages(PageKey { product: run.chain.products[0], phase: Phase::Downgrade }, &order, &mut visit)?;
            }
        }
        Ok(())
    }

    /// Calls `visit` with ranges of demands, ascending, and the pages that hold all their pairs: of phase 2, and of phase
    /// downgrade for those that it tried.
    pub fn by_demand<E>(&self, mut visit: impl FnMut(Range<u32>, Vec<(Phase, PairPage)>) -> Result<(), E>) -> Result<(), E> {
        let ctx = self.ctx();
        let estate = &self.built.estate;
        let set = DemandSet::new(&ctx, &estate.demands, self.assigned.clone());
        for product in 0..estate.products.len() {
            let own = Work { ctx: &ctx, set: &set, market: &self.markets.own[product], rows: true };
            let chain = self.markets.chains.iter().find(|run| run.chain.products.contains(&(product as u32)));
            let range = estate.demands_of(product);
            let step = own.per_page() * rayon::current_num_threads() * 2;
            for start in range.clone().step_by(step) {
                let demands = start as u32..range.end.min(start + step) as u32;
                let all: Vec<(u32, u32)> = demands.clone().map(|demand| (demand, 0)).collect();
                let mut pages: Vec<(Phase, PairPage)> = own.make(&all).into_iter().map(|page| (Phase::Affinity, page)).collect();
                if let Some(run) = chain {
                    let work = Work { ctx: &ctx, set: &set, market: &run.market, rows: true };
                    let tried: Vec<(u32, u32)> =
                        run.demands.iter().filter(|demand| demands.contains(demand)).map(|demand| (*demand, 0)).collect();
                    pages.extend(work.make(&tried).into_iter().map(|page| (Phase::Downgrade, page)));
                }
                visit(demands, pages)?;
            }
        }
        Ok(())
    }
}

/// Those with a turn by it, then the others by `demand_id`.
fn log_order(demands: &[u32], turns: &[u32]) -> Vec<(u32, u32)> {
    let mut order: Vec<(u32, u32)> = demands.iter().map(|demand| (*demand, turns[*demand as usize])).collect();
    order.sort_by_key(|(demand, turn)| (*turn == 0, *turn, *demand));
    order
}

/// One market whose pairs are wanted.
struct Work<'a> {
    ctx: &'a Ctx<'a>,
    set: &'a DemandSet<'a>,
    market: &'a Market,
    /// Whether the pages need rows.
    rows: bool,
}

impl Work<'_> {
    /// How many demands go on a page.
    fn per_page(&self) -> usize {
        (PAGE_PAIRS / self.market.licenses.len().max(1)).clamp(1, PAGE_DEMANDS)
    }

    /// The pages of some demands, in their order.
    fn make(&self, demands: &[(u32, u32)]) -> Vec<PairPage> {
        demands.par_chunks(self.per_page()).map(|demands| self.page(demands)).collect()
    }

    fn pages<E>(
        &self,
        key: PageKey,
        order: &[(u32, u32)],
        visit: &mut impl FnMut(PageKey, Vec<PairPage>) -> Result<(), E>,
    ) -> Result<(), E> {
        if order.is_empty() {
            return visit(key, Vec::new());
        }
        order.chunks(self.per_page() * rayon::current_num_threads() * 2).try_for_each(|batch| visit(key, self.make(batch)))
    }

    fn page(&self, demands: &[(u32, u32)]) -> PairPage {
        let mut page = PairPage::default();
        let mut maker = PageMaker { nothing: page.matches.intern(empty_set(self.ctx)), scores: Scores::default(), eligible: Vec::new() };
        for (demand, turn) in demands {
            let start = page.rows.len() as u32;
            if self.rows {
                maker.rows(self, *demand as usize, &mut page);
            }
            page.demands.push(PageDemand { demand: *demand, turn: *turn, start, end: page.rows.len() as u32 });
        }
        page
    }
}

fn empty_set(ctx: &Ctx<'_>) -> MatchSet {
    MatchSet { rules: vec![0; ctx.plan.affinities.div_ceil(64)].into_boxed_slice(), preference: None }
}

struct PageMaker {
    nothing: crate::trace::matched::MatchId,
    scores: Scores,
    eligible: Vec<(super::score::Standing, u32)>,
}

impl PageMaker {
    /// The candidates by rank, then the ineligible by `license_id`.
    fn rows(&mut self, work: &Work<'_>, demand: usize, page: &mut PairPage) {
        let (market, scores) = (work.market, &mut self.scores);
        scores.score(work.ctx, work.set, market, demand);
        self.eligible.clear();
        let mut by_class: Vec<Option<crate::trace::matched::MatchId>> = vec![None; market.classes.len()];
        for local in 0..market.licenses.len() as u32 {
            if scores.of(market, local).0 == NONE {
                self.eligible.push((scores.standing(market, local), local));
            }
        }
        self.eligible.sort_unstable();
        for (rank, (standing, local)) in self.eligible.iter().enumerate() {
            let matched = matched(work, scores, *local, &mut by_class, &mut page.matches);
            let license = market.licenses[*local as usize];
            page.rows.push(PairRow { license, failed: None, score: standing.score(), rank: rank as u32 + 1, matched });
        }
        for local in 0..market.licenses.len() as u32 {
            let fail = scores.of(market, local).0;
            if fail != NONE && fail != OUT_OF_REACH {
                let license = market.licenses[local as usize];
                page.rows.push(PairRow { license, failed: failed(fail), score: 0, rank: 0, matched: self.nothing });
            }
        }
    }
}

/// The matched rules of a pair, made once for the plain members of a class.
fn matched(
    work: &Work<'_>,
    scores: &Scores,
    local: u32,
    by_class: &mut [Option<crate::trace::matched::MatchId>],
    pool: &mut MatchPool,
) -> crate::trace::matched::MatchId {
    let mut make = || pool.intern(scores.matched(work.ctx, work.set, work.market, local));
    if scores.exception_of(local).is_some() {
        return make();
    }
    *by_class[work.market.class_of[local as usize] as usize].get_or_insert_with(make)
}
