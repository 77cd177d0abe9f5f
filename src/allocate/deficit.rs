//! From what phase 2 judged to the deficits of a run: reasons, units, and what is still free at the end (contract §4.9).

use super::affinity::Judged;
use super::ctx::{Ctx, DemandSet};
use super::ledger::Ledger;
use super::market::{Market, need};
use super::score::Scores;
use crate::model::estate::Estate;
use crate::model::words::{DeficitReason, Metric};
use crate::trace::Deficit;
use rayon::prelude::*;

/// What a demand counts in its product's metric: its need; 1 where that is `site` or its units are unknown (§6, positions).
pub fn counted_need(estate: &Estate, demand: usize) -> i64 {
    let metric = estate.products.metric[estate.demands.product[demand] as usize];
    match need(estate, &estate.demands, demand, metric) {
        Some(units) if metric != Metric::Site => units,
        _ => 1,
    }
}

/// What is covered of a counted need by a grant in part: floor(need × given / the group's need) (§4.6).
pub fn covered_in_part(counted: i64, given: i64, of: i64) -> i64 {
    (i128::from(counted) * i128::from(given) / i128::from(of.max(1))) as i64
}

/// The deficits of one product, by demand. `ledger` is what is left after all phases.
pub fn deficits(
    ctx: &Ctx<'_>,
    set: &DemandSet<'_>,
    market: &Market,
    ledger: &Ledger,
    product: usize,
    left: &[Judged],
    cut_off: &[Option<i64>],
) -> Vec<Deficit> {
    let has_licenses = !ctx.estate.licenses.of_product(product).is_empty();
    let free = FreeSeats::new(market, ledger);
    let deficit = |scores: &mut Scores, judged: &Judged| {
        let demand = judged.demand as usize;
        let counted = counted_need(ctx.estate, demand);
        let covered = judged.partial.map_or(0, |(given, of)| covered_in_part(counted, given, of));
        let cut_off_score = judged.best.and_then(|best| market.local(best.license)).and_then(|local| cut_off[local as usize]);
        let free_units = if judged.candidates == 0 {
            0
        } else {
            scores.score(ctx, set, market, demand);
            free.of(ctx, set, market, ledger, scores)
        };
        Deficit {
            demand: judged.demand,
            units: counted - covered,
            // A part that phase 3 gave has its own reason (§4.9).
            reason: if judged.partial.is_none() && !has_licenses { DeficitReason::NoLicense } else { judged.reason },
            requirement: judged.requirement,
            candidates: judged.candidates,
            free_units: Some(free_units),
            turn: judged.turn,
            best: judged.best,
            cut_off_score,
        }
    };
    left.par_iter().map_init(Scores::default, deficit).collect()
}

/// Free seats by class, so that a demand does not look at every license.
struct FreeSeats {
    /// Free seats of the members without reservations, by class.
    plain: Vec<i64>,
    /// The members with reservations, by class.
    reserved: Vec<Vec<u32>>,
}

impl FreeSeats {
    fn new(market: &Market, ledger: &Ledger) -> Self {
        let mut free = Self { plain: Vec::new(), reserved: Vec::new() };
        for class in &market.classes {
            let (reserved, plain): (Vec<u32>, Vec<u32>) = class.members.iter().partition(|local| ledger.has_reservations(**local));
            free.plain.push(plain.iter().map(|local| ledger.total_free(*local)).sum());
            free.reserved.push(reserved);
        }
        free
    }

    /// Seats of a demand's candidates that are free for it.
    fn of(&self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, ledger: &Ledger, scores: &Scores) -> i64 {
        let free_for = |local: u32| ledger.free_for(local, ctx.estate, set.demands, scores.demand);
        let mut total = 0;
        for class in scores.eligible_classes() {
            total += self.plain[class];
            let reserved = self.reserved[class].iter().filter(|local| scores.exception_of(**local).is_none());
            total += reserved.map(|local| free_for(*local)).sum::<i64>();
        }
        for exception in &scores.exceptions {
            let class = market.class_of[exception.local as usize] as usize;
            if scores.fails[class] == super::score::NONE && !ledger.has_reservations(exception.local) {
                total -= ledger.total_free(exception.local);
            }
            if exception.fail == super::score::NONE {
                total += free_for(exception.local);
            }
        }
        total
    }
}
