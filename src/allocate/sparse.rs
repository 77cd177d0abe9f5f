//! Rules that are looked up instead of tabulated: `demand part = license part`, or `demand node within license node`, where the
//! licenses have many values (one license for each machine, or for each user). A table would be values × values; a lookup is
//! one short list of licenses for each value.

use super::coding::{Codes, Kinds};
use super::ctx::{Ctx, DemandSet};
use super::holders::{Held, Holders, Read};
use super::market::Market;
use super::plan::{Matching, Role};
use super::score::{AllPairs, NONE, REQUIREMENTS};
use super::sets::Set;
use rayon::prelude::*;
use std::sync::Arc;

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
    held: Arc<Held>,
    /// By row: where the numbers of the values that match begin in `numbers`; and where the last end.
    starts: Vec<u32>,
    numbers: Vec<u32>,
}

impl Lookup {
    /// The row of a demand, by its place in the market.
    pub fn row(&self, market: &Market, demand: usize) -> u32 {
        market.kinds[self.operand].codes.get(demand)
    }

    /// The operand whose codes are the rows.
    pub fn operand(&self) -> usize {
        self.operand
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.matching.len()
    }

    /// How many licenses match, over all rows.
    pub fn matches_of_rows(&self) -> usize {
        self.matching.iter().map(Set::size).sum()
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
        self.matches_value(row, self.held(license))
    }

    /// Whether the licenses of a value match.
    pub fn matches_value(&self, row: u32, held: u32) -> bool {
        let (start, end) = (self.starts[row as usize], self.starts[row as usize + 1]);
        start < end && self.numbers[start as usize..end as usize].contains(&held)
    }

    /// What a license fails.
    pub fn fail(&self, row: u32, license: u32) -> u16 {
        self.fail_of_value(row, self.held(license))
    }

    /// What the licenses of a value fail.
    pub fn fail_of_value(&self, row: u32, held: u32) -> u16 {
        if self.fail == NONE || held == 0 || self.matches_value(row, held) { NONE } else { self.fail }
    }

    /// The number of the value that a license has; 0 for none.
    pub fn held(&self, license: u32) -> u32 {
        self.held.numbers.get(license as usize)
    }

    /// The same of all licenses.
    pub fn values(&self) -> &Codes {
        &self.held.numbers
    }

    /// Adds what a row says of every license, by place; the mark goes up by `shift`.
    pub fn add_all(&self, row: u32, shift: u32, all: &mut AllPairs) {
        let Some((_, points)) = self.affinity else {
            let matching = self.matching(row);
            for (place, fail) in all.fails.iter_mut().enumerate() {
                let place = place as u32;
                if *fail > self.fail && !super::sets::has(&self.held.free, place) && !matching.has(place) {
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
        &self.held.free
    }

    /// Leaves of `bits` the licenses that a requirement lets pass.
    pub fn keep(&self, row: u32, bits: &mut [u64], spare: &mut Vec<u64>) {
        spare.clear();
        spare.extend_from_slice(bits);
        bits.iter_mut().zip(&self.held.free).for_each(|(bits, free)| *bits &= free);
        self.matching(row).add_to(bits, spare);
    }
}

/// From how many values on a rule is looked up. In tests some small markets (of those without keys) are to look up too.
fn lookup_from(licenses: &[u32]) -> usize {
    let soon = cfg!(test) && licenses.first().is_some_and(|first| first % 4 == 1);
    if soon { 1 } else { LOOKUP_FROM }
}

/// The rules that are worth looking up among the licenses of a market, of which `places` are the places.
pub fn find_lookups(ctx: &Ctx<'_>, set: &DemandSet<'_>, kinds: &[Kinds], licenses: &[u32], places: &[u32]) -> Vec<Lookup> {
    if licenses.len() <= lookup_from(licenses) || kinds.is_empty() {
        return Vec::new();
    }
    // Several rules read the same of a license.
    let (mut reads, mut read_of): (Vec<Read<'_>>, Vec<(usize, &Matching, usize)>) = Default::default();
    for (term, rule) in ctx.plan.terms.iter().enumerate() {
        let Some(matching) = &rule.matching else { continue };
        let read = Read::new(rule, matching);
        let place = reads.iter().position(|other| *other == read).unwrap_or_else(|| {
            reads.push(read);
            reads.len() - 1
        });
        read_of.push((term, matching, place));
    }
    let holders: Vec<Option<Holders>> =
        reads.par_iter().map(|read| Holders::new(ctx, read, licenses, places, lookup_from(licenses))).collect();
    let lookup = |(term, matching, read): (usize, &Matching, usize)| Some(lookup(ctx, set, kinds, holders[read].as_ref()?, term, matching));
    read_of.into_par_iter().filter_map(lookup).collect()
}

fn lookup(ctx: &Ctx<'_>, set: &DemandSet<'_>, kinds: &[Kinds], holders: &Holders, term: usize, matching: &Matching) -> Lookup {
    let coded = &set.coded[matching.operand];
    let examples = &kinds[matching.operand].examples;
    let (mut starts, mut numbers, mut rows) = (vec![0], Vec::with_capacity(examples.len()), Vec::with_capacity(examples.len()));
    let mut places: Vec<u32> = Vec::new();
    for demand in examples {
        let first = numbers.len();
        holders.matching(ctx, matching, coded.value(*demand as usize), &mut numbers);
        places.clear();
        places.extend(numbers[first..].iter().flat_map(|number| holders.places(*number)));
        rows.push(Set::new(&mut places, holders.held.free.len()));
        starts.push(numbers.len() as u32);
    }
    let (fail, affinity) = match ctx.plan.terms[term].role {
        Role::Requirement(place) | Role::Scope(place, _) => (REQUIREMENTS + place, None),
        Role::Affinity(place, points) => (NONE, Some((place, points))),
    };
    Lookup { term, fail, affinity, operand: matching.operand, matching: rows, held: Arc::clone(&holders.held), starts, numbers }
}
