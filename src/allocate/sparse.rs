//! Rules that are looked up instead of tabulated: `demand part = license part` where nearly every license has a value of its
//! own (one license for each machine, or for each user). A table would be licenses × licenses; a lookup is one list a value.

use super::coding::ordinal;
use super::ctx::Ctx;
use super::plan::Role;
use super::rows::LicenseRow;
use super::score::{NONE, REQUIREMENTS};
use crate::rules::eval::evaluate;
use rustc_hash::FxHashMap;

/// With more values than this among the licenses of a market, an equality is looked up.
const LOOKUP_FROM: usize = 64;

/// One equality, by the licenses' values.
pub struct Lookup {
    /// The place of the rule in the plan.
    pub term: usize,
    /// The place of the demand's part among the plan's operands.
    pub operand: usize,
    /// For a requirement, its failure code; [`NONE`] for an affinity.
    pub fail: u16,
    /// For an affinity, its place and points.
    pub affinity: Option<(u16, i64)>,
    /// The licenses (places in the market) that have a value, by value.
    holders: FxHashMap<i128, Vec<u32>>,
    /// The value of each license; none for null.
    values: Vec<Option<i128>>,
}

impl Lookup {
    /// Whether it is a requirement that this license has a value for.
    pub fn binds(&self, local: usize) -> bool {
        self.fail != NONE && self.values[local].is_some()
    }

    /// The licenses whose value is this one.
    pub fn holders(&self, value: Option<i128>) -> &[u32] {
        value.and_then(|value| self.holders.get(&value)).map_or(&[], Vec::as_slice)
    }

    /// Whether the rule holds for a license and a demand's value. In an affinity a null never matches; in a requirement a
    /// license without a value is not scoped (§5.2).
    pub fn holds(&self, local: u32, value: Option<i128>) -> bool {
        match self.values[local as usize] {
            None => self.affinity.is_none(),
            held => held == value,
        }
    }
}

/// The equalities that are worth looking up among these licenses.
pub fn find_lookups(ctx: &Ctx<'_>, licenses: &[u32]) -> Vec<Lookup> {
    if licenses.len() <= LOOKUP_FROM {
        return Vec::new();
    }
    (0..ctx.plan.terms.len()).filter_map(|term| lookup(ctx, term, licenses)).collect()
}

fn lookup(ctx: &Ctx<'_>, place: usize, licenses: &[u32]) -> Option<Lookup> {
    let term = &ctx.plan.terms[place];
    let (operand, part) = term.equality.as_ref()?;
    let (fail, affinity) = match term.role {
        Role::Requirement(requirement) => (REQUIREMENTS + requirement, None),
        Role::Affinity(affinity, points) => (NONE, Some((affinity, points))),
        Role::Scope(..) => return None,
    };
    let value = |license: &u32| {
        let row = LicenseRow { licenses: &ctx.estate.licenses, license: *license as usize };
        ordinal(evaluate(part, &row, &ctx.env, term.mode()))
    };
    let values: Vec<Option<i128>> = licenses.iter().map(value).collect();
    let mut holders: FxHashMap<i128, Vec<u32>> = FxHashMap::default();
    for (local, value) in values.iter().enumerate() {
        if let Some(value) = value {
            holders.entry(*value).or_default().push(local as u32);
        }
    }
    (holders.len() > LOOKUP_FROM).then_some(Lookup { term: place, operand: *operand, fail, affinity, holders, values })
}
