//! Every pair again: pages of what each license was worth to each demand, in the order of the log (contract §7), made from the
//! markets and the turns. A run never holds all pairs at once: whoever wants them takes page after page.

use super::Markets;
use super::affinity::serving_queue;
use super::ctx::{Ctx, DemandSet, Preferences};
use super::market::Market;
use super::score::{NONE, OUT_OF_REACH, Scores, failed};
use super::assignments::by_demand;
use crate::estate::Built;
use crate::model::words::Phase;
use crate::trace::Trace;
use crate::trace::matched::{MatchPool, MatchSet};
use crate::trace::pairs::{PageDemand, PageKey, PairPage, PairRow};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

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
    /// last product of the chain. Pages come in order; they are made in parallel, some ahead.
    pub fn each<E>(&self, mut visit: impl FnMut(PageKey, Vec<PairPage>) -> Result<(), E>) -> Result<(), E> {
        let ctx = self.ctx();
        let estate = &self.built.estate;
        let set = DemandSet::new(&ctx, &estate.demands, self.assigned.clone());
        for product in 0..estate.products.len() {
            for run in self.markets.bundles.iter().filter(|run| run.product as usize == product) {
                let set = DemandSet::new(&ctx, &run.demands, run.assigned.clone());
                let all: Vec<u32> = (0..run.demands.len() as u32).collect();
                let order = log_order(&all, |demand| self.trace.bundles.turn[(demand + run.offset) as usize]);
                let work = Work { ctx: &ctx, set: &set, market: &run.market, offset: run.offset };
                work.pages(PageKey { product: product as u32, phase: Phase::Bundle }, &order, &mut visit)?;
            }
            let range = estate.demands_of(product);
            let all: Vec<u32> = (range.start as u32..range.end as u32).collect();
            let work = Work { ctx: &ctx, set: &set, market: &self.markets.own[product], offset: 0 };
            let order = self.phase_two_order(&work, &all);
            work.pages(PageKey { product: product as u32, phase: Phase::Affinity }, &order, &mut visit)?;
            for run in self.markets.chains.iter().filter(|run| run.chain.products.last() == Some(&(product as u32))) {
                let work = Work { ctx: &ctx, set: &set, market: &run.market, offset: 0 };
                let order = log_order(&run.demands, |demand| self.trace.turns.downgrade[demand as usize]);
                work.pages(PageKey { product: run.chain.products[0], phase: Phase::Downgrade }, &order, &mut visit)?;
            }
        }
        Ok(())
    }

    /// Phase 2 shows every demand of the product, also those that an earlier phase covered (§6, affinity). Those with a turn come
    /// by it; the others stand where their score would have put them, and those without a candidate last.
    fn phase_two_order(&self, work: &Work<'_>, demands: &[u32]) -> Vec<(u32, u32)> {
        let (queue, without) = serving_queue(work.ctx, work.set, work.market, demands, None);
        let turn = |demand: &u32| (*demand, self.trace.turns.affinity[*demand as usize]);
        queue.iter().map(turn).chain(without.iter().map(|demand| (*demand, 0))).collect()
    }
}

/// Those with a turn by it, then the others by `demand_id`.
fn log_order(demands: &[u32], turn: impl Fn(u32) -> u32) -> Vec<(u32, u32)> {
    let mut order: Vec<(u32, u32)> = demands.iter().map(|demand| (*demand, turn(*demand))).collect();
    order.sort_by_key(|(demand, turn)| (*turn == 0, *turn, *demand));
    order
}

/// One market whose pairs are wanted.
struct Work<'a> {
    ctx: &'a Ctx<'a>,
    set: &'a DemandSet<'a>,
    market: &'a Market,
    /// Added to the demands of bundles, which stand in one list in the trace.
    offset: u32,
}

impl Work<'_> {
    fn pages<E>(&self, key: PageKey, order: &[(u32, u32)], visit: &mut impl FnMut(PageKey, Vec<PairPage>) -> Result<(), E>) -> Result<(), E> {
        let per_page = (PAGE_PAIRS / self.market.licenses.len().max(1)).clamp(1, PAGE_DEMANDS);
        let ahead = per_page * rayon::current_num_threads() * 2;
        if order.is_empty() {
            return visit(key, Vec::new());
        }
        for batch in order.chunks(ahead) {
            let pages = batch.par_chunks(per_page).map(|demands| self.page(demands)).collect();
            visit(key, pages)?;
        }
        Ok(())
    }

    fn page(&self, demands: &[(u32, u32)]) -> PairPage {
        let mut page = PairPage::default();
        let mut maker = PageMaker { nothing: page.matches.intern(empty_set(self.ctx)), scores: Scores::default(), eligible: Vec::new() };
        for (demand, turn) in demands {
            let start = page.rows.len() as u32;
            maker.rows(self, *demand as usize, &mut page);
            page.demands.push(PageDemand { demand: demand + self.offset, turn: *turn, start, end: page.rows.len() as u32 });
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
