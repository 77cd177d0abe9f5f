//! The order of licenses of equal score: the keys of the tie break, then `license_id` (contract §4.5).

use crate::model::date::NULL_DATE;
use crate::model::decimal::NULL_DECIMAL;
use crate::model::estate::Estate;
use crate::model::words::{LicenseStatus, Metric, TieBreak};
use rayon::prelude::*;
use std::cmp::Ordering;

/// From how many licenses on their keys are packed into numbers, and sorted as these.
const PACKED: usize = if cfg!(test) { 4 } else { 256 };
/// How many bits of a packed key are the license.
const LOCAL: u32 = u32::BITS;

/// The licenses (as places in `licenses`, which ascends) in the order of the tie break.
pub fn tie_order(estate: &Estate, licenses: &[u32]) -> Vec<u32> {
    let packed = if licenses.len() < PACKED { None } else { packed(estate, licenses) };
    if let Some(mut keys) = packed {
        keys.par_sort_unstable();
        return keys.into_iter().map(|key| key as u32).collect();
    }
    let mut order: Vec<u32> = (0..licenses.len() as u32).collect();
    order.sort_by(|a, b| {
        let (first, second) = (licenses[*a as usize] as usize, licenses[*b as usize] as usize);
        let by_keys = estate.policy.tie_break.iter().map(|key| compare_by(estate, *key, first, second));
        by_keys.fold(Ordering::Equal, Ordering::then).then(first.cmp(&second))
    });
    order
}

/// All keys of each license and its place as one number, so that to sort reads nothing else; none where they are too large for that.
fn packed(estate: &Estate, licenses: &[u32]) -> Option<Vec<u128>> {
    let mut packed = vec![0; licenses.len()];
    let mut left = u128::BITS - LOCAL;
    for key in &estate.policy.tie_break {
        let values = || licenses.iter().map(|license| value(estate, *key, *license as usize));
        let (least, most) = values().flatten().fold((i128::MAX, i128::MIN), |(least, most), value| (least.min(value), most.max(value)));
        // Null comes after the greatest.
        let null = if least > most { 0 } else { most.checked_sub(least)?.checked_add(1)? };
        let bits = i128::BITS - null.leading_zeros();
        left = left.checked_sub(bits)?;
        for (packed, value) in packed.iter_mut().zip(values()) {
            *packed = *packed << bits | value.map_or(null, |value| value - least) as u128;
        }
    }
    packed.iter_mut().zip(0u32..).for_each(|(packed, local)| *packed = *packed << LOCAL | u128::from(local));
    Some(packed)
}

/// What a license has of a key, so that the least comes first; none for null, which comes last.
fn value(estate: &Estate, key: TieBreak, license: usize) -> Option<i128> {
    let licenses = &estate.licenses;
    match key {
        TieBreak::Unlimited => Some(i128::from(licenses.metric[license] != Some(Metric::Site))),
        TieBreak::InTerm => Some(i128::from(licenses.status[license] == LicenseStatus::Grace)),
        TieBreak::EarliestEnd => Some(licenses.ends_on[license]).filter(|day| *day != NULL_DATE).map(i128::from),
        TieBreak::LowestCost => Some(licenses.unit_cost[license]).filter(|cost| *cost != NULL_DECIMAL),
    }
}

/// One key of the tie break: which of two licenses comes first by it.
pub fn compare_by(estate: &Estate, key: TieBreak, first: usize, second: usize) -> Ordering {
    let (first, second) = (value(estate, key, first), value(estate, key, second));
    first.is_none().cmp(&second.is_none()).then(first.cmp(&second))
}
