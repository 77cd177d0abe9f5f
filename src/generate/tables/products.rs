//! `products`: every tenth is the successor of the one before, a few are free.

use super::super::batch::{Cells, Kind, Table};
use super::super::shape::Shape;
use super::super::world::{Stream, World};
use super::{named, product_id};

pub(in super::super) struct Products<'a> {
    pub world: &'a World,
}

impl Table for Products<'_> {
    fn name(&self) -> &'static str {
        "products"
    }

    fn rows(&self) -> u64 {
        self.world.sizes.products
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        named(&[
            ("product_id", Kind::Text),
            ("name", Kind::Text),
            ("publisher", Kind::Text),
            ("metric", Kind::Text),
            ("min_units", Kind::Integer),
            ("devices_per_user", Kind::Integer),
            ("class", Kind::Text),
            ("previous_product_id", Kind::Text),
            ("unit_price", Kind::Money),
            ("currency", Kind::Text),
        ])
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let mut random = self.world.random(Stream::Product, row);
        let lifelike = self.world.shape == Shape::Lifelike;
        product_id(cells, Some(row));
        cells.id("Product ", 1, Some(row));
        cells.id("Publisher ", 1, Some(random.long_tail(40)));
        let metric = self.world.metric(row).code();
        cells.text(Some(metric));
        cells.integer(Some(4).filter(|_| lifelike && metric == "core" && random.in_thousand(500)));
        cells.integer(Some(5).filter(|_| lifelike && metric == "user" && random.in_thousand(500)));
        cells.text(Some(if lifelike && row % 50 == 49 { "free" } else { "commercial" }));
        // Only within a family: a user is never covered by a license for machines.
        let before = row.checked_sub(1).filter(|before| self.world.in_user_family(*before) == self.world.in_user_family(row));
        product_id(cells, before.filter(|_| lifelike && row % 10 == 8));
        cells.money(Some(random.between(500, 250_000)));
        cells.text(Some("EUR"));
    }
}
