//! Phase 2: the demands that are left, by the affinity of their candidates (contract §4.5), and what is judged of those that
//! no group can cover (§4.9).

use super::candidates::Candidates;
use super::choice::{Matched, choice, choice_of_best};
use super::cover::{Server, Take, Turn};
use super::ctx::{Ctx, DemandSet};
use super::failures::failures;
use super::keys::Brief;
use super::ledger::Ledger;
use super::market::Market;
use super::score::{Scores, Standing, failed, turn_key};
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

/// Demands by their turns.
struct Queue {
    /// Those with a candidate, in serving order; by their places among the demands asked for.
    places: Vec<u32>,
    without: Vec<u32>,
    /// In a market of keys: the candidates of each in short, by place.
    briefs: Vec<Brief>,
}

impl Queue {
    fn new(ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demands: &[u32], name_rank: Option<&[u32]>) -> Self {
        let stretch = |desk: &mut Desk, (chunk, demands): (usize, &[u32])| {
            let (mut keys, mut without, mut briefs) = (Vec::with_capacity(demands.len()), Vec::new(), Vec::new());
            for (place, demand) in (chunk * CHUNK..).zip(demands) {
                desk.find(ctx, set, market, *demand);
                match desk.best_score(market, &mut briefs) {
                    Some(score) => {
                        let rank = name_rank.map_or(place as u32, |ranks| ranks[place]);
                        keys.push(turn_key(score, set.demands.started_on[*demand as usize], rank));
                    }
                    None => without.push(*demand),
                }
            }
            (keys, without, briefs)
        };
        let stretches: Vec<_> = demands.par_chunks(CHUNK).enumerate().map_init(Desk::default, stretch).collect();
        let (mut keys, mut without, mut briefs) = (Vec::new(), Vec::new(), Vec::new());
        for (stretch_keys, stretch_without, stretch_briefs) in stretches {
            append(&mut keys, stretch_keys);
            append(&mut without, stretch_without);
            append(&mut briefs, stretch_briefs);
        }
        if keys.len() < GIANT {
            keys.sort_unstable();
        } else {
            keys.par_sort_unstable();
        }
        let mut places: Vec<u32> = keys.into_iter().map(|key| key as u32).collect();
        if let Some(ranks) = name_rank {
            let mut place_of = vec![0; ranks.len()];
            ranks.iter().zip(0..).for_each(|(rank, place)| place_of[*rank as usize] = place);
            places.iter_mut().for_each(|place| *place = place_of[*place as usize]);
        }
        Self { places, without, briefs }
    }
}

/// Most often there is but one stretch.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}

/// Where one demand is looked at. Used again for others of its market.
#[derive(Default)]
struct Desk {
    scores: Scores,
    candidates: Candidates,
    scored: bool,
    found: bool,
}

impl Desk {
    /// Somebody else's turn.
    fn clear(&mut self) {
        (self.scored, self.found) = (false, false);
    }

    fn score(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demand: u32) {
        self.scores.score(ctx, set, market, demand as usize);
        self.scored = true;
    }

    fn find(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demand: u32) {
        self.score(ctx, set, market, demand);
        self.candidates.find(market, &self.scores);
        self.found = true;
    }

    /// The score of the best candidate; in a market of keys notes them all in short.
    fn best_score(&mut self, market: &Market, briefs: &mut Vec<Brief>) -> Option<i64> {
        let Some(keys) = &market.keys else { return self.candidates.best_score(market, &self.scores) };
        let brief = self.candidates.brief();
        briefs.push(brief);
        keys.standing(brief.best).map(Standing::score)
    }
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
    let queue = Queue::new(ctx, set, market, demands, name_rank);
    let mut result = ServeResult { cut_off: vec![None; market.licenses.len()], ..ServeResult::default() };
    // Demands are served one after the other; but whom each can choose from does not depend on the others. Where one product is most
    // of the estate, nobody else would use the other cores meanwhile.
    let giant = queue.places.len() >= GIANT && queue.places.len() * 4 > set.demands.len();
    let mut desks: Vec<Desk> = (0..if giant { AHEAD } else { 1 }).map(|_| Desk::default()).collect();
    let partial_cover = ctx.estate.policy.partial_cover && phase != Phase::Bundle;
    let mut server = Server::new(ctx, set, market, ledger, partial_cover);
    let (mut turn, mut matched) = (Turn::default(), Matched::new(market));
    let mut number = 0;
    for next in queue.places.chunks(desks.len()) {
        desks.iter_mut().for_each(Desk::clear);
        if giant {
            let ready = |(desk, place): (&mut Desk, &u32)| {
                let demand = demands[*place as usize];
                if queue.briefs.get(*place as usize).is_some_and(|brief| server.is_short(brief)) {
                    desk.score(ctx, set, market, demand);
                } else {
                    desk.find(ctx, set, market, demand);
                    desk.candidates.ahead(market, &desk.scores);
                }
            };
            desks.par_iter_mut().zip(next).for_each(ready);
        }
        for (desk, place) in desks.iter_mut().zip(next) {
            number += 1;
            let demand = demands[*place as usize];
            let brief = queue.briefs.get(*place as usize).filter(|brief| server.serve_shortly(demand, brief, &mut turn));
            if let Some(brief) = brief {
                for take in &turn.takes {
                    if !desk.scored {
                        desk.score(ctx, set, market, demand);
                    }
                    let choice = choice_of_best((ctx, set, market), &desk.scores, brief, take, &mut matched);
                    record(market, demand, take, choice, phase, number, &mut result);
                }
                if turn.takes.is_empty() {
                    result.left.push(judge_shortly(market, demand, brief, number));
                }
                continue;
            }
            if !desk.found {
                desk.find(ctx, set, market, demand);
            }
            let Desk { scores, candidates, .. } = desk;
            server.serve(scores, candidates, &mut turn);
            for take in &turn.takes {
                let choice = choice((ctx, set, market), scores, candidates, &turn.takes, take, &mut matched);
                record(market, demand, take, choice, phase, number, &mut result);
            }
            if !turn.covered() {
                result.left.push(judge_served(market, scores, candidates, &turn, number));
            }
        }
    }
    let mut scores = Scores::default();
    for demand in &queue.without {
        scores.score(ctx, set, market, *demand as usize);
        result.left.push(judge_without(market, &scores));
    }
    result.left.sort_unstable_by_key(|judged| judged.demand);
    result.matches = matched.pool;
    result.served = queue.places.into_iter().map(|place| demands[place as usize]).collect();
    result
}

fn record(market: &Market, demand: u32, take: &Take, choice: Choice, phase: Phase, number: u32, result: &mut ServeResult) {
    let cut_off = &mut result.cut_off[take.local as usize];
    *cut_off = Some(cut_off.map_or(choice.score, |lowest| lowest.min(choice.score)));
    result.grants.push(Grant {
        demand,
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

/// Nobody had a seat left when its turn came.
fn judge_shortly(market: &Market, demand: u32, brief: &Brief, number: u32) -> Judged {
    let best = market.keys.as_ref().and_then(|keys| keys.standing(brief.best));
    Judged {
        demand,
        turn: Some(number),
        candidates: brief.count,
        best: best.map(|standing| RunnerUp { license: market.license_at(standing.tie), score: standing.score() }),
        reason: DeficitReason::CapacityExhausted,
        requirement: None,
        partial: None,
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
