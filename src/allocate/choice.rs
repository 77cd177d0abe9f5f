//! Why this license and not another: rank, what was passed over, the runner-up, and what decided (contract §6, allocations).

use super::candidates::Candidates;
use super::cover::Take;
use super::ctx::{Ctx, DemandSet};
use super::market::{Market, compare_by};
use super::score::{Scores, Standing};
use crate::model::words::DecidedBy;
use crate::trace::matched::MatchPool;
use crate::trace::{Choice, RunnerUp};

/// What to say of each take of a demand, in their order.
pub fn choices(
    ctx: &Ctx<'_>,
    set: &DemandSet<'_>,
    market: &Market,
    scores: &Scores,
    candidates: &mut Candidates,
    takes: &[Take],
    pool: &mut MatchPool,
) -> Vec<Choice> {
    let choice = |take: &Take| {
        let rank = candidates.rank(market, scores, take.standing);
        let better_takes = takes.iter().filter(|other| other.standing < take.standing).count() as u32;
        let runner_up = runner_up(scores, candidates, market, take.standing, takes);
        Choice {
            score: take.standing.score(),
            rank,
            candidates: candidates.len(),
            passed_over: rank - 1 - better_takes,
            runner_up: runner_up.map(|(standing, local)| RunnerUp { license: market.licenses[local as usize], score: standing.score() }),
            decided_by: decided_by(ctx, market, take, runner_up),
            matched: pool.intern(scores.matched(ctx, set, market, take.local)),
        }
    };
    takes.iter().map(choice).collect()
}

/// The best-ranked candidate after a take that gave nothing.
fn runner_up(scores: &Scores, candidates: &mut Candidates, market: &Market, after: Standing, takes: &[Take]) -> Option<(Standing, u32)> {
    let mut at = after;
    loop {
        let standing = candidates.next(market, scores, Some(at), &[], 0)?;
        let local = market.at[standing.tie as usize];
        if takes.iter().all(|take| take.local != local) {
            return Some((standing, local));
        }
        at = standing;
    }
}

fn decided_by(ctx: &Ctx<'_>, market: &Market, take: &Take, runner_up: Option<(Standing, u32)>) -> DecidedBy {
    let Some((standing, local)) = runner_up else { return DecidedBy::Only };
    if standing.score() != take.standing.score() {
        return DecidedBy::Score;
    }
    if standing.distance != take.standing.distance {
        return DecidedBy::Version;
    }
    let (winner, loser) = (market.licenses[take.local as usize] as usize, market.licenses[local as usize] as usize);
    let decisive = ctx.estate.policy.tie_break.iter().find(|key| compare_by(ctx.estate, **key, winner, loser).is_ne());
    decisive.map_or(DecidedBy::LicenseId, |key| DecidedBy::from(*key))
}
