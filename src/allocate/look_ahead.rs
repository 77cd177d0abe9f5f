//! Looks at what is about to be read of many demands, and does nothing with it. What single licenses of a large market are to a demand
//! lies anywhere in memory: a loop that is as short as those here waits for many places at once, where the work would wait for each.

use super::ledger::Ledger;
use super::market::Market;
use super::score::Standing;
use super::sets::Set;
use std::hint::black_box;

/// How many demands are looked at ahead: what was looked at is to be there still when it is read.
pub const AT_ONCE: usize = if cfg!(test) { 2 } else { 64 };

/// Looks at the licenses that so many demands match, where lookups leave few. `row` is the row that a lookup has for one of them: it is
/// asked for the number of the demand, then the place of the lookup.
pub fn candidates(market: &Market, many: usize, row: impl Fn(usize, usize) -> u32) {
    if market.unbound.is_none() || !market.is_packed() {
        return;
    }
    for at in &market.narrow {
        let lookup = &market.lookups[*at];
        for number in 0..many {
            let row = row(number, *at);
            // No license has this number: it only looks where the numbers of the row stand.
            black_box((lookup.matches_value(row, 0), lookup.matching(row).is_empty()));
        }
        for number in 0..many {
            if let Set::Few(places) = lookup.matching(row(number, *at))
                && let Some(place) = places.first()
            {
                license(market, *place);
            }
        }
    }
}

/// Looks at what stands side by side of the license at a place.
pub fn license(market: &Market, place: u32) {
    if market.is_packed() {
        // The first and the last of it.
        let last = market.lookups.iter().enumerate().next_back();
        black_box((market.metric_at(place), last.map(|(at, lookup)| market.held(at, lookup, place))));
    }
}

/// Looks at the seats of the first candidates of some demands. `locals` is room to work in.
pub fn seats(market: &Market, ledger: &Ledger, firsts: impl Iterator<Item = Standing>, locals: &mut Vec<u32>) {
    locals.clear();
    locals.extend(firsts.map(|first| market.at[first.tie as usize]));
    for local in locals {
        black_box((ledger.any_free(*local), market.licenses[*local as usize]));
    }
}
