//! What the grants and deficits come to: by license and by product (contract §6, usage and positions).

use super::ledger::Reserved;
use super::state::State;
use crate::model::decimal::ONE;
use crate::model::estate::Estate;
use crate::model::integers::Integers;
use crate::model::words::{Metric, Phase, PositionStatus};
use crate::trace::{Deficit, Grant, LicenseUse, Position};

/// What each license gave.
pub fn uses(estate: &Estate, grants: &[Grant], reserved: &Reserved) -> Vec<LicenseUse> {
    let mut uses: Vec<LicenseUse> =
        (0..estate.licenses.len()).map(|license| LicenseUse { reserved: reserved.total(license), ..LicenseUse::default() }).collect();
    for grant in grants {
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
}

/// The result of every product.
pub fn positions(estate: &Estate, state: &State, counted: &Integers, grants: &[Grant], deficits: &[Deficit]) -> Vec<Position> {
    let mut positions: Vec<Position> = (0..estate.products.len()).map(|_| empty()).collect();
    for product in &estate.consumptions.product {
        positions[*product as usize].consumptions += 1;
    }
    for (demand, product) in estate.demands.product.iter().enumerate() {
        let position = &mut positions[*product as usize];
        position.demands += 1;
        position.required += counted.get(demand);
    }
    for deficit in deficits {
        positions[estate.demands.product[deficit.demand as usize] as usize].outstanding += deficit.units;
    }
    for grant in grants {
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
    for (product, position) in positions.iter_mut().enumerate() {
        judge(estate, state, product, position);
    }
    positions
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
