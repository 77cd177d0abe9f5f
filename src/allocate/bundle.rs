//! Bundles: one seat of a suite for its components on the same asset or of the same user (contract §4.8).

use super::affinity::{ServeResult, serve};
use super::assignments::Assigned;
use super::ctx::{Ctx, DemandSet, Special};
use super::market::Market;
use super::state::State;
use crate::estate::group::Grouping;
use crate::estate::merge::Merger;
use crate::model::demand::Demands;
use crate::model::opt::OptU32;
use crate::model::text::{Code, NULL_CODE};
use crate::model::words::Phase;
use crate::trace::Grant;
use rustc_hash::FxHashMap;

/// One bundle with what it came to, for the trace and the log.
pub struct BundleRun {
    /// The bundle product.
    pub product: u32,
    pub demands: Demands,
    /// The parts of each bundle demand, by product.
    pub parts: Vec<Vec<u32>>,
    pub market: Market,
    pub result: ServeResult,
    /// Which bundle demands are not like others.
    pub special: Special,
}

/// Serves all bundles, one after the other; grants go to `state`.
pub fn serve_all(ctx: &Ctx<'_>, merger: &Merger<'_>, state: &mut State, links: &Assigned) -> Vec<BundleRun> {
    let mut runs = Vec::new();
    for bundle in ctx.estate.bundles.chunk_by(|a, b| a.0 == b.0) {
        let Some(product) = ctx.estate.products.place(bundle[0].0) else { continue };
        let components = components(ctx, product, bundle);
        let targets = open_targets(ctx, state, &components);
        let targets = ride_along(ctx, state, product, targets);
        runs.extend(serve_bundle(ctx, merger, state, product, targets, links));
    }
    runs
}

/// The known components of the bundle's own family.
fn components(ctx: &Ctx<'_>, product: usize, bundle: &[(Code, Code)]) -> Vec<usize> {
    let products = &ctx.estate.products;
    let of_family = |component: &usize| *component != product && products.family(*component) == products.family(product);
    bundle.iter().filter_map(|(_, component)| products.place(*component)).filter(of_family).collect()
}

/// The demands left on each target, components by product; targets ascending. Demands of their own take no part.
fn open_targets(ctx: &Ctx<'_>, state: &State, components: &[usize]) -> Vec<(Code, Vec<u32>)> {
    let demands = &ctx.estate.demands;
    let mut open: Vec<(Code, u32)> = Vec::new();
    for component in components {
        let left = ctx.estate.demands_of(*component).filter(|demand| state.is_open(*demand) && demands.subject[*demand] != NULL_CODE);
        open.extend(left.map(|demand| (demands.subject[demand], demand as u32)));
    }
    open.sort_unstable();
    open.chunk_by(|a, b| a.0 == b.0).map(|of| (of[0].0, of.iter().map(|(_, demand)| *demand).collect())).collect()
}

/// Where the bundle product's own demand was covered in phase 1, its components are covered by the same licenses.
fn ride_along(ctx: &Ctx<'_>, state: &mut State, product: usize, targets: Vec<(Code, Vec<u32>)>) -> Vec<(Code, Vec<u32>)> {
    let mut others = Vec::with_capacity(targets.len());
    for (target, parts) in targets {
        let own = ctx.estate.demand_of(product, target).filter(|own| state.phase_of(*own as usize) == Some(Phase::Direct));
        let Some(own) = own else {
            others.push((target, parts));
            continue;
        };
        let licenses: Vec<u32> = state.direct_grants_of(own).map(|grant| grant.license).collect();
        for part in parts {
            for license in &licenses {
                state.grant(Grant {
                    demand: part,
                    license: *license,
                    phase: Phase::Bundle,
                    units: 0,
                    covered: 0,
                    turn: OptU32::NONE,
                    choice: None,
                    reservation: OptU32::NONE,
                    assignment: OptU32::NONE,
                });
            }
            state.close(part as usize, Phase::Bundle);
        }
    }
    others
}

/// Merges the parts of each target into one bundle demand and serves those.
fn serve_bundle(
    ctx: &Ctx<'_>,
    merger: &Merger<'_>,
    state: &mut State,
    product: usize,
    targets: Vec<(Code, Vec<u32>)>,
    links: &Assigned,
) -> Option<BundleRun> {
    let mut grouping = Grouping::default();
    let mut parts_of: Vec<Vec<u32>> = Vec::new();
    let mut quantities = Vec::new();
    let mut assigned: Vec<(u32, u32)> = Vec::new();
    for (target, mut parts) in targets {
        let own = ctx.estate.demand_of(product, target);
        let own_left = own.filter(|own| state.is_open(*own as usize));
        if parts.len() < 2 && own_left.is_none() {
            continue;
        }
        parts.extend(own_left);
        // Demands stand by product, so that this is the order of `product_id`.
        parts.sort_unstable();
        let place = parts_of.len() as u32;
        assigned.extend(own.iter().flat_map(|own| links.of(*own)).map(|license| (place, *license)));
        let mut members: Vec<u32> = parts.iter().flat_map(|part| ctx.estate.demands.members(*part as usize)).copied().collect();
        members.sort_unstable();
        grouping.push(product as u32, target, &members);
        quantities.push(parts.iter().map(|part| ctx.estate.demands.quantity.get(*part as usize)).max().unwrap_or(1));
        parts_of.push(parts);
    }
    if parts_of.is_empty() {
        return None;
    }
    let demands = merger.merge(grouping, Some(quantities));
    let assigned: Assigned = assigned.into_iter().collect();
    let set = DemandSet::new(ctx, &demands, assigned);
    let all: Vec<u32> = (0..demands.len() as u32).collect();
    let market = Market::new(ctx, &set, &all, state.licenses(product).to_vec(), FxHashMap::default());
    let result = serve(ctx, &set, &market, state.ledger(product), &all, None, Phase::Bundle);
    hand_to_parts(state, &parts_of, &result);
    let special = set.special().clone();
    drop(set);
    Some(BundleRun { product: product as u32, demands, parts: parts_of, market, result, special })
}

/// Every part has a row for each license; the first by `product_id` has the units.
fn hand_to_parts(state: &mut State, parts_of: &[Vec<u32>], result: &ServeResult) {
    let matches = state.absorb(&result.matches);
    for grant in result.grants.iter() {
        for (place, part) in parts_of[grant.demand as usize].iter().enumerate() {
            state.grant(Grant { demand: *part, units: if place == 0 { grant.units } else { 0 }, ..grant.renamed(&matches) });
            state.close(*part as usize, Phase::Bundle);
        }
    }
}
