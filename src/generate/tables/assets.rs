//! `assets`: a few are disposed.

use super::super::batch::{Cells, Kind, Table};
use super::super::dirt::Spoil;
use super::super::shape::Shape;
use super::super::world::{Stream, World};
use super::{asset_id, named, nodes, tag_columns, tags, user_id};

pub(super) const SPOILS: &[(&str, Spoil)] = &[("asset_id", Spoil::Null), ("department", Spoil::Nul), ("cores", Spoil::Negative)];

/// Draws of details begin where those of `World::asset` cannot reach.
const DETAILS: u64 = 1 << 62;

pub(in super::super) struct Assets<'a> {
    pub world: &'a World,
}

impl Table for Assets<'_> {
    fn name(&self) -> &'static str {
        "assets"
    }

    fn rows(&self) -> u64 {
        self.world.sizes.assets
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        let mut columns = named(&[
            ("asset_id", Kind::Text),
            ("status", Kind::Text),
            ("disposed_on", Kind::Date),
            ("user_id", Kind::Text),
            ("department", Kind::Text),
            ("location", Kind::Text),
            ("cost_center", Kind::Text),
            ("cores", Kind::Integer),
            ("processors", Kind::Integer),
        ]);
        tag_columns(self.world, &mut columns);
        columns
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let world = self.world;
        let mut random = world.random(Stream::Asset, DETAILS + row);
        let asset = world.asset(row);
        asset_id(cells, Some(row));
        let disposed = world.shape == Shape::Lifelike && random.in_thousand(15);
        cells.text(Some(if disposed { "disposed" } else { "in_service" }));
        let since = world.as_of - random.between(-30, 400) as i32;
        cells.date(Some(since).filter(|_| disposed));
        user_id(cells, asset.user);
        nodes(&world.forests, asset.nodes, cells);
        cells.integer(Some(asset.cores));
        cells.integer(Some(asset.processors));
        tags(world, &mut random, 1000, cells);
    }
}
