//! The extracts of an estate, a table a file: its columns, and what stands in a row.

mod assets;
mod consumptions;
mod licenses;
mod links;
mod products;
mod trees;
mod users;

pub(super) use assets::Assets;
pub(super) use consumptions::Consumptions;
pub(super) use licenses::Licenses;
pub(super) use links::{Assignments, Preferences, Reservations};
pub(super) use products::Products;
pub(super) use trees::Trees;
pub(super) use users::Users;

use super::batch::{Cells, Kind, Table};
use super::dirt::{Dirty, Spoil};
use super::forest::Forest;
use super::random::Random;
use super::world::{Nodes, World};

/// Every extract of an estate, the small ones first.
pub(super) fn all(world: &World) -> Vec<Box<dyn Table + '_>> {
    let spoils: [&[(&str, Spoil)]; 4] = [assets::SPOILS, users::SPOILS, licenses::SPOILS, consumptions::SPOILS];
    let mut tables: Vec<Box<dyn Table + '_>> = vec![
        Box::new(Trees { world }),
        Box::new(Products { world }),
        Box::new(Dirty { world, table: Licenses { world }, spoils: spoils[2] }),
        Box::new(Dirty { world, table: Users { world }, spoils: spoils[1] }),
        Box::new(Dirty { world, table: Assets { world }, spoils: spoils[0] }),
        Box::new(Dirty { world, table: Consumptions { world }, spoils: spoils[3] }),
    ];
    if world.has_links() {
        tables.push(Box::new(Assignments { world }));
        tables.push(Box::new(Reservations { world }));
        tables.push(Box::new(Preferences { world }));
    }
    tables
}

/// How many attributes of each sort a tagged estate has.
pub(super) const TAGS: usize = 10;

fn named(columns: &[(&str, Kind)]) -> Vec<(String, Kind)> {
    columns.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect()
}

/// The columns of the attributes, where the estate has some.
fn tag_columns(world: &World, columns: &mut Vec<(String, Kind)>) {
    if world.shape.tagged() {
        columns.extend((0..TAGS).map(|tag| (format!("tag_{tag}"), Kind::Text)));
        columns.extend((0..TAGS).map(|tag| (format!("level_{tag}"), Kind::Integer)));
    }
}

/// Their values; so many of a thousand are given.
fn tags(world: &World, random: &mut Random, given: u64, cells: &mut Cells) {
    if world.shape.tagged() {
        for _ in 0..TAGS {
            let tag = random.below(20);
            cells.id("t-", 1, Some(tag).filter(|_| random.in_thousand(given)));
        }
        for _ in 0..TAGS {
            let level = random.between(0, 99);
            cells.integer(Some(level).filter(|_| random.in_thousand(given)));
        }
    }
}

/// Department, location and cost center.
fn nodes(forests: &[Forest; 3], nodes: Nodes, cells: &mut Cells) {
    for (forest, node) in forests.iter().zip(nodes) {
        cells.id(forest.prefix, 1, Some(node));
    }
}

fn consumption_id(cells: &mut Cells, number: Option<u64>) {
    cells.id("C-", 10, number);
}

fn license_id(cells: &mut Cells, number: Option<u64>) {
    cells.id("L-", 7, number);
}

fn product_id(cells: &mut Cells, number: Option<u64>) {
    cells.id("P-", 5, number);
}

fn asset_id(cells: &mut Cells, number: Option<u64>) {
    cells.id("PC-", 8, number);
}

fn user_id(cells: &mut Cells, number: Option<u64>) {
    cells.id("U-", 8, number);
}
