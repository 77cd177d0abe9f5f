//! The calculation: who is covered by which license, product by product, phase by phase (contract §4).
//!
//! Reading order: `plan` takes the rules apart; `coding`, `market`, `tie_order`, `sparse` (with `holders`), `tables` and `packed` set up one
//! product; `score` judges one demand, `look_ahead` sees to it that what it reads is near; `keys` (in small markets), `touched` (in large
//! ones, from what lookups have `added` and where `wide` rows cross) and `candidates` put its licenses in order, unless the demand before
//! was `alike`, `failures` counts what the others fail; `queue` says whose turn it is; `ledger` and `cover` draw seats from licenses that
//! are `alive`; `direct`, `bundle`, `affinity` and `downgrade` are the phases; `deficit` and `position` say what it came to; `replay` shows
//! every pair again, page by page (`pages`).
//!
//! No I/O, no clock, and no way to fail: bad data was refused before, and a shortage is an outcome.

pub mod added;
pub mod affinity;
pub mod alike;
pub mod alive;
pub mod assignments;
pub mod bundle;
pub mod candidates;
pub mod choice;
pub mod coding;
pub mod cover;
pub mod ctx;
pub mod deficit;
pub mod direct;
pub mod downgrade;
pub mod explain_pair;
pub mod failures;
pub mod holders;
pub mod keys;
pub mod ledger;
pub mod look_ahead;
pub mod market;
pub mod packed;
pub mod pages;
pub mod plan;
pub mod position;
pub mod queue;
pub mod replay;
pub mod rows;
pub mod score;
pub mod sets;
pub mod sparse;
pub mod state;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod tie_order;
pub mod totals;
pub mod touched;
pub mod wide;

use crate::estate::Built;
use crate::estate::merge::Merger;
use crate::model::estate::{Estate, Reservation};
use crate::model::integers::Integers;
use crate::model::value::NULL_INT;
use crate::model::words::{Conflict, Metric, Outcome, Phase};
use crate::trace::grants::Grants;
use crate::trace::matched::MatchPool;
use crate::trace::{BundleTrace, ConflictNote, Deficit, Grant, ReservationUse, Served, Subject, Trace};
use affinity::{Judged, Partly, ServeResult};
use assignments::{Assigned, Link};
use bundle::BundleRun;
use ctx::{Ctx, DemandSet, Preferences, Special};
use deficit::Counter;
use downgrade::ChainRun;
use ledger::Reserved;
use market::{Market, need};
use plan::ScorePlan;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use sets::{count, insert, members, words};
use state::State;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// What a calculation leaves: the trace, and the markets to show every pair again.
pub struct Calculation {
    pub trace: Trace,
    pub markets: Markets,
}

/// The markets of a calculation, for [`replay`].
pub struct Markets {
    pub plan: ScorePlan,
    pub links: Vec<Link>,
    /// Which demands of the estate are not like others.
    pub special: Special,
    /// By product.
    pub own: Vec<Market>,
    /// As `Trace::bundles`.
    pub bundles: Vec<BundleMarket>,
    pub chains: Vec<ChainRun>,
}

/// Where the bundle demands of one bundle met its licenses.
pub struct BundleMarket {
    pub market: Market,
    /// Which bundle demands are not like others.
    pub special: Special,
}

/// One product between phase 1 and the end.
struct ProductRun {
    market: Market,
    served_direct: Vec<u32>,
    affinity: ServeResult,
}

/// Runs the whole calculation.
pub fn allocate(built: &Built) -> Calculation {
    let Ok(calculation) = allocate_while::<Infallible>(built, &|| Ok(()));
    calculation
}

/// Whether the calculation is to go on, asked before each product of a phase. It never fails by itself.
pub type GoOn<'a, E> = dyn Fn() -> Result<(), E> + Sync + 'a;

/// Runs the whole calculation, unless whoever waits for it wants it no more.
pub fn allocate_while<E: Send>(built: &Built, go_on: &GoOn<'_, E>) -> Result<Calculation, E> {
    let estate = &built.estate;
    let plan = ScorePlan::new(&built.program, &built.schema);
    let preferences = Preferences::new(&estate.preferences);
    let ctx = Ctx { estate, plan: &plan, env: built.env(), preferences: &preferences };
    let reserved = Reserved::new(estate);
    let judge = || {
        let (links, conflicts) = assignments::judge(estate);
        let special = Special::new(&preferences, &estate.demands, Assigned::by(&links));
        (special, (links, conflicts, State::new(estate, &reserved)))
    };
    let (set, (links, mut conflicts, mut state)) = DemandSet::judged(&ctx, &estate.demands, judge);

    let mut runs = direct_phase(&ctx, &set, &mut state, &links, &mut conflicts, go_on)?;
    let merger = Merger::new(built);
    let bundles = bundle::serve_all(&ctx, &merger, &mut state, set.special().assigned());
    affinity_phase(&ctx, &set, &mut state, &mut runs, go_on)?;
    let mut chains = if estate.policy.downgrades { downgrade_phase(&ctx, &set, &mut state, go_on)? } else { Vec::new() };

    let partial = partial_covers(&runs, &chains);
    let (bundle_traces, bundle_markets) = bundle_traces(bundles, &mut state);
    let taken = state.take_all();
    let counted = || Integers::of(estate.demands.len(), |demand| deficit::counted_need(estate, demand));
    let (mut grants, (counted, deficits)) =
        rayon::join(|| taken.in_order(), || (counted(), collect_deficits(&ctx, &set, &state, &runs, &partial)));
    let special = set.special().clone();
    drop(set);
    grants.note_covered(|demand| covered(&state, &counted, &deficits, demand));
    conflicts.extend(reservation_conflicts(estate, &reserved));
    let (served, own) = served(runs, &mut chains);
    let outcome = |demand: usize| state.phase_of(demand).map_or(Outcome::Deficit, Phase::outcome);
    let (uses, (positions, (outcomes, needs))) = rayon::join(
        || position::uses(estate, &grants, &reserved),
        || {
            rayon::join(
                || position::positions(estate, &state, &counted, &grants, &deficits),
                || ((0..estate.demands.len()).into_par_iter().map(outcome).collect(), needs(estate)),
            )
        },
    );
    let trace = Trace {
        outcomes,
        needs,
        uses,
        positions,
        reservations: reservation_uses(estate, &state, &reserved),
        requirements: plan.requirement_names.clone(),
        pairs: own.iter().enumerate().map(|(product, market)| (estate.demands_of(product).len() * market.licenses.len()) as u64).sum(),
        bundles: bundle_traces,
        grants,
        deficits,
        served,
        conflicts,
        matches: state.matches,
    };
    Ok(Calculation { trace, markets: Markets { plan, links, special, own, bundles: bundle_markets, chains } })
}

/// Sets up every product's market and serves its assignments.
fn direct_phase<E: Send>(
    ctx: &Ctx<'_>,
    set: &DemandSet<'_>,
    state: &mut State,
    links: &[Link],
    conflicts: &mut Vec<ConflictNote>,
    go_on: &GoOn<'_, E>,
) -> Result<Vec<ProductRun>, E> {
    let estate = ctx.estate;
    let licenses: Vec<Vec<u32>> = (0..estate.products.len()).map(|product| state.licenses(product).to_vec()).collect();
    let serve = |(product, (ledger, licenses)): (usize, (&mut ledger::Ledger, Vec<u32>))| {
        go_on()?;
        let range = estate.demands_of(product);
        let demands: Vec<u32> = (range.start as u32..range.end as u32).collect();
        let market = Market::new(ctx, set, &demands, licenses, FxHashMap::default());
        let first = links.partition_point(|link| (link.demand as usize) < range.start);
        let last = links.partition_point(|link| (link.demand as usize) < range.end);
        let result = direct::serve(ctx, set, &market, ledger, &links[first..last]);
        Ok((market, result))
    };
    let results: Vec<_> = state.ledgers.par_iter_mut().zip(licenses).enumerate().map(serve).collect::<Result<_, E>>()?;
    let mut runs = Vec::with_capacity(results.len());
    for (market, result) in results {
        for grant in result.grants {
            state.close(grant.demand as usize, Phase::Direct);
            state.grant(grant);
        }
        conflicts.extend(result.conflicts);
        runs.push(ProductRun { market, served_direct: result.served, affinity: ServeResult::default() });
    }
    state.seal_direct();
    Ok(runs)
}

/// Phase 2 of every product.
fn affinity_phase<E: Send>(
    ctx: &Ctx<'_>,
    set: &DemandSet<'_>,
    state: &mut State,
    runs: &mut [ProductRun],
    go_on: &GoOn<'_, E>,
) -> Result<(), E> {
    // A bit for each: as numbers they would fill memory that is not touched yet.
    let open_of = |product| {
        let demands = ctx.estate.demands_of(product);
        let mut open = vec![0; words(demands.len())];
        demands.clone().filter(|demand| state.is_open(*demand)).for_each(|demand| insert(&mut open, (demand - demands.start) as u32));
        open
    };
    let open: Vec<Vec<u64>> = (0..runs.len()).into_par_iter().with_max_len(1).map(open_of).collect();
    state.make_room(open.iter().map(|open| count(open) as usize).sum());
    let mut ledgers = std::mem::take(&mut state.ledgers);
    // Products are handed out in their order, and what one granted is put with the rest as soon as those before it are, so that its room
    // is used again.
    let settling = Mutex::new(Settling { state, next: 0, waiting: BTreeMap::new() });
    let serve = |(product, ((ledger, run), open)): (usize, ((&mut ledger::Ledger, &mut ProductRun), &Vec<u64>))| {
        go_on()?;
        let range = ctx.estate.demands_of(product);
        let demands: Vec<u32> = members(open).map(|place| range.start as u32 + place).collect();
        run.affinity = affinity::serve(ctx, set, &run.market, ledger, &demands, None, Phase::Affinity);
        let granted = Granted::of(&mut run.affinity, range);
        settling.lock().unwrap_or_else(PoisonError::into_inner).take(product, granted);
        Ok(())
    };
    let result = ledgers.iter_mut().zip(runs.iter_mut()).zip(&open).enumerate().par_bridge().try_for_each(serve);
    state.ledgers = ledgers;
    result
}

/// What phase 2 granted of one product.
struct Granted {
    /// By demand, then license.
    grants: Grants,
    matches: MatchPool,
    /// Who was covered in part.
    partly: Vec<u32>,
}

impl Granted {
    /// Takes what was granted out of what came of the phase, for some demands that stand together.
    fn of(result: &mut ServeResult, demands: Range<usize>) -> Self {
        let grants = std::mem::take(&mut result.grants);
        // The grants of a demand stand together.
        let mut first = vec![u32::MAX; demands.len()];
        (0..grants.len()).rev().for_each(|place| first[grants.demand(place) as usize - demands.start] = place as u32);
        let mut order = Vec::with_capacity(grants.len());
        for first in first.into_iter().filter(|first| *first != u32::MAX) {
            let start = order.len();
            let demand = grants.demand(first as usize);
            order.extend((first..grants.len() as u32).take_while(|place| grants.demand(*place as usize) == demand));
            order[start..].sort_unstable_by_key(|place| grants.license(*place as usize));
        }
        let grants = grants.reordered(&order);
        let partly = result.partly.iter().map(|partly| partly.demand).collect();
        Self { grants, matches: std::mem::take(&mut result.matches), partly }
    }
}

/// Takes over what products were granted, in their order.
struct Settling<'a> {
    state: &'a mut State,
    next: usize,
    waiting: BTreeMap<usize, Granted>,
}

impl Settling<'_> {
    fn take(&mut self, product: usize, granted: Granted) {
        self.waiting.insert(product, granted);
        while let Some(granted) = self.waiting.remove(&self.next) {
            close(self.state, granted.grants.demands(), granted.partly, Phase::Affinity);
            self.state.take_affinity(&granted.grants, &granted.matches);
            self.next += 1;
        }
    }
}

/// Phase 3, chain by chain.
fn downgrade_phase<E>(ctx: &Ctx<'_>, set: &DemandSet<'_>, state: &mut State, go_on: &GoOn<'_, E>) -> Result<Vec<ChainRun>, E> {
    let mut runs = Vec::new();
    for chain in downgrade::chains(ctx.estate) {
        go_on()?;
        let mut run = downgrade::serve_chain(ctx, set, state, chain);
        let (grants, matches) = (std::mem::take(&mut run.result.grants), std::mem::take(&mut run.result.matches));
        close(state, grants.demands(), run.result.partly.iter().map(|partly| partly.demand), Phase::Downgrade);
        state.take_grants(&grants, &matches);
        runs.push(run);
    }
    Ok(runs)
}

/// Closes the demands that a phase of one market covered, some of them in part.
fn close(state: &mut State, covered: impl Iterator<Item = u32>, partly: impl IntoIterator<Item = u32>, phase: Phase) {
    covered.for_each(|demand| state.close(demand as usize, phase));
    partly.into_iter().for_each(|demand| state.close_in_part(demand as usize));
}

/// The covers in part, by demand.
fn partial_covers<'a>(runs: &'a [ProductRun], chains: &'a [ChainRun]) -> FxHashMap<u32, &'a Partly> {
    let affinity = runs.iter().flat_map(|run| &run.affinity.partly);
    let downgrade = chains.iter().flat_map(|run| &run.result.partly);
    affinity.chain(downgrade).map(|partly| (partly.demand, partly)).collect()
}

/// The deficits of all products, by demand: what phase 2 left and phase 3 did not cover in full.
fn collect_deficits(
    ctx: &Ctx<'_>,
    set: &DemandSet<'_>,
    state: &State,
    runs: &[ProductRun],
    partial: &FxHashMap<u32, &Partly>,
) -> Vec<Deficit> {
    let products = runs.iter().zip(&state.ledgers).enumerate();
    let counters: Vec<Counter<'_>> =
        products.map(|(product, (run, ledger))| Counter::new(ctx, set, &run.market, ledger, product, &run.affinity.cut_off)).collect();
    let mut all: Vec<&Judged> = Vec::with_capacity(runs.iter().map(|run| run.affinity.left.len()).sum());
    let left = runs.iter().flat_map(|run| &run.affinity.left);
    all.extend(left.filter(|judged| state.phase_of(judged.demand as usize).is_none()));
    let deficit = |desk: &mut deficit::SharedDesk, judged: &&Judged| {
        let counter = &counters[ctx.estate.demands.product[judged.demand as usize] as usize];
        counter.deficit(desk, judged, partial.get(&judged.demand).copied())
    };
    all.par_iter().with_min_len(256).map_init(deficit::SharedDesk::default, deficit).collect()
}

/// What of a demand's need is covered, where it has grants (§6, allocations.covered).
fn covered(state: &State, counted: &Integers, deficits: &[Deficit], demand: u32) -> i64 {
    let missing = || {
        let deficit = deficits.binary_search_by_key(&demand, |deficit| deficit.demand);
        deficit.map_or(0, |place| deficits[place].units)
    };
    counted.get(demand as usize) - if state.is_partly_covered(demand as usize) { missing() } else { 0 }
}

/// The need of each demand in its product's metric (§10).
fn needs(estate: &Estate) -> Integers {
    let of = |demand: usize| {
        let metric = estate.products.metric[estate.demands.product[demand] as usize];
        need(estate, &estate.demands, demand, metric).unwrap_or(NULL_INT)
    };
    Integers::of(estate.demands.len(), of)
}

/// Who was served, and the markets: nobody asks for more of what products came to.
fn served(runs: Vec<ProductRun>, chains: &mut [ChainRun]) -> (Served, Vec<Market>) {
    let downgrade = chains.iter_mut().map(|run| std::mem::take(&mut run.result.served)).collect();
    let mut served = Served { downgrade, ..Served::default() };
    let mut left = Vec::with_capacity(runs.len());
    let market = |run: ProductRun| {
        served.direct.push(run.served_direct);
        served.affinity.push(run.affinity.served);
        left.push(run.affinity.left);
        run.market
    };
    let markets = runs.into_iter().map(market).collect();
    // To free much lasts a while, and nobody waits for it.
    rayon::spawn(move || drop(left));
    (served, markets)
}

/// `over_reserved` a reservation, `overlapping_reservations` a license (§4.6).
fn reservation_conflicts(estate: &Estate, reserved: &Reserved) -> Vec<ConflictNote> {
    let note = |conflict: Conflict, subject: Subject, license: u32, units: i64| ConflictNote {
        conflict,
        subject,
        license_id: estate.licenses.id[license as usize],
        license: Some(license),
        product: Some(estate.licenses.product[license as usize]),
        units: Some(units),
        requirement: None,
    };
    let mut notes = Vec::new();
    for (place, reservation) in estate.reservations.iter().enumerate() {
        if reserved.effective[place] && reserved.cut[place] > 0 {
            notes.push(note(Conflict::OverReserved, Subject::Reservation(place as u32), reservation.license, reserved.cut[place]));
        }
    }
    for (license, reservations) in reservations_by_license(estate) {
        let product = estate.licenses.product[license as usize] as usize;
        let several = |demand: &usize| {
            let under = |reservation: &&&Reservation| ledger::falls_under(estate, &estate.demands, *demand, reservation);
            reservations.iter().filter(under).take(2).count() > 1
        };
        let demands = estate.demands_of(product).into_par_iter().filter(several).count();
        if demands > 0 {
            notes.push(note(Conflict::OverlappingReservations, Subject::License, license, demands as i64));
        }
    }
    notes
}

/// The licenses with several reservations, in their order. On a site license reservations are ignored (§4.6).
fn reservations_by_license(estate: &Estate) -> Vec<(u32, Vec<&Reservation>)> {
    let mut by_license: BTreeMap<u32, Vec<&Reservation>> = BTreeMap::new();
    for reservation in &estate.reservations {
        if estate.licenses.metric.get(reservation.license as usize).is_some_and(|metric| *metric != Some(Metric::Site)) {
            by_license.entry(reservation.license).or_default().push(reservation);
        }
    }
    by_license.into_iter().filter(|(_, reservations)| reservations.len() > 1).collect()
}

fn reservation_uses(estate: &Estate, state: &State, reserved: &Reserved) -> Vec<Option<ReservationUse>> {
    let mut uses: Vec<Option<ReservationUse>> = vec![None; estate.reservations.len()];
    for product in 0..estate.products.len() {
        for (local, _) in state.licenses(product).iter().enumerate() {
            for (place, free) in state.ledgers[product].reservations(local as u32) {
                let place = *place as usize;
                uses[place] = Some(ReservationUse { used: reserved.seats[place] - free, remaining: *free, cut: reserved.cut[place] });
            }
        }
    }
    // On a license that is not usable nothing is used.
    for (place, slot) in uses.iter_mut().enumerate() {
        if slot.is_none() && reserved.effective[place] {
            *slot = Some(ReservationUse { used: 0, remaining: reserved.seats[place], cut: reserved.cut[place] });
        }
    }
    uses
}

/// Splits what the bundles came to: demands, parts and grants for the trace, the markets for [`replay`].
fn bundle_traces(runs: Vec<BundleRun>, state: &mut State) -> (Vec<BundleTrace>, Vec<BundleMarket>) {
    let split = |run: BundleRun| {
        let mut turns = vec![0; run.demands.len()];
        for (place, demand) in run.result.served.iter().enumerate() {
            turns[*demand as usize] = place as u32 + 1;
        }
        let matches = state.absorb(&run.result.matches);
        let mut grants: Vec<Grant> = run.result.grants.iter().map(|grant| grant.renamed(&matches)).collect();
        grants.sort_by_key(|grant| (grant.demand, grant.license));
        let trace = BundleTrace { product: run.product, demands: run.demands, parts: run.parts, turns, grants };
        (trace, BundleMarket { market: run.market, special: run.special })
    };
    runs.into_iter().map(split).unzip()
}
