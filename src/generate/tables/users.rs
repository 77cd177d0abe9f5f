//! `users`: a few have left, a few may not log in any more.

use super::super::batch::{Cells, Kind, Table};
use super::super::dirt::Spoil;
use super::super::shape::Shape;
use super::super::world::{Stream, World};
use super::{named, nodes, user_id};

pub(super) const SPOILS: &[(&str, Spoil)] = &[("user_id", Spoil::Null), ("name", Spoil::Nul)];

/// Draws of details begin where those of `World::user_nodes` cannot reach.
const DETAILS: u64 = 1 << 62;

pub(in super::super) struct Users<'a> {
    pub world: &'a World,
}

impl Table for Users<'_> {
    fn name(&self) -> &'static str {
        "users"
    }

    fn rows(&self) -> u64 {
        self.world.sizes.users
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        named(&[
            ("user_id", Kind::Text),
            ("name", Kind::Text),
            ("active", Kind::Boolean),
            ("left_on", Kind::Date),
            ("last_login_on", Kind::Date),
            ("department", Kind::Text),
            ("location", Kind::Text),
            ("cost_center", Kind::Text),
            ("roles", Kind::Text),
            ("groups", Kind::Text),
        ])
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let world = self.world;
        let mut random = world.random(Stream::User, DETAILS + row);
        user_id(cells, Some(row));
        cells.id("User ", 1, Some(row));
        let left = world.shape == Shape::Lifelike && random.in_thousand(30);
        cells.boolean(Some(!left));
        let since = world.as_of - random.between(0, 400) as i32;
        cells.date(Some(since).filter(|_| left && random.in_thousand(800)));
        let days = random.long_tail(300) as i32;
        cells.date(Some(world.as_of - days).filter(|_| random.in_thousand(900)));
        nodes(&world.forests, world.user_nodes(row), cells);
        cells.text(random.pick([None, None, Some("reader"), Some("observer;reader"), Some("admin")]));
        cells.id("group-", 1, Some(random.long_tail(60)).filter(|_| random.in_thousand(700)));
    }
}
