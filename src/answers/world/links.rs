//! What points at demands and licenses: assignments, reservations, preferences, and the consumptions that they name. A consumption is
//! here only where something points at it, or where a demand is named by it.

use super::columns::{codes, dates, integers};
use super::{Bundle, World};
use crate::allocate::assignments::{Assigned, Link};
use crate::allocate::ctx::Preferences;
use crate::allocate::ledger::Reserved;
use crate::estate::accepted::parse_codes;
use crate::model::date::NULL_DATE;
use crate::model::demand::{Consumptions, Demands};
use crate::model::estate::{Assignment, Estate, Preference, Registry, Reservation, Target};
use crate::model::text::{Code, Lists, NULL_CODE, TextArena, Texts};
use crate::model::value::{Column, Frame, NULL_INT};
use crate::model::words::ReservationDimension;
use std::collections::BTreeMap;

/// Fills in all that points at something.
pub fn fill(world: &mut World, preferences: &Frame, reservations: &Frame) {
    consumptions(world, preferences);
    let rows = &world.rows.assignments;
    let targets = Targets::new(rows, world.estate());
    let license = |code: Code| place(&world.estate().licenses.id, code);
    let (ids, dates, reasons) = (codes(rows, "license_id"), dates(rows, "assigned_on"), codes(rows, "reason"));
    let assignment = |row: usize| Assignment {
        license_id: ids[row],
        license: license(ids[row]),
        target: targets.of(row),
        assigned_on: dates[row],
        reason: reasons[row],
    };
    let assignments: Vec<Assignment> = (0..rows.rows).map(assignment).collect();
    let links = links(world, &assignments);
    let preferences = liked(preferences, world.estate());
    let reservations = reserved(reservations, world.estate());

    world.preferences = Preferences::new(&preferences);
    world.assigned = Assigned::by(&links);
    world.links = links;
    let estate = &mut world.built.estate;
    (estate.assignments, estate.preferences, estate.reservations) = (assignments, preferences, reservations);
    world.reserved = Reserved::new(&world.built.estate);
    assign_bundles(world);
}

fn place(ids: &[Code], code: Code) -> u32 {
    ids.binary_search(&code).map_or(NULL_CODE, |place| place as u32)
}

/// A consumption that something names.
struct Held {
    product: u32,
    /// The name of the demand that holds it.
    holder: String,
    /// That demand, if it is here.
    demand: u32,
}

/// The consumptions that something names, and who holds them.
fn consumptions(world: &mut World, preferences: &Frame) {
    let held = held(world, preferences);
    let mut id = TextArena::default();
    held.keys().for_each(|consumption| id.push(consumption));
    let held: Vec<Held> = held.into_values().collect();
    let of_bundles: Vec<Vec<Vec<u32>>> = world.bundles.iter().map(|bundle| members_of_bundle(world, bundle, &held)).collect();
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); world.estate().demands.len()];
    for (row, held) in held.iter().enumerate().filter(|(_, held)| held.demand != NULL_CODE) {
        members[held.demand as usize].push(row as u32);
    }
    for (bundle, members) in world.bundles.iter_mut().zip(&of_bundles) {
        set_members(&mut bundle.demands, members);
    }
    let estate = &mut world.built.estate;
    set_members(&mut estate.demands, &members);
    let rows = held.len();
    estate.consumptions = Consumptions {
        id,
        product: held.iter().map(|held| held.product).collect(),
        demand: held.iter().map(|held| held.demand).collect(),
        asset: Vec::new(),
        user: Vec::new(),
        exempt_reason: Vec::new(),
        outcome: vec![None; rows],
        frame: Frame::new(rows),
    };
}

/// By `consumption_id`: those that demands of their own are named by, and those that preferences name.
fn held(world: &World, preferences: &Frame) -> BTreeMap<String, Held> {
    let estate = world.estate();
    let mut held: BTreeMap<String, Held> = BTreeMap::new();
    for demand in (0..estate.demands.len()).filter(|demand| estate.demands.subject[*demand] == NULL_CODE) {
        let (product, name) = (estate.demands.product[demand], world.names.demands.get(demand));
        let consumption = target_of(world, product, name).strip_prefix('/').unwrap_or_default();
        held.insert(consumption.to_owned(), Held { product, holder: name.to_owned(), demand: demand as u32 });
    }
    let (ids, products) = (codes(preferences, "consumption_id"), codes(preferences, "product_id"));
    let holders = codes(preferences, "demand_id");
    for row in 0..preferences.rows {
        let (Some(id), Some(product)) = (world.text(ids[row]), estate.products.place(products[row])) else { continue };
        let holder = world.text(holders[row]).unwrap_or_default();
        let demand = world.demand(product as u32, &holder).unwrap_or(NULL_CODE);
        held.insert(id, Held { product: product as u32, holder, demand });
    }
    held
}

/// What follows the product in the name of a demand.
pub fn target_of<'a>(world: &World, product: u32, name: &'a str) -> &'a str {
    let id = world.estate().texts.get(world.estate().products.id[product as usize]);
    name.get(id.len() + 1..).unwrap_or_default()
}

/// The consumptions of each bundle demand: those that its parts hold. A part is about the same target.
fn members_of_bundle(world: &World, bundle: &Bundle, held: &[Held]) -> Vec<Vec<u32>> {
    let of_demand = |demand: usize| {
        let target = target_of(world, bundle.product, &bundle.names[demand]);
        let is_part = |held: &Held| bundle.parts[demand].contains(&held.product) && target_of(world, held.product, &held.holder) == target;
        (0..held.len()).filter(|row| is_part(&held[*row])).map(|row| row as u32).collect()
    };
    if held.is_empty() { vec![Vec::new(); bundle.demands.len()] } else { (0..bundle.demands.len()).map(of_demand).collect() }
}

fn set_members(demands: &mut Demands, members: &[Vec<u32>]) {
    demands.starts = vec![0];
    demands.members.clear();
    for of_demand in members {
        demands.members.extend(of_demand);
        demands.starts.push(demands.members.len() as u32);
    }
}

/// The valid links of demands that are here, in the order in which a demand draws on them.
fn links(world: &World, assignments: &[Assignment]) -> Vec<Link> {
    let rows = &world.rows.assignments;
    let (holders, products, conflicts) = (codes(rows, "demand_id"), codes(rows, "product_id"), codes(rows, "conflict"));
    let estate = world.estate();
    let link = |row: usize| {
        let product = estate.products.place(products[row])? as u32;
        let demand = world.demand(product, estate.texts.opt(holders[row])?)?;
        let Assignment { license, assigned_on, .. } = assignments[row];
        let valid = conflicts[row] == NULL_CODE && license != NULL_CODE;
        valid.then_some(Link { demand, license, assigned_on, assignment: row as u32 })
    };
    let mut links: Vec<Link> = (0..rows.rows).filter_map(link).collect();
    links.sort_by_key(|link| (link.demand, link.assigned_on == NULL_DATE, link.assigned_on, link.license));
    links
}

/// A bundle demand counts as assigned where the bundle product's own demand, which has the same name, is.
fn assign_bundles(world: &mut World) {
    let rows = &world.rows.assignments;
    let (holders, conflicts) = (codes(rows, "demand_id"), codes(rows, "conflict"));
    let estate = &world.built.estate;
    for bundle in &mut world.bundles {
        let mut assigned: Vec<(u32, u32)> = Vec::new();
        for row in (0..rows.rows).filter(|row| conflicts[*row] == NULL_CODE) {
            let Some(name) = estate.texts.opt(holders[row]) else { continue };
            let license = estate.assignments[row].license;
            if let Ok(demand) = bundle.names.binary_search_by(|other| other.as_str().cmp(name))
                && license != NULL_CODE
            {
                assigned.push((demand as u32, license));
            }
        }
        bundle.assigned = assigned.into_iter().collect();
    }
}

/// The targets of rows.
struct Targets<'a> {
    asset: Vec<Code>,
    user: Vec<Code>,
    consumption: Vec<Code>,
    estate: &'a Estate,
}

impl<'a> Targets<'a> {
    fn new(rows: &Frame, estate: &'a Estate) -> Self {
        Self { asset: codes(rows, "asset_id"), user: codes(rows, "user_id"), consumption: codes(rows, "consumption_id"), estate }
    }

    fn of(&self, row: usize) -> Target {
        if self.asset[row] != NULL_CODE {
            return Target::Asset(self.asset[row]);
        }
        if self.user[row] != NULL_CODE {
            return Target::User(self.user[row]);
        }
        let id = self.consumption[row];
        let known = self.estate.texts.opt(id).and_then(|text| self.estate.consumptions.id.search_sorted(text));
        Target::Consumption { id, row: known.map_or(NULL_CODE, |row| row as u32) }
    }
}

fn liked(rows: &Frame, estate: &Estate) -> Vec<Preference> {
    let targets = Targets::new(rows, estate);
    let (ids, points) = (codes(rows, "license_id"), integers(rows, "points"));
    let preference = |row: usize| Preference {
        license: place(&estate.licenses.id, ids[row]),
        target: targets.of(row),
        points: (points[row] != NULL_INT).then(|| points[row]),
    };
    let known = |preference: &Preference| preference.license != NULL_CODE;
    (0..rows.rows).map(preference).filter(known).collect()
}

fn reserved(rows: &Frame, estate: &Estate) -> Vec<Reservation> {
    let dimension = parse_codes(&codes(rows, "dimension"), &estate.texts, ReservationDimension::parse);
    let (id, license_id, value) = (codes(rows, "reservation_id"), codes(rows, "license_id"), codes(rows, "value"));
    let (seats, responsible) = (integers(rows, "seats"), codes(rows, "responsible"));
    let reservation = |row: usize| {
        Some(Reservation {
            id: id[row],
            license_id: license_id[row],
            license: place(&estate.licenses.id, license_id[row]),
            dimension: dimension[row]?,
            value: value[row],
            seats: seats[row],
            responsible: responsible[row],
        })
    };
    (0..rows.rows).filter_map(reservation).collect()
}

/// The users for whom seats are reserved, with the groups and roles that reservations name.
pub fn users(rows: &Frame, texts: &Texts, lists: &mut Lists) -> Registry {
    let (dimension, value, user) = (codes(rows, "dimension"), codes(rows, "value"), codes(rows, "user_id"));
    let mut of_user: BTreeMap<Code, [Vec<Code>; 2]> = BTreeMap::new();
    for row in 0..rows.rows {
        let role = texts.opt(dimension[row]) == Some(ReservationDimension::Role.code());
        of_user.entry(user[row]).or_default()[usize::from(role)].push(value[row]);
    }
    let mut frame = Frame::new(of_user.len());
    for (place, name) in ["groups", "roles"].into_iter().enumerate() {
        frame.push(name, Column::List(of_user.values().map(|both| lists.intern(&both[place])).collect()));
    }
    let id: Vec<Code> = of_user.into_keys().collect();
    let row_of = id.iter().copied().collect();
    Registry { given: true, id, frame, row_of }
}
