//! What ties licenses to somebody by hand: `assignments`, `reservations`, `preferences`.

use super::super::batch::{Cells, Kind, Table};
use super::super::shape::Shape;
use super::super::world::{Stream, World};
use super::{asset_id, consumption_id, license_id, named, user_id};

impl World {
    /// Whether licenses are tied by hand.
    pub(super) fn has_links(&self) -> bool {
        matches!(self.shape, Shape::Lifelike | Shape::Assignments)
    }

    /// The consumption that the link of a row is about: so many links are spread evenly over all of them.
    fn linked(&self, row: u64, links: u64) -> u64 {
        (u128::from(row) * u128::from(self.sizes.consumptions) / u128::from(links)) as u64
    }
}

pub(in super::super) struct Assignments<'a> {
    pub world: &'a World,
}

impl Table for Assignments<'_> {
    fn name(&self) -> &'static str {
        "assignments"
    }

    fn rows(&self) -> u64 {
        let all = self.world.sizes.consumptions;
        if self.world.shape == Shape::Assignments { all } else { (all / 100).max(1) }
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        named(&[
            ("license_id", Kind::Text),
            ("asset_id", Kind::Text),
            ("user_id", Kind::Text),
            ("consumption_id", Kind::Text),
            ("assigned_on", Kind::Date),
            ("reason", Kind::Text),
        ])
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let world = self.world;
        let mut random = world.random(Stream::Assignment, row);
        let consumption = world.linked(row, self.rows());
        let found = world.consumption(consumption);
        license_id(cells, Some(world.license_of(found.product, &mut random).unwrap_or(0)));
        // A product counted by users is assigned to a user, one counted by machines to a machine; either to a consumption too.
        let by_hand = random.in_thousand(700);
        let asset = found.asset.filter(|_| by_hand && !world.in_user_family(found.product));
        let user = found.user.filter(|_| by_hand && world.in_user_family(found.product));
        asset_id(cells, asset);
        user_id(cells, user);
        consumption_id(cells, Some(consumption).filter(|_| asset.is_none() && user.is_none()));
        cells.date(Some(world.as_of - random.between(0, 900) as i32).filter(|_| random.in_thousand(900)));
        cells.id("ticket ", 1, Some(row));
    }
}

pub(in super::super) struct Reservations<'a> {
    pub world: &'a World,
}

impl Table for Reservations<'_> {
    fn name(&self) -> &'static str {
        "reservations"
    }

    fn rows(&self) -> u64 {
        (self.world.sizes.licenses / 50).max(1)
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        named(&[
            ("reservation_id", Kind::Text),
            ("license_id", Kind::Text),
            ("dimension", Kind::Text),
            ("value", Kind::Text),
            ("seats", Kind::Integer),
            ("responsible", Kind::Text),
        ])
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let world = self.world;
        let mut random = world.random(Stream::Reservation, row);
        let forest = &world.forests[random.below(3) as usize];
        cells.id("R-", 6, Some(row));
        license_id(cells, Some(random.below(world.sizes.licenses)));
        cells.text(Some(forest.kind));
        cells.id(forest.prefix, 1, Some(forest.of_license(&mut random)));
        cells.integer(Some(random.between(1, 10)));
        cells.id("owner-", 1, Some(random.long_tail(50)));
    }
}

pub(in super::super) struct Preferences<'a> {
    pub world: &'a World,
}

impl Table for Preferences<'_> {
    fn name(&self) -> &'static str {
        "preferences"
    }

    fn rows(&self) -> u64 {
        (self.world.sizes.consumptions / 500).max(1)
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        named(&[("license_id", Kind::Text), ("consumption_id", Kind::Text), ("points", Kind::Integer), ("forbid", Kind::Boolean)])
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let world = self.world;
        let mut random = world.random(Stream::Preference, row);
        let consumption = world.linked(row, self.rows());
        let product = world.consumption(consumption).product;
        license_id(cells, Some(world.license_of(product, &mut random).unwrap_or(0)));
        consumption_id(cells, Some(consumption));
        let forbid = random.in_thousand(100);
        cells.integer(Some(random.pick([-500, 200, 500, 2000])).filter(|_| !forbid));
        cells.boolean(Some(true).filter(|_| forbid));
    }
}
