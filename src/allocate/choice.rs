//! Why this license and not another: rank, what was passed over, the runner-up, and what decided (contract §6, allocations).

use super::candidates::Candidates;
use super::cover::Take;
use super::ctx::{Ctx, DemandSet};
use super::keys::Brief;
use super::market::Market;
use super::score::{AllPairs, Scores, Standing};
use super::tie_order::compare_by;
use crate::model::words::DecidedBy;
use crate::trace::matched::{MatchId, MatchPool};
use crate::trace::{Choice, RunnerUp};
use rustc_hash::FxHashMap;

/// The sets of rules that matched a market's grants.
pub struct Matched {
    pub pool: MatchPool,
    /// Those of plain candidates, by their marks.
    known: FxHashMap<u64, MatchId>,
    /// Whether the rules that match a pair have a short form.
    marked: bool,
}

impl Matched {
    pub fn new(market: &Market) -> Self {
        Self { pool: MatchPool::default(), known: FxHashMap::default(), marked: AllPairs::marked(market) }
    }

    fn of(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, scores: &Scores, take: &Take) -> MatchId {
        if !self.marked || scores.exception_of(take.local).is_some() {
            return self.pool.intern(scores.matched(ctx, set, market, take.local));
        }
        let marks = scores.marks(market, take.standing.tie);
        let pool = &mut self.pool;
        *self.known.entry(marks).or_insert_with(|| pool.intern(scores.matched(ctx, set, market, take.local)))
    }
}

/// What to say of one of the takes of a demand.
pub fn choice(
    on: (&Ctx<'_>, &DemandSet<'_>, &Market),
    scores: &Scores,
    candidates: &mut Candidates,
    takes: &[Take],
    take: &Take,
    matched: &mut Matched,
) -> Choice {
    let (ctx, set, market) = on;
    let (rank, count, mut runner_up) = candidates.around(market, scores, take.standing);
    let better_takes = takes.iter().filter(|other| other.standing < take.standing).count() as u32;
    // The best-ranked candidate after it that gave nothing.
    while takes.iter().any(|other| Some(other.standing) == runner_up) {
        runner_up = candidates.next(market, scores, runner_up, &[], None);
    }
    Choice {
        score: take.standing.score(),
        rank,
        candidates: count,
        passed_over: rank - 1 - better_takes,
        runner_up: runner_up.map(|standing| RunnerUp { license: market.license_at(standing.tie), score: standing.score() }).into(),
        decided_by: decided_by(ctx, market, take, runner_up),
        matched: matched.of(ctx, set, market, scores, take),
    }
}

/// The same, where the best candidate is the only take, and the candidates are known in short.
pub fn choice_of_best(
    (ctx, set, market): (&Ctx<'_>, &DemandSet<'_>, &Market),
    scores: &Scores,
    brief: &Brief,
    take: &Take,
    matched: &mut Matched,
) -> Choice {
    let runner_up = market.keys.as_ref().and_then(|keys| keys.standing(brief.second));
    Choice {
        score: take.standing.score(),
        rank: 1,
        candidates: brief.count,
        passed_over: 0,
        runner_up: runner_up.map(|standing| RunnerUp { license: market.license_at(standing.tie), score: standing.score() }).into(),
        decided_by: decided_by(ctx, market, take, runner_up),
        matched: matched.of(ctx, set, market, scores, take),
    }
}

fn decided_by(ctx: &Ctx<'_>, market: &Market, take: &Take, runner_up: Option<Standing>) -> DecidedBy {
    let Some(standing) = runner_up else { return DecidedBy::Only };
    if standing.score() != take.standing.score() {
        return DecidedBy::Score;
    }
    if standing.distance != take.standing.distance {
        return DecidedBy::Version;
    }
    let (winner, loser) = (market.licenses[take.local as usize] as usize, market.license_at(standing.tie) as usize);
    let decisive = ctx.estate.policy.tie_break.iter().find(|key| compare_by(ctx.estate, **key, winner, loser).is_ne());
    decisive.map_or(DecidedBy::LicenseId, |key| DecidedBy::from(*key))
}
