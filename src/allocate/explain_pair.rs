//! Every license of a market, judged for one demand: what `seatwise why` asks again of the code that decided. Unlike [`super::replay`] it
//! also tells what an ineligible license would have scored.

use super::ctx::{Ctx, DemandSet};
use super::market::Market;
use super::score::{NONE, OUT_OF_REACH, Scores, Standing, failed};
use crate::trace::matched::MatchSet;
use crate::trace::pairs::Failed;

/// One license and one demand.
#[derive(Clone, Debug, PartialEq)]
pub struct PairVerdict {
    pub license: u32,
    /// What it failed; none for a candidate.
    pub failed: Option<Failed>,
    /// The points of all rules that match, whether it is eligible or not.
    pub score: i64,
    pub standing: Standing,
    pub matched: MatchSet,
}

/// The candidates by rank, then the ineligible by `license_id`. Licenses that are out of reach (§4.7) are no pair.
pub fn verdicts(ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demand: u32) -> Vec<PairVerdict> {
    let mut scores = Scores::default();
    scores.score(ctx, set, market, demand as usize);
    let mut all: Vec<PairVerdict> = Vec::with_capacity(market.licenses.len());
    for (local, license) in market.licenses.iter().enumerate() {
        let local = local as u32;
        let (fail, score) = scores.of(market, local);
        if fail == OUT_OF_REACH {
            continue;
        }
        let matched = scores.matched(ctx, set, market, local);
        let standing = scores.standing(market, local);
        all.push(PairVerdict { license: *license, failed: if fail == NONE { None } else { failed(fail) }, score, standing, matched });
    }
    all.sort_by_key(|verdict| match verdict.failed {
        None => (false, Some(verdict.standing), verdict.license),
        Some(_) => (true, None, verdict.license),
    });
    all
}

/// What some demands score with one license; none for those that it cannot serve.
pub fn scores_with(ctx: &Ctx<'_>, set: &DemandSet<'_>, demands: &[u32], license: u32) -> Vec<Option<i64>> {
    let mut own = demands.to_vec();
    own.sort_unstable();
    own.dedup();
    let market = Market::new(ctx, set, &own, vec![license], rustc_hash::FxHashMap::default());
    let mut scores = Scores::default();
    let score = |demand: &u32| {
        scores.score(ctx, set, &market, *demand as usize);
        let (fail, score) = scores.of(&market, 0);
        (fail == NONE).then_some(score)
    };
    demands.iter().map(score).collect()
}
