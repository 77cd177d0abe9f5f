//! From what phase 2 judged to the deficits of a run: reasons, units, and what is still free at the end (contract §4.9).

use super::affinity::{Judged, Partly};
use super::candidates::Candidates;
use super::ctx::{Ctx, DemandSet};
use super::ledger::Ledger;
use super::market::{Market, need};
use super::queue::Desk;
use super::score::Scores;
use super::sets::{insert, members, words};
use crate::model::estate::Estate;
use crate::model::words::{DeficitReason, Metric};
use crate::trace::Deficit;

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

/// Counts the deficits of one product, when all phases are over.
pub struct Counter<'a> {
    ctx: &'a Ctx<'a>,
    set: &'a DemandSet<'a>,
    market: &'a Market,
    ledger: &'a Ledger,
    cut_off: &'a [Option<i64>],
    product: usize,
    has_licenses: bool,
    free: FreeSeats,
}

/// Where demands of several products are looked at again.
#[derive(Default)]
pub struct SharedDesk {
    desk: Desk,
    /// Whose demand was here last.
    product: Option<usize>,
}

impl<'a> Counter<'a> {
    /// `ledger` is what is left after all phases.
    pub fn new(
        ctx: &'a Ctx<'a>,
        set: &'a DemandSet<'a>,
        market: &'a Market,
        ledger: &'a Ledger,
        product: usize,
        cut_off: &'a [Option<i64>],
    ) -> Self {
        let has_licenses = !ctx.estate.licenses.of_product(product).is_empty();
        Self { ctx, set, market, ledger, cut_off, product, has_licenses, free: FreeSeats::new(market, ledger) }
    }

    /// The deficit of a demand that was left, or covered in part.
    pub fn deficit(&self, desk: &mut SharedDesk, judged: &Judged, partly: Option<&Partly>) -> Deficit {
        let market = self.market;
        let counted = counted_need(self.ctx.estate, judged.demand as usize);
        let covered = partly.map_or(0, |partly| covered_in_part(counted, partly.given, partly.of));
        let cut_off_score = judged.best.get().and_then(|best| market.local(best.license)).and_then(|local| self.cut_off[local as usize]);
        // Seats never come back: who found none at its turn finds none now.
        let nothing = judged.candidates == 0 || judged.reason == DeficitReason::CapacityExhausted || self.free.all_taken();
        Deficit {
            demand: judged.demand,
            units: counted - covered,
            // A part that phase 3 gave has its own reason (§4.9).
            reason: match partly {
                Some(_) => DeficitReason::PartlyCovered,
                None if !self.has_licenses => DeficitReason::NoLicense,
                None => judged.reason,
            },
            requirement: judged.requirement,
            candidates: judged.candidates,
            free_units: Some(if nothing { 0 } else { self.free_units(desk, judged.demand) }).into(),
            turn: judged.turn,
            best: judged.best,
            cut_off_score: cut_off_score.into(),
        }
    }

    fn free_units(&self, shared: &mut SharedDesk, demand: u32) -> i64 {
        let SharedDesk { desk, product } = shared;
        if *product != Some(self.product) {
            desk.candidates.forget();
            *product = Some(self.product);
        }
        desk.find(self.ctx, self.set, self.market, demand);
        self.free.of(self.ctx, self.set, self.market, self.ledger, &desk.scores, &desk.candidates)
    }
}

/// What is free at the end, so that a demand does not look at every license.
struct FreeSeats {
    /// The licenses that have a seat left, as bits by place.
    alive: Vec<u64>,
    /// By word of these bits: all seats of its licenses, if none has reservations.
    sums: Vec<Option<i64>>,
}

impl FreeSeats {
    fn new(market: &Market, ledger: &Ledger) -> Self {
        let mut free = Self { alive: vec![0; words(market.at.len())], sums: Vec::new() };
        for (place, _) in market.at.iter().enumerate().filter(|(_, local)| ledger.any_free(**local)) {
            insert(&mut free.alive, place as u32);
        }
        for word in market.at.chunks(64) {
            let plain = word.iter().all(|local| !ledger.has_reservations(*local));
            free.sums.push(plain.then(|| word.iter().map(|local| ledger.total_free(*local)).sum()));
        }
        free
    }

    /// Whether nobody has a seat left for anyone.
    fn all_taken(&self) -> bool {
        self.alive.iter().all(|word| *word == 0)
    }

    /// Seats of a demand's candidates that are free for it.
    fn of(&self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, ledger: &Ledger, scores: &Scores, candidates: &Candidates) -> i64 {
        let free_for = |place: u32| ledger.free_for(market.at[place as usize], ctx.estate, set.demands, scores.demand);
        if market.keys.is_some() {
            return candidates.among(&self.alive).map(free_for).sum();
        }
        if let Some(kinds) = &market.touched {
            return self.of_bits(&candidates.touched_bits(kinds), free_for);
        }
        if let Some(listed) = candidates.listed() {
            return listed.iter().map(|standing| free_for(standing.tie)).sum();
        }
        let exceptions = scores.eligible_exceptions().map(|exception| free_for(exception.place)).sum::<i64>();
        self.of_bits(candidates.plain(), free_for) + exceptions
    }

    /// What is free of some licenses, where `free_for` tells it of one by its place.
    fn of_bits(&self, bits: &[u64], free_for: impl Fn(u32) -> i64) -> i64 {
        let mut total = 0;
        for (word, (plain, alive)) in bits.iter().zip(&self.alive).enumerate() {
            let free = plain & alive;
            match self.sums[word].filter(|_| free == *alive) {
                Some(sum) => total += sum,
                None => total += members(&[free]).map(|place| free_for(word as u32 * 64 + place)).sum::<i64>(),
            }
        }
        total
    }
}
