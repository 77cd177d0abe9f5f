//! Which seats were free at a turn: those of the license, less what was drawn before, in the order in which it was drawn (contract §4.6).

use super::world::{World, target_of};
use crate::allocate::ledger::Ledger;
use crate::model::words::Phase;
use crate::trace::answer::SeatAnswer;

/// A moment of the calculation of one license: the turn of a phase. Phases stand in the order of the calculation.
pub type Moment = (Phase, u32);

/// The seats of some licenses as they were at a moment; as they were left for `None`. `licenses` ascend.
pub fn ledger(world: &World, licenses: &[u32], before: Option<Moment>) -> Ledger {
    let estate = world.estate();
    let mut ledger = Ledger::new(estate, licenses, &world.reserved);
    let given = &world.given;
    let mut drawn: Vec<(Moment, u32, usize)> = Vec::new();
    for (local, license) in licenses.iter().enumerate() {
        let places = given.of(*license).iter().map(|place| *place as usize).filter(|place| given.units[*place] > 0);
        let moments = places.map(|place| ((given.phase[place], given.turn[place]), local as u32, place));
        drawn.extend(moments.filter(|(moment, _, _)| before.is_none_or(|before| *moment < before)));
    }
    drawn.sort_unstable();
    for (_, local, place) in drawn {
        let units = given.units[place];
        if !ledger.has_reservations(local) {
            ledger.draw(local, units, estate, &estate.demands, 0);
            continue;
        }
        // Who drew decides whether seats were reserved ones.
        match given.phase[place] {
            Phase::Bundle => {
                let license = licenses[local as usize] as usize;
                let bundle = world.bundles.iter().find(|bundle| bundle.product == estate.licenses.product[license]);
                let target = target_of(world, given.product[place], world.names.given.get(place));
                let found = bundle.and_then(|bundle| {
                    let name = format!("{}/{target}", world.product_id(bundle.product));
                    Some((bundle, bundle.names.binary_search(&name).ok()?))
                });
                if let Some((bundle, demand)) = found {
                    ledger.draw(local, units, estate, &bundle.demands, demand);
                }
            }
            _ => {
                if let Some(demand) = world.demand(given.product[place], world.names.given.get(place)) {
                    ledger.draw(local, units, estate, &estate.demands, demand as usize);
                }
            }
        }
    }
    ledger
}

/// The grant that took the last seat of a license before a moment, by its place.
pub fn last_grant(world: &World, license: u32, before: Moment) -> Option<usize> {
    let given = &world.given;
    let moment = |place: &usize| (given.phase[*place], given.turn[*place]);
    let drew = given.of(license).iter().map(|place| *place as usize).filter(|place| given.units[*place] > 0);
    drew.filter(|place| moment(place) < before).max_by_key(moment)
}

/// Who drew the last seat of a license before a moment.
pub fn last_seat(world: &World, license: u32, before: Moment) -> Option<SeatAnswer> {
    let (given, place) = (&world.given, last_grant(world, license, before)?);
    Some(SeatAnswer {
        demand_id: world.names.given.get(place).to_owned(),
        phase: given.phase[place].code(),
        turn: i64::from(given.turn[place]),
        units: given.units[place],
        score: given.score[place],
        tie: None,
    })
}
