//! `consumptions`: some have ended, some are exempt, in a lifelike estate.

use super::super::batch::{Cells, Kind, Table};
use super::super::dirt::Spoil;
use super::super::shape::Shape;
use super::super::world::{Stream, World};
use super::{asset_id, consumption_id, named, product_id, user_id};

pub(super) const SPOILS: &[(&str, Spoil)] =
    &[("consumption_id", Spoil::Null), ("product_id", Spoil::Null), ("product_id", Spoil::Nul), ("quantity", Spoil::Negative)];

pub(in super::super) struct Consumptions<'a> {
    pub world: &'a World,
}

impl Table for Consumptions<'_> {
    fn name(&self) -> &'static str {
        "consumptions"
    }

    fn rows(&self) -> u64 {
        self.world.sizes.consumptions
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        named(&[
            ("consumption_id", Kind::Text),
            ("product_id", Kind::Text),
            ("asset_id", Kind::Text),
            ("user_id", Kind::Text),
            ("quantity", Kind::Integer),
            ("started_on", Kind::Date),
            ("ended_on", Kind::Date),
            ("last_used_on", Kind::Date),
            ("exempt_reason", Kind::Text),
        ])
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let world = self.world;
        let found = world.consumption(row);
        let mut random = world.random(Stream::ConsumptionDetail, row);
        consumption_id(cells, Some(row));
        product_id(cells, Some(found.product));
        asset_id(cells, found.asset);
        user_id(cells, found.user);
        if world.shape == Shape::Alike {
            cells.integer(Some(1));
            cells.date(Some(world.as_of - 100));
            cells.date(None);
            cells.date(Some(world.as_of - 1));
            return cells.text(None);
        }
        let lifelike = world.shape == Shape::Lifelike;
        cells.integer(Some(if lifelike { random.pick([1, 1, 1, 2, 3]) } else { 1 }));
        let started = world.as_of - random.between(-2, 1000) as i32;
        cells.date(Some(started).filter(|_| random.in_thousand(950)));
        let ended = world.as_of - random.between(-200, 100) as i32;
        cells.date(Some(ended).filter(|_| lifelike && random.in_thousand(20)));
        let used = world.as_of - random.long_tail(400) as i32;
        cells.date(Some(used).filter(|_| random.in_thousand(850)));
        cells.text(Some(random.pick(["test system", "covered by the vendor"])).filter(|_| lifelike && random.in_thousand(5)));
    }
}
