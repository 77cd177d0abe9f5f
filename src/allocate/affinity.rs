//! Phase 2: the demands that are left, by the affinity of their candidates (contract §4.5), and what is judged of those that
//! no group can cover (§4.9).

use super::candidates::Candidates;
use super::choice::{Matched, choice};
use super::cover::{Server, Take, Turn};
use super::ctx::{Ctx, DemandSet};
use super::failures::failures;
use super::ledger::Ledger;
use super::market::Market;
use super::score::{Scores, failed, serving_order};
use crate::model::words::{DeficitReason, Failure, Phase};
use crate::trace::matched::MatchPool;
use crate::trace::{Choice, Grant, RunnerUp};
use rayon::prelude::*;

/// What is known of a demand that phase 2 left open, or covered in part.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub demand: u32,
    pub turn: Option<u32>,
    pub candidates: u32,
    pub best: Option<RunnerUp>,
    pub reason: DeficitReason,
    pub requirement: Option<u16>,
    /// For a cover in part: (units given, need of the group that gave them).
    pub partial: Option<(i64, i64)>,
}

/// What a phase of one market came to.
#[derive(Default)]
pub struct ServeResult {
    pub grants: Vec<Grant>,
    /// The demands with candidates, in serving order.
    pub served: Vec<u32>,
    /// Those that are not covered, by demand.
    pub left: Vec<Judged>,
    pub matches: MatchPool,
    /// By license of the market: the lowest score at which it was granted.
    pub cut_off: Vec<Option<i64>>,
}

/// How many demands one task scores.
const CHUNK: usize = 4096;
/// A product of fewer demands is served by one thread.
const GIANT: usize = if cfg!(test) { 4 } else { 16_384 };
/// For how many demands of a giant product candidates are found ahead of their turn.
const AHEAD: usize = if cfg!(test) { 3 } else { 256 };

/// The demands with a candidate, in serving order; then those without.
pub fn serving_queue(
    ctx: &Ctx<'_>,
    set: &DemandSet<'_>,
    market: &Market,
    demands: &[u32],
    name_rank: Option<&[u32]>,
) -> (Vec<u32>, Vec<u32>) {
    let best: Vec<Vec<Option<i64>>> = demands
        .par_chunks(CHUNK)
        .map_init(<(Scores, Candidates)>::default, |(scores, candidates), chunk| {
            let best = |demand: &u32| {
                scores.score(ctx, set, market, *demand as usize);
                candidates.find(market, scores);
                candidates.best_score(market, scores)
            };
            chunk.iter().map(best).collect()
        })
        .collect();
    let mut queue: Vec<(i64, i32, u32, u32)> = Vec::with_capacity(demands.len());
    let mut without = Vec::new();
    for (place, (demand, best)) in demands.iter().zip(best.into_iter().flatten()).enumerate() {
        match best {
            Some(score) => {
                let rank = name_rank.map_or(*demand, |ranks| ranks[place]);
                queue.push((score, set.demands.started_on[*demand as usize], rank, *demand));
            }
            None => without.push(*demand),
        }
    }
    queue.par_sort_unstable_by(|a, b| serving_order((a.0, a.1, a.2), (b.0, b.1, b.2)));
    (queue.into_iter().map(|(_, _, _, demand)| demand).collect(), without)
}

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
    let (queue, without) = serving_queue(ctx, set, market, demands, name_rank);
    let mut result = ServeResult { cut_off: vec![None; market.licenses.len()], ..ServeResult::default() };
    // Demands are served one after the other; but whom each can choose from does not depend on the others. Where one product is most
    // of the estate, nobody else would use the other cores meanwhile.
    let giant = queue.len() >= GIANT && queue.len() * 4 > set.demands.len();
    let mut desks: Vec<(Scores, Candidates)> = (0..if giant { AHEAD } else { 1 }).map(|_| Default::default()).collect();
    let ready = |(scores, candidates): &mut (Scores, Candidates), demand: u32| {
        scores.score(ctx, set, market, demand as usize);
        candidates.find(market, scores);
        if giant {
            candidates.ahead(market, scores);
        }
    };
    let partial_cover = ctx.estate.policy.partial_cover && phase != Phase::Bundle;
    let mut server = Server::new(ctx, set, market, ledger, partial_cover);
    let (mut turn, mut matched) = (Turn::default(), Matched::new(market));
    let mut number = 0;
    for next in queue.chunks(desks.len()) {
        if giant {
            desks.par_iter_mut().zip(next).for_each(|(desk, demand)| ready(desk, *demand));
        } else {
            desks.iter_mut().zip(next).for_each(|(desk, demand)| ready(desk, *demand));
        }
        for (scores, candidates) in &mut desks[..next.len()] {
            number += 1;
            server.serve(scores, candidates, &mut turn);
            for take in &turn.takes {
                let choice = choice((ctx, set, market), scores, candidates, &turn.takes, take, &mut matched);
                record(market, scores, take, choice, phase, number, &mut result);
            }
            if !turn.covered() {
                result.left.push(judge_served(market, scores, candidates, &turn, number));
            }
        }
    }
    let mut scores = Scores::default();
    for demand in &without {
        scores.score(ctx, set, market, *demand as usize);
        result.left.push(judge_without(market, &scores));
    }
    result.left.sort_unstable_by_key(|judged| judged.demand);
    result.matches = matched.pool;
    result.served = queue;
    result
}

fn record(market: &Market, scores: &Scores, take: &Take, choice: Choice, phase: Phase, number: u32, result: &mut ServeResult) {
    let cut_off = &mut result.cut_off[take.local as usize];
    *cut_off = Some(cut_off.map_or(choice.score, |lowest| lowest.min(choice.score)));
    result.grants.push(Grant {
        demand: scores.demand as u32,
        license: market.licenses[take.local as usize],
        phase,
        units: take.drawn.units,
        covered: 0,
        turn: Some(number),
        choice: Some(choice),
        reservation: take.drawn.reservation,
        assignment: None,
    });
}

fn judge_served(market: &Market, scores: &Scores, candidates: &mut Candidates, turn: &Turn, number: u32) -> Judged {
    let partial = turn.partial_of.map(|need| (turn.takes.iter().map(|take| take.drawn.units).sum(), need));
    let best = candidates.next(market, scores, None, &[], 0);
    Judged {
        demand: scores.demand as u32,
        turn: Some(number),
        candidates: candidates.count(market),
        best: best.map(|standing| RunnerUp { license: market.license_at(standing.tie), score: standing.score() }),
        reason: match (partial, turn.any_free) {
            (Some(_), _) => DeficitReason::PartlyCovered,
            (None, true) => DeficitReason::AllOrNothing,
            (None, false) => DeficitReason::CapacityExhausted,
        },
        requirement: None,
        partial,
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
        turn: None,
        candidates: 0,
        best: None,
        reason,
        requirement: requirement.map(|(place, _)| place),
        partial: None,
    }
}
