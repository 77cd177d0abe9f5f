//! Phase 2: the demands that are left, by the affinity of their candidates (contract §4.5), and what is judged of those that
//! no group can cover (§4.9).

use super::choice::{Matched, choice, choice_of_best};
use super::cover::{Server, Take, Turn};
use super::ctx::{Ctx, DemandSet};
use super::failures::failures;
use super::keys::Brief;
use super::ledger::Ledger;
use super::look_ahead::{AT_ONCE, candidates, seats};
use super::market::Market;
use super::queue::{Desk, Queue};
use super::score::{Scores, Standing, failed};
use crate::model::opt::OptU32;
use crate::model::words::{DeficitReason, Failure, Phase};
use crate::trace::grants::Grants;
use crate::trace::matched::MatchPool;
use crate::trace::{Choice, Grant, OptRunnerUp, RunnerUp};
use rayon::prelude::*;

/// What is known of a demand that phase 2 left open, or covered in part. There are millions: it is small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    pub demand: u32,
    pub turn: OptU32,
    pub candidates: u32,
    pub best: OptRunnerUp,
    pub requirement: Option<u16>,
    pub reason: DeficitReason,
}

/// A demand that is covered in part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partly {
    pub demand: u32,
    pub given: i64,
    /// The need of the group that gave that much.
    pub of: i64,
}

/// What a phase of one market came to.
#[derive(Default)]
pub struct ServeResult {
    pub grants: Grants,
    /// The demands with candidates, in serving order.
    pub served: Vec<u32>,
    /// Those that are not covered, by demand.
    pub left: Vec<Judged>,
    /// Those of them that are covered in part, in serving order.
    pub partly: Vec<Partly>,
    pub matches: MatchPool,
    /// By license of the market: the lowest score at which it was granted.
    pub cut_off: Vec<Option<i64>>,
}

/// A product of fewer demands is served by one thread.
pub(super) const GIANT: usize = if cfg!(test) { 4 } else { 16_384 };
/// For how many demands of a giant product candidates are found ahead of their turn.
const AHEAD: usize = if cfg!(test) { 3 } else { 256 };

/// Serves demands in their order, from one market. `name_rank` orders demands of equal score and age where their place does
/// not (§4.7: by `demand_id`, then `product_id`).
pub fn serve(
    ctx: &Ctx<'_>,
    set: &DemandSet<'_>,
    market: &Market,
    ledger: &mut Ledger,
    demands: &[u32],
    name_rank: Option<&[u32]>,
    phase: Phase,
) -> ServeResult {
    let queue = Queue::new(ctx, set, market, demands, name_rank);
    // Demands are served one after the other; but whom each can choose from does not depend on the others. Where one product is most
    // of the estate, nobody else would use the other cores meanwhile.
    let giant = queue.places.len() >= GIANT && queue.places.len() * 4 > set.demands.len();
    let mut desks: Vec<Desk> = (0..if giant { AHEAD } else { 1 }).map(|_| Desk::default()).collect();
    let partial_cover = ctx.estate.policy.partial_cover && phase != Phase::Bundle;
    let mut service = Service {
        server: Server::new(ctx, set, market, ledger, partial_cover),
        phase,
        number: 0,
        turn: Turn::default(),
        matched: Matched::new(market),
        left: Left::default(),
        partly: Vec::new(),
        grants: Grants::with_capacity(queue.places.len()),
        cut_off: vec![None; market.licenses.len()],
    };
    let mut firsts = Vec::new();
    for next in queue.places.chunks(desks.len()) {
        desks.iter_mut().for_each(Desk::clear);
        if giant {
            let get_ready = |(desks, places): (&mut [Desk], &[u32])| service.get_ready(desks, places, demands, &queue);
            desks[..next.len()].par_chunks_mut(AT_ONCE).zip(next.par_chunks(AT_ONCE)).for_each(get_ready);
            let listed = desks.iter().filter_map(|desk| desk.candidates.listed()?.first().copied());
            seats(market, service.server.ledger, listed, &mut firsts);
        }
        for (desk, place) in desks.iter_mut().zip(next) {
            service.serve(desk, *place, demands[*place as usize], queue.brief(*place));
        }
    }
    let Service { mut left, partly, grants, cut_off, matched, .. } = service;
    let mut scores = Scores::default();
    for place in &queue.without {
        scores.score(ctx, set, market, demands[*place as usize] as usize);
        left.push(*place, judge_without(market, &scores));
    }
    let served = queue.places.into_iter().map(|place| demands[place as usize]).collect();
    ServeResult { grants, served, left: left.by_demand(demands.len()), partly, matches: matched.pool, cut_off }
}

/// A market where demands are served.
struct Service<'a> {
    server: Server<'a>,
    phase: Phase,
    /// The number of the turn.
    number: u32,
    turn: Turn,
    matched: Matched,
    left: Left,
    partly: Vec<Partly>,
    grants: Grants,
    /// By license of the market: the lowest score at which it was granted.
    cut_off: Vec<Option<i64>>,
}

impl Service<'_> {
    /// Does ahead of the turns of some demands, by their places among those asked for, what they will need then.
    fn get_ready(&self, desks: &mut [Desk], places: &[u32], demands: &[u32], queue: &Queue) {
        let Server { ctx, set, market, .. } = self.server;
        let each = desks.iter_mut().zip(places);
        let mut each: Vec<(&mut Scores, u32)> = each.map(|(desk, place)| (&mut desk.scores, demands[*place as usize])).collect();
        Scores::score_each(ctx, set, market, &mut each);
        candidates(market, each.len(), |number, lookup| each[number].0.lookup_rows[lookup]);
        for (desk, place) in desks.iter_mut().zip(places) {
            desk.scored = true;
            if queue.brief(*place).is_none_or(|brief| !self.server.is_short(brief)) {
                desk.find_scored(market);
                desk.candidates.ahead(market, &desk.scores);
            }
        }
    }

    /// The turn of the next demand, which has a place among those asked for.
    fn serve(&mut self, desk: &mut Desk, place: u32, demand: u32, brief: Option<&Brief>) {
        self.number += 1;
        let Server { ctx, set, market, .. } = self.server;
        let mut turn = std::mem::take(&mut self.turn);
        // In a market of keys they are known already.
        let known = market.keys.as_ref().zip(brief).map(|(keys, brief)| (keys.standing(brief.best), brief.count));
        match brief.filter(|brief| self.server.serve_shortly(demand, brief, &mut turn)) {
            Some(brief) => {
                for take in &turn.takes {
                    if !desk.scored {
                        desk.score(ctx, set, market, demand);
                    }
                    let choice = choice_of_best((ctx, set, market), &desk.scores, brief, take, &mut self.matched);
                    self.record(demand, take, choice);
                }
                if turn.takes.is_empty() {
                    self.left.push(place, judge_served(market, demand, known.unwrap_or_default(), &turn, self.number));
                }
            }
            None => {
                if !desk.found {
                    desk.find(ctx, set, market, demand);
                }
                let Desk { scores, candidates, .. } = desk;
                self.server.serve(scores, candidates, brief, &mut turn);
                for take in &turn.takes {
                    let choice = choice((ctx, set, market), scores, candidates, &turn.takes, take, &mut self.matched);
                    self.record(demand, take, choice);
                }
                if !turn.covered() {
                    let known = known.unwrap_or_else(|| (candidates.next(market, scores, None, &[], None), candidates.count(market)));
                    self.left.push(place, judge_served(market, demand, known, &turn, self.number));
                }
                let given = || turn.takes.iter().map(|take| take.drawn.units).sum();
                self.partly.extend(turn.partial_of.map(|of| Partly { demand, given: given(), of }));
            }
        }
        self.turn = turn;
    }

    fn record(&mut self, demand: u32, take: &Take, choice: Choice) {
        let cut_off = &mut self.cut_off[take.local as usize];
        *cut_off = Some(cut_off.map_or(choice.score, |lowest| lowest.min(choice.score)));
        self.grants.push(&Grant {
            demand,
            license: self.server.market.licenses[take.local as usize],
            phase: self.phase,
            units: take.drawn.units,
            covered: 0,
            turn: self.number.into(),
            choice: Some(choice),
            reservation: take.drawn.reservation.into(),
            assignment: OptU32::NONE,
        });
    }
}

/// What is judged of demands, as it comes.
#[derive(Default)]
struct Left {
    judged: Vec<Judged>,
    /// The place of each among the demands asked for.
    places: Vec<u32>,
}

impl Left {
    fn push(&mut self, place: u32, judged: Judged) {
        self.judged.push(judged);
        self.places.push(place);
    }

    /// In the order of the demands, of which there are so many.
    fn by_demand(self, demands: usize) -> Vec<Judged> {
        let mut at = vec![u32::MAX; demands];
        self.places.iter().zip(0..).for_each(|(place, number)| at[*place as usize] = number);
        at.into_iter().filter_map(|number| self.judged.get(number as usize).copied()).collect()
    }
}

/// Nobody had a seat left, or not enough. `best` is the best of so many candidates.
fn judge_served(market: &Market, demand: u32, (best, candidates): (Option<Standing>, u32), turn: &Turn, number: u32) -> Judged {
    Judged {
        demand,
        turn: number.into(),
        candidates,
        best: best.map(|standing| RunnerUp { license: market.license_at(standing.tie), score: standing.score() }).into(),
        reason: match (turn.partial_of, turn.any_free) {
            (Some(_), _) => DeficitReason::PartlyCovered,
            (None, true) => DeficitReason::AllOrNothing,
            (None, false) => DeficitReason::CapacityExhausted,
        },
        requirement: None,
    }
}

/// Without a candidate: the failure that came closest; of requirements, the one that most licenses failed first (§4.9).
fn judge_without(market: &Market, scores: &Scores) -> Judged {
    let failures = failures(market, scores);
    let requirement = failures
        .iter()
        .filter_map(|(code, licenses)| Some((failed(*code)?.requirement?, *licenses)))
        .fold(None, |most: Option<(u16, u32)>, next| if most.is_none_or(|most| next.1 > most.1) { Some(next) } else { most });
    let closest = failures.last().and_then(|(code, _)| failed(*code)).map(|failed| failed.failure);
    let reason = match closest {
        // No usable license at all: which of the two it is, the caller knows.
        None => DeficitReason::NoUsableLicense,
        Some(Failure::NoUser) => DeficitReason::NoUser,
        Some(Failure::MetricMismatch) => DeficitReason::MetricMismatch,
        Some(Failure::NotAssigned) => DeficitReason::NotAssigned,
        Some(Failure::UnitsUnknown) => DeficitReason::UnitsUnknown,
        Some(Failure::Forbidden) => DeficitReason::Forbidden,
        Some(Failure::RequirementFailed) => DeficitReason::RequirementFailed,
    };
    Judged {
        demand: scores.demand as u32,
        turn: OptU32::NONE,
        candidates: 0,
        best: OptRunnerUp::NONE,
        reason,
        requirement: requirement.map(|(place, _)| place),
    }
}
