//! A license: whom it serves and why each, who was turned away, and who would come next.

use super::AnswerError;
use super::demand::day;
use super::grants::GrantRows;
use super::published::Published;
use super::world::raw::Scope;
use super::world::{World, codes, integers};
use crate::allocate::ctx::DemandSet;
use crate::allocate::explain_pair::scores_with;
use crate::allocate::market::need;
use crate::model::text::NULL_CODE;
use crate::model::value::NULL_INT;
use crate::model::words::{Metric, Phase};
use crate::report::back::Query;
use crate::trace::answer::{GrantAnswer, LicenseAnswer, ReservationAnswer, TurnedAwayAnswer};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The whole answer on a license of a product.
pub fn tell(run: &Published, product: &str, id: &str) -> Result<LicenseAnswer, AnswerError> {
    let told = tell_as(run, &[(product.to_owned(), id.to_owned())], |answer| answer)?;
    told.into_iter().next().ok_or_else(|| lost(run, id))
}

/// What a reader makes of the answers on some licenses, given as (product, license), in their order.
pub fn tell_as<T: Send>(
    run: &Published,
    asked: &[(String, String)],
    read: impl Fn(LicenseAnswer) -> T + Sync,
) -> Result<Vec<T>, AnswerError> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let products: BTreeSet<String> = asked.iter().map(|(product, _)| product.clone()).collect();
    let deficits = run.read(&Query::of("deficits").columns(&["product_id", "demand_id", "turn"]).only("product_id", &products))?;
    let (name, turn) = (deficits.texts("demand_id")?, deficits.integers("turn")?);
    let served = (0..deficits.len()).filter(|row| turn(*row).is_some());
    let demands: BTreeSet<String> = served.filter_map(|row| name(row).map(str::to_owned)).collect();
    let scope = Scope { products, demands, licenses: asked.iter().map(|(_, license)| license.clone()).collect() };
    let world = World::of(run, &scope)?;
    let tell = |(_, id): &(String, String)| {
        let code = world.estate().texts.code(id);
        let license = code.and_then(|code| world.estate().licenses.id.binary_search(&code).ok());
        Ok(read(answer(&world, license.ok_or_else(|| lost(run, id))? as u32)))
    };
    asked.par_iter().map(tell).collect()
}

fn lost(run: &Published, id: &str) -> AnswerError {
    AnswerError::damaged(&run.folder, format_args!("licenses.parquet lost the license {id}"))
}

fn answer(world: &World, license: u32) -> LicenseAnswer {
    let (licenses, place) = (&world.estate().licenses, license as usize);
    let product = licenses.product[place];
    let seats = licenses.counted_seats(place);
    let allocated: i64 = world.given.of(license).iter().map(|place| world.given.units[*place as usize]).sum();
    LicenseAnswer {
        license_id: world.license_id(license),
        product_id: world.product_id(product),
        product_name: world.text(world.estate().products.name[product as usize]),
        metric: licenses.metric[place].map(Metric::code),
        status: licenses.status[place].code(),
        seats,
        allocated,
        available: seats.map(|seats| seats - allocated),
        starts_on: day(licenses.starts_on[place]),
        ends_on: day(licenses.ends_on[place]),
        reservations: reservations(world, license),
        covers: covers(world, license),
        turned_away: if licenses.usable(place) { turned_away(world, license) } else { Vec::new() },
    }
}

fn reservations(world: &World, license: u32) -> Vec<ReservationAnswer> {
    let places = world.reserved.of_license(license as usize);
    let answer = |place: &u32| {
        let reservation = &world.estate().reservations[*place as usize];
        ReservationAnswer {
            reservation_id: world.text(reservation.id).unwrap_or_default(),
            dimension: reservation.dimension.code(),
            value: world.text(reservation.value).unwrap_or_default(),
            seats: world.reserved.seats[*place as usize],
            cut: world.reserved.cut[*place as usize],
        }
    };
    places.iter().map(answer).collect()
}

/// Whom it covers, in the order in which they drew.
fn covers(world: &World, license: u32) -> Vec<GrantAnswer> {
    let rows = GrantRows::new(&world.rows.grants);
    let id = world.estate().licenses.id[license as usize];
    let mut told: Vec<_> = rows.of_license(id).into_iter().filter_map(|row| rows.told(row, None, world)).collect();
    let when = |phase: Phase, turn: Option<u32>| (phase, turn.is_none(), turn);
    told.sort_by_key(|told| when(told.grant.phase, told.grant.turn.get()));
    told.into_iter().map(|told| told.answer).collect()
}

/// The demands of its product in deficit that could draw on it, in the order of their turns.
fn turned_away(world: &World, license: u32) -> Vec<TurnedAwayAnswer> {
    let (estate, rows) = (world.estate(), &world.rows.deficits);
    let (names, turns, best) = (codes(rows, "demand_id"), integers(rows, "turn"), codes(rows, "best_license_id"));
    let product = estate.licenses.product[license as usize];
    let (products, own) = (codes(rows, "product_id"), estate.products.id[product as usize]);
    let demand = |row: usize| world.demand(product, estate.texts.opt(names[row])?).filter(|_| products[row] == own);
    let mut served: Vec<(i64, u32, usize)> =
        (0..rows.rows).filter(|row| turns[*row] != NULL_INT).filter_map(|row| Some((turns[row], demand(row)?, row))).collect();
    served.sort_unstable();
    let demands: Vec<u32> = served.iter().map(|(_, demand, _)| *demand).collect();
    let set = DemandSet::new(&world.ctx(), &estate.demands, world.assigned.clone());
    let scores = scores_with(&world.ctx(), &set, &demands, license);
    let metric = estate.licenses.metric[license as usize].unwrap_or(Metric::Device);
    let answer = |((turn, demand, row), score): (&(i64, u32, usize), &Option<i64>)| {
        Some(TurnedAwayAnswer {
            demand_id: world.names.demands.get(*demand as usize).to_owned(),
            turn: *turn,
            score: (*score)?,
            best: best[*row] != NULL_CODE && best[*row] == estate.licenses.id[license as usize],
            need: need(estate, &estate.demands, *demand as usize, metric)?,
        })
    };
    served.iter().zip(&scores).filter_map(answer).collect()
}
