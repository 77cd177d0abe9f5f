//! Phase 3: a demand of an older version may be covered by a license of a newer one (contract §4.7), chain after chain, when
//! every product of the chain had its own turn.

use super::affinity::{ServeResult, serve};
use super::ctx::{Ctx, DemandSet};
use super::ledger::Ledger;
use super::market::Market;
use super::state::State;
use crate::model::estate::Estate;
use crate::model::text::{Code, NULL_CODE};
use crate::model::words::{Downgrade, Phase};
use rustc_hash::FxHashMap;

/// Products that versions link, directly or over others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// Ascending.
    pub products: Vec<u32>,
    /// (older product, newer product) and how many versions lie between.
    pub links: FxHashMap<(u32, u32), u32>,
}

/// One chain with what phase 3 came to in it.
pub struct ChainRun {
    pub chain: Chain,
    pub market: Market,
    /// The demands that were tried.
    pub demands: Vec<u32>,
    /// Their order by `demand_id`, then `product_id`.
    pub name_rank: Vec<u32>,
    pub result: ServeResult,
}

/// The chains of two products or more, by their first product.
pub fn chains(estate: &Estate) -> Vec<Chain> {
    let products = &estate.products;
    let mut group: FxHashMap<Code, Code> = FxHashMap::default();
    for (product, previous) in products.previous.iter().enumerate().filter(|(_, previous)| **previous != NULL_CODE) {
        let (one, other) = (root(&mut group, products.id[product]), root(&mut group, *previous));
        // The smaller id is the root, whatever the order of the rows.
        group.insert(one.max(other), one.min(other));
    }
    let mut chains: Vec<Chain> = Vec::new();
    let mut place: FxHashMap<Code, usize> = FxHashMap::default();
    for product in 0..products.len() {
        if !group.contains_key(&products.id[product]) {
            continue;
        }
        let root = root(&mut group, products.id[product]);
        let chain = *place.entry(root).or_insert_with(|| {
            chains.push(Chain::default());
            chains.len() - 1
        });
        chains[chain].products.push(product as u32);
        let mut older = products.place(products.previous[product]);
        let mut links = 0;
        while let Some(at) = older {
            links += 1;
            chains[chain].links.insert((at as u32, product as u32), links);
            older = products.place(products.previous[at]);
        }
    }
    chains.retain(|chain| !chain.links.is_empty());
    chains
}

fn root(group: &mut FxHashMap<Code, Code>, id: Code) -> Code {
    let mut at = id;
    loop {
        let above = *group.entry(at).or_insert(at);
        if above == at {
            return at;
        }
        at = above;
    }
}

/// Serves the demands that a chain's own phases left open. Grants go to `state`.
pub fn serve_chain(ctx: &Ctx<'_>, set: &DemandSet<'_>, state: &mut State, chain: Chain) -> ChainRun {
    let estate = ctx.estate;
    let open = |demand: &usize| state.is_open(*demand) && !estate.demands.no_user[*demand];
    let demands: Vec<u32> =
        chain.products.iter().flat_map(|product| estate.demands_of(*product as usize)).filter(open).map(|demand| demand as u32).collect();
    let mut licenses: Vec<(u32, u32, u32)> = Vec::new();
    for product in &chain.products {
        for (local, license) in state.licenses(*product as usize).iter().enumerate() {
            if estate.licenses.downgrade[*license as usize] != Downgrade::None {
                licenses.push((*license, *product, local as u32));
            }
        }
    }
    licenses.sort_unstable();
    let market = Market::new(ctx, set, &demands, licenses.iter().map(|(license, _, _)| *license).collect(), chain.links.clone());
    let mut ledger = Ledger::gather(licenses.iter().map(|(_, product, local)| (&state.ledgers[*product as usize], *local)));
    let name_rank = name_ranks(estate, &demands);
    let result = serve(ctx, set, &market, &mut ledger, &demands, Some(&name_rank), Phase::Downgrade);
    for (place, (_, product, local)) in licenses.iter().enumerate() {
        state.ledger(*product as usize).copy_from(*local, &ledger, place as u32);
    }
    ChainRun { chain, market, demands, name_rank, result }
}

/// The place of each demand in the order of `demand_id`, then `product_id`.
fn name_ranks(estate: &Estate, demands: &[u32]) -> Vec<u32> {
    let ids: Vec<String> = demands.iter().map(|demand| estate.demand_id(&estate.demands, *demand as usize)).collect();
    let mut order: Vec<u32> = (0..demands.len() as u32).collect();
    order.sort_by(|a, b| ids[*a as usize].cmp(&ids[*b as usize]).then(demands[*a as usize].cmp(&demands[*b as usize])));
    let mut ranks = vec![0; demands.len()];
    for (rank, place) in order.iter().enumerate() {
        ranks[*place as usize] = rank as u32;
    }
    ranks
}
