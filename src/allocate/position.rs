//! What the grants and deficits come to: by license and by product (contract §6, usage and positions).

use super::ledger::Reserved;
use super::state::State;
use crate::model::decimal::ONE;
use crate::model::estate::Estate;
use crate::model::integers::Integers;
use crate::model::words::{Metric, Phase, PositionStatus};
use crate::trace::grants::{Grants, SomeGrants};
use crate::trace::{Deficit, LicenseUse, Position};
use rayon::prelude::*;

/// How many rows one task counts.
const STRETCH: usize = if cfg!(test) { 4 } else { 1 << 20 };

/// What each license gave.
pub fn uses(estate: &Estate, grants: &Grants, reserved: &Reserved) -> Vec<LicenseUse> {
    let none = || vec![LicenseUse::default(); estate.licenses.len()];
    let of_stretch = |mut uses: Vec<LicenseUse>, grants: SomeGrants<'_>| {
        for grant in grants.iter() {
            let given = &mut uses[grant.license as usize];
            match grant.phase {
                Phase::Direct => given.direct += grant.units,
                Phase::Bundle => given.bundle += grant.units,
                Phase::Affinity => given.affinity += grant.units,
                Phase::Downgrade => given.downgrade += grant.units,
            }
            // A demand has one row a license, so that rows count demands.
            given.demands_covered += 1;
            given.inactive_covered += i64::from(estate.is_inactive(grant.demand as usize));
        }
        uses
    };
    // Where licenses are many, so are the numbers of a stretch.
    let uses = grants.par_chunks(STRETCH.max(estate.licenses.len() * 8)).fold(none, of_stretch);
    let mut uses = uses.reduce_with(|uses, more| sum(uses, &more, LicenseUse::and)).unwrap_or_else(none);
    uses.iter_mut().enumerate().for_each(|(license, given)| given.reserved = reserved.total(license));
    uses
}

/// Two counts of the same, as one.
fn sum<T: Copy>(mut counts: Vec<T>, more: &[T], and: impl Fn(T, T) -> T) -> Vec<T> {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count = and(*count, *more));
    counts
}

/// The result of every product.
pub fn positions(estate: &Estate, state: &State, counted: &Integers, grants: &Grants, deficits: &[Deficit]) -> Vec<Position> {
    let mut positions = of_grants(estate, grants);
    let consumptions = consumptions(estate);
    for (product, position) in positions.iter_mut().enumerate() {
        let demands = estate.demands_of(product);
        position.consumptions = consumptions[product];
        position.demands = demands.len() as i64;
        position.required = demands.map(|demand| counted.get(demand)).sum();
    }
    for deficit in deficits {
        positions[estate.demands.product[deficit.demand as usize] as usize].outstanding += deficit.units;
    }
    for (product, position) in positions.iter_mut().enumerate() {
        judge(estate, state, product, position);
    }
    positions
}

/// How many consumptions each product has.
fn consumptions(estate: &Estate) -> Vec<i64> {
    let none = || vec![0; estate.products.len()];
    let of_stretch = |mut counts: Vec<i64>, products: &[u32]| {
        products.iter().for_each(|product| counts[*product as usize] += 1);
        counts
    };
    let counts = estate.consumptions.product.par_chunks(STRETCH).fold(none, of_stretch);
    counts.reduce_with(|counts, more| sum(counts, &more, |count, more| count + more)).unwrap_or_else(none)
}

/// What was granted to the demands of every product, and by its licenses.
fn of_grants(estate: &Estate, grants: &Grants) -> Vec<Position> {
    let none = || vec![empty(); estate.products.len()];
    let of_stretch = |mut positions: Vec<Position>, grants: SomeGrants<'_>| {
        for grant in grants.iter() {
            let product = estate.demands.product[grant.demand as usize] as usize;
            let lender = estate.licenses.product[grant.license as usize] as usize;
            let position = &mut positions[product];
            match grant.phase {
                Phase::Direct => position.allocated_direct += grant.covered,
                Phase::Bundle => position.allocated_bundle += grant.covered,
                Phase::Affinity => position.allocated_affinity += grant.covered,
                Phase::Downgrade => position.allocated_downgrade += grant.covered,
            }
            match grant.phase {
                Phase::Downgrade => {
                    position.borrowed += grant.units;
                    positions[lender].lent += grant.units;
                }
                Phase::Bundle => positions[lender].bundled += grant.units,
                _ => {}
            }
        }
        positions
    };
    let granted = |position: Position, more: Position| Position {
        allocated_direct: position.allocated_direct + more.allocated_direct,
        allocated_bundle: position.allocated_bundle + more.allocated_bundle,
        allocated_affinity: position.allocated_affinity + more.allocated_affinity,
        allocated_downgrade: position.allocated_downgrade + more.allocated_downgrade,
        borrowed: position.borrowed + more.borrowed,
        lent: position.lent + more.lent,
        bundled: position.bundled + more.bundled,
        ..position
    };
    grants.par_chunks(STRETCH).fold(none, of_stretch).reduce_with(|positions, more| sum(positions, &more, granted)).unwrap_or_else(none)
}

fn empty() -> Position {
    Position {
        consumptions: 0,
        demands: 0,
        required: 0,
        seats: 0,
        lent: 0,
        borrowed: 0,
        bundled: 0,
        allocated_direct: 0,
        allocated_bundle: 0,
        allocated_affinity: 0,
        allocated_downgrade: 0,
        outstanding: 0,
        available: 0,
        status: PositionStatus::Compliant,
    }
}

/// Seats, what is available, and the status: the first that holds (§6).
fn judge(estate: &Estate, state: &State, product: usize, position: &mut Position) {
    let mut available_in_metric = 0;
    for (local, license) in state.licenses(product).iter().enumerate() {
        let license = *license as usize;
        let Some(seats) = estate.licenses.counted_seats(license) else { continue };
        let free = state.ledgers[product].total_free(local as u32);
        position.seats += seats;
        position.available += free;
        if estate.licenses.metric[license] == Some(estate.products.metric[product]) && estate.licenses.metric[license] != Some(Metric::Site)
        {
            available_in_metric += free;
        }
    }
    let beyond = i128::from(available_in_metric) * ONE > estate.policy.over_licensed_ratio * i128::from(position.required);
    position.status = if position.outstanding > 0 {
        PositionStatus::UnderLicensed
    } else if available_in_metric > 0 && beyond {
        PositionStatus::OverLicensed
    } else if position.required == 0 {
        PositionStatus::NotLicensable
    } else {
        PositionStatus::Compliant
    };
}
