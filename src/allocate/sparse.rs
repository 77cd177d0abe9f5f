//! Rules that are looked up instead of tabulated: `demand part = license part`, or `demand node within license node`, where the
//! licenses have many values (one license for each machine, or for each user). A table would be values × values; a lookup is
//! one short list of licenses for each value.

use super::coding::{Kinds, ordinal};
use super::ctx::{Ctx, DemandSet};
use super::market::Market;
use super::plan::{Matching, Role};
use super::rows::LicenseRow;
use super::score::{AllPairs, NONE, REQUIREMENTS};
use super::sets::{Set, insert, words};
use crate::model::text::NULL_CODE;
use crate::model::value::Value;
use crate::rules::eval::evaluate;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// With more values than this among the licenses of a market, a rule is looked up.
const LOOKUP_FROM: usize = 64;

/// One rule, by the licenses' values.
pub struct Lookup {
    /// The place of the rule in the plan.
    pub term: usize,
    /// For a requirement, its failure code; [`NONE`] for an affinity.
    pub fail: u16,
    /// For an affinity, its place and points.
    pub affinity: Option<(u16, i64)>,
    /// The operand whose codes are the rows.
    operand: usize,
    /// By row: the licenses that match.
    matching: Vec<Set>,
    /// Those that a requirement does not bind, since they have no value; as bits.
    free: Vec<u64>,
}

impl Lookup {
    /// The row of a demand, by its place in the market.
    pub fn row(&self, market: &Market, demand: usize) -> u32 {
        market.kinds[self.operand].codes.get(demand)
    }

    /// The licenses that match a demand.
    pub fn matching(&self, row: u32) -> &Set {
        &self.matching[row as usize]
    }

    /// How many licenses match a demand on average, in hundredths.
    pub fn width(&self, market: &Market) -> usize {
        let sizes: Vec<usize> = self.matching.iter().map(Set::size).collect();
        let demands = market.demands();
        let all: usize = (0..demands).map(|demand| sizes[self.row(market, demand) as usize]).sum();
        all * 100 / demands.max(1)
    }

    /// Whether an affinity matches.
    pub fn matches(&self, row: u32, license: u32) -> bool {
        self.matching[row as usize].has(license)
    }

    /// What a license fails.
    pub fn fail(&self, row: u32, license: u32) -> u16 {
        if self.fail == NONE || super::sets::has(&self.free, license) || self.matches(row, license) { NONE } else { self.fail }
    }

    /// Adds what a row says of every license, by place; the mark goes up by `shift`.
    pub fn add_all(&self, row: u32, shift: u32, all: &mut AllPairs) {
        let Some((_, points)) = self.affinity else {
            let matching = self.matching(row);
            for (place, fail) in all.fails.iter_mut().enumerate() {
                let place = place as u32;
                if *fail > self.fail && !super::sets::has(&self.free, place) && !matching.has(place) {
                    *fail = self.fail;
                }
            }
            return;
        };
        self.matching(row).for_each(|place| {
            all.scores[place as usize] += points;
            all.marks[place as usize] |= 1u64.wrapping_shl(shift);
        });
    }

    /// The licenses that a requirement does not bind, as bits.
    pub fn free(&self) -> &[u64] {
        &self.free
    }

    /// Leaves of `bits` the licenses that a requirement lets pass.
    pub fn keep(&self, row: u32, bits: &mut [u64], spare: &mut Vec<u64>) {
        spare.clear();
        spare.extend_from_slice(bits);
        bits.iter_mut().zip(&self.free).for_each(|(bits, free)| *bits &= free);
        self.matching(row).add_to(bits, spare);
    }
}

/// The rules that are worth looking up among the licenses of a market, whose places are the order of `at`.
pub fn find_lookups(ctx: &Ctx<'_>, set: &DemandSet<'_>, kinds: &[Kinds], licenses: &[u32], at: &[u32]) -> Vec<Lookup> {
    if licenses.len() <= LOOKUP_FROM || kinds.is_empty() {
        return Vec::new();
    }
    (0..ctx.plan.terms.len()).into_par_iter().filter_map(|term| lookup(ctx, set, kinds, licenses, at, term)).collect()
}

fn lookup(ctx: &Ctx<'_>, set: &DemandSet<'_>, kinds: &[Kinds], licenses: &[u32], at: &[u32], term: usize) -> Option<Lookup> {
    let rule = &ctx.plan.terms[term];
    let matching = rule.matching.as_ref()?;
    let value = |local: &u32| {
        let license = licenses[*local as usize] as usize;
        if rule.scope().is_some_and(|dimension| !ctx.estate.licenses.scope[license].has(dimension)) {
            return None;
        }
        ordinal(evaluate(&matching.license, &LicenseRow { licenses: &ctx.estate.licenses, license }, &ctx.env, rule.mode()))
    };
    let mut holders: FxHashMap<i128, Vec<u32>> = FxHashMap::default();
    let mut free = vec![0; words(licenses.len())];
    for (place, local) in at.iter().enumerate() {
        match value(local) {
            Some(value) => holders.entry(value).or_default().push(place as u32),
            None => insert(&mut free, place as u32),
        }
    }
    if holders.len() <= LOOKUP_FROM {
        return None;
    }
    let coded = &set.coded[matching.operand];
    let row = |demand: &u32| Set::new(matching_places(ctx, matching, coded.value(*demand as usize), &holders), free.len());
    let rows = kinds[matching.operand].examples.iter().map(row).collect();
    let (fail, affinity) = match rule.role {
        Role::Requirement(place) | Role::Scope(place, _) => (REQUIREMENTS + place, None),
        Role::Affinity(place, points) => (NONE, Some((place, points))),
    };
    Some(Lookup { term, fail, affinity, operand: matching.operand, matching: rows, free })
}

/// The licenses whose value a demand's matches.
fn matching_places(ctx: &Ctx<'_>, matching: &Matching, value: Value, holders: &FxHashMap<i128, Vec<u32>>) -> Vec<u32> {
    let of = |value: i128| holders.get(&value).into_iter().flatten().copied();
    let Some(dimension) = matching.within else {
        return ordinal(value).into_iter().flat_map(of).collect();
    };
    let Value::Text(mut node) = value else { return Vec::new() };
    let tree = ctx.estate.trees.of(dimension);
    let mut places = Vec::new();
    while node != NULL_CODE {
        places.extend(of(i128::from(node)));
        node = tree.parent(node);
    }
    places
}
