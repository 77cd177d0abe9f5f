//! Rules that are looked up instead of tabulated: `demand part = license part`, or `demand node within license node`, where the
//! licenses have many values (one license for each machine, or for each user). A table would be values × values; a lookup is
//! one short list of licenses for each value.

use super::coding::{Codes, Kinds, ordinal};
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
    /// By the license's place: the number of its value, from 1; 0 for none.
    held: Codes,
    /// By row: where the numbers of the values that match begin in `numbers`; and where the last end.
    starts: Vec<u32>,
    numbers: Vec<u32>,
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

    /// Whether a license matches. It is asked of single licenses of large markets: by values, since to find a place in a long list
    /// costs a few looks into far memory.
    pub fn matches(&self, row: u32, license: u32) -> bool {
        let (start, end) = (self.starts[row as usize], self.starts[row as usize + 1]);
        start < end && self.numbers[start as usize..end as usize].contains(&self.held.get(license as usize))
    }

    /// What a license fails.
    pub fn fail(&self, row: u32, license: u32) -> u16 {
        if self.fail == NONE || self.held.get(license as usize) == 0 || self.matches(row, license) { NONE } else { self.fail }
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

/// From how many values on a rule is looked up. In tests some small markets (of those without keys) are to look up too.
fn lookup_from(licenses: &[u32]) -> usize {
    let soon = cfg!(test) && licenses.first().is_some_and(|first| first % 4 == 1);
    if soon { 1 } else { LOOKUP_FROM }
}

/// The rules that are worth looking up among the licenses of a market, whose places are the order of `at`.
pub fn find_lookups(ctx: &Ctx<'_>, set: &DemandSet<'_>, kinds: &[Kinds], licenses: &[u32], at: &[u32]) -> Vec<Lookup> {
    if licenses.len() <= lookup_from(licenses) || kinds.is_empty() {
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
    let mut holders = Holders::default();
    let mut held = Vec::with_capacity(at.len());
    let mut free = vec![0; words(licenses.len())];
    for (place, local) in at.iter().enumerate() {
        let value = value(local);
        held.push(value.map_or(0, |value| holders.add(value, place as u32)));
        if value.is_none() {
            insert(&mut free, place as u32);
        }
    }
    if holders.places.len() <= lookup_from(licenses) {
        return None;
    }
    let coded = &set.coded[matching.operand];
    let (mut starts, mut numbers, mut rows) = (vec![0], Vec::new(), Vec::new());
    for demand in &kinds[matching.operand].examples {
        let first = numbers.len();
        holders.matching(ctx, matching, coded.value(*demand as usize), &mut numbers);
        let places = numbers[first..].iter().flat_map(|number| &holders.places[*number as usize - 1]).copied().collect();
        rows.push(Set::new(places, free.len()));
        starts.push(numbers.len() as u32);
    }
    let held = Codes::narrow(held, holders.places.len() + 1);
    let (fail, affinity) = match rule.role {
        Role::Requirement(place) | Role::Scope(place, _) => (REQUIREMENTS + place, None),
        Role::Affinity(place, points) => (NONE, Some((place, points))),
    };
    Some(Lookup { term, fail, affinity, operand: matching.operand, matching: rows, free, held, starts, numbers })
}

/// Who holds each value.
#[derive(Default)]
struct Holders {
    /// By value: its number, from 1.
    numbers: FxHashMap<i128, u32>,
    /// By number, less 1: the places of its licenses, ascending.
    places: Vec<Vec<u32>>,
}

impl Holders {
    /// Adds the holder of a value; gives the value's number.
    fn add(&mut self, value: i128, place: u32) -> u32 {
        let next = self.places.len() as u32 + 1;
        let number = *self.numbers.entry(value).or_insert(next);
        if number == next {
            self.places.push(Vec::new());
        }
        self.places[number as usize - 1].push(place);
        number
    }

    /// Adds the numbers of the values that a demand's matches.
    fn matching(&self, ctx: &Ctx<'_>, matching: &Matching, value: Value, into: &mut Vec<u32>) {
        let Some(dimension) = matching.within else {
            into.extend(ordinal(value).and_then(|value| self.numbers.get(&value)));
            return;
        };
        let Value::Text(mut node) = value else { return };
        let tree = ctx.estate.trees.of(dimension);
        while node != NULL_CODE {
            into.extend(self.numbers.get(&i128::from(node)));
            node = tree.parent(node);
        }
    }
}
