//! `licenses`: bought for a department here, a location there; seats enough for most, and not for all.

use super::super::batch::{Cells, Kind, Table};
use super::super::dirt::Spoil;
use super::super::random::Random;
use super::super::shape::Shape;
use super::super::world::{Stream, World};
use super::{asset_id, license_id, named, product_id, tag_columns, tags, user_id};
use crate::model::words::Metric;

pub(super) const SPOILS: &[(&str, Spoil)] = &[
    ("license_id", Spoil::Null),
    ("product_id", Spoil::Null),
    ("status", Spoil::Word),
    ("seats", Spoil::Negative),
    ("vendor", Spoil::Nul),
];

pub(in super::super) struct Licenses<'a> {
    pub world: &'a World,
}

/// Whom a license is for: the places of the forests, a machine, a person, so many cores.
#[derive(Default)]
struct Meant {
    nodes: [Option<u64>; 3],
    machine: Option<u64>,
    user: Option<u64>,
    cores: Option<i64>,
}

impl Licenses<'_> {
    fn meant(&self, row: u64, random: &mut Random) -> Meant {
        let world = self.world;
        match world.shape {
            Shape::EqualScores => Meant::default(),
            Shape::OwnMachine => {
                let machine = row % world.sizes.assets;
                let asset = world.asset(machine);
                let for_machine = row.is_multiple_of(2);
                Meant {
                    nodes: asset.nodes.map(|node| Some(node).filter(|_| random.in_thousand(600))),
                    machine: Some(machine).filter(|_| for_machine),
                    user: asset.user.filter(|_| !for_machine),
                    cores: Some(asset.cores).filter(|_| random.in_thousand(300)),
                }
            }
            shape => {
                let shares = if shape == Shape::DeepTrees { [900, 700, 700] } else { [600, 400, 400] };
                let mut nodes = [None; 3];
                for ((node, forest), share) in nodes.iter_mut().zip(&world.forests).zip(shares) {
                    *node = Some(forest.of_license(random)).filter(|_| random.in_thousand(share));
                }
                let user = random.below(world.sizes.users);
                let cores = random.pick([2, 4, 8, 16, 32, 64]);
                let lifelike = shape == Shape::Lifelike;
                Meant {
                    nodes,
                    machine: None,
                    user: Some(user).filter(|_| lifelike && random.in_thousand(10)),
                    cores: Some(cores).filter(|_| random.in_thousand(300)),
                }
            }
        }
    }

    /// Seats of a license: its product's share of the consumptions, on average and nearly, in the units of the metric.
    fn seats(&self, metric: Metric, random: &mut Random) -> i64 {
        let sizes = &self.world.sizes;
        let each = (sizes.consumptions / sizes.licenses).max(1);
        match (self.world.shape, metric) {
            (Shape::OwnMachine, _) => 1,
            (Shape::EqualScores, _) => random.between(1, 3),
            (_, Metric::Core) => random.between(1, 32 * each as i64),
            (_, Metric::Processor | Metric::Instance | Metric::Concurrent) => random.between(1, 4 * each as i64),
            _ => random.between(1, 2 * each as i64),
        }
    }
}

impl Table for Licenses<'_> {
    fn name(&self) -> &'static str {
        "licenses"
    }

    fn rows(&self) -> u64 {
        self.world.sizes.licenses
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        let mut columns = named(&[
            ("license_id", Kind::Text),
            ("product_id", Kind::Text),
            ("metric", Kind::Text),
            ("seats", Kind::Integer),
            ("license_type", Kind::Text),
            ("status", Kind::Text),
            ("starts_on", Kind::Date),
            ("ends_on", Kind::Date),
            ("grace_days", Kind::Integer),
            ("department", Kind::Text),
            ("location", Kind::Text),
            ("cost_center", Kind::Text),
            ("user_id", Kind::Text),
            ("cores", Kind::Integer),
            ("scope", Kind::Text),
            ("downgrade", Kind::Text),
            ("unit_cost", Kind::Money),
            ("currency", Kind::Text),
            ("contract_id", Kind::Text),
            ("vendor", Kind::Text),
            ("responsible", Kind::Text),
            ("renews_on", Kind::Date),
        ]);
        if self.world.shape == Shape::OwnMachine {
            columns.push(("machine".to_owned(), Kind::Text));
        }
        tag_columns(self.world, &mut columns);
        columns
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let world = self.world;
        let mut random = world.random(Stream::License, row);
        let product = world.license_product(row);
        let own = world.metric(product);
        let lifelike = world.shape == Shape::Lifelike;
        let metric = match own {
            Metric::User if lifelike && random.in_thousand(20) => Metric::NamedUser,
            _ if lifelike && random.in_thousand(5) => Metric::Site,
            own => own,
        };
        let seats = self.seats(metric, &mut random);
        license_id(cells, Some(row));
        product_id(cells, Some(product));
        cells.text(Some(metric.code()).filter(|_| metric != own || random.in_thousand(300)));
        cells.integer(Some(seats).filter(|_| metric != Metric::Site));
        cells.text(Some(random.pick(["perpetual", "perpetual", "subscription", "volume"])));
        cells.text(Some(match random.below(100) {
            0 | 1 if lifelike => "retired",
            2 if lifelike => "pending",
            _ => "in_service",
        }));
        let (since, months) = (random.between(30, 1500) as i32, random.between(-1, 24) as i32);
        let dated = world.shape != Shape::EqualScores;
        cells.date(Some(world.as_of - since).filter(|_| dated));
        cells.date(Some(world.as_of + months * 30 + 8).filter(|_| dated && random.in_thousand(500)));
        cells.integer(Some(30).filter(|_| lifelike && random.in_thousand(50)));

        let meant = self.meant(row, &mut random);
        for (forest, node) in world.forests.iter().zip(meant.nodes) {
            cells.id(forest.prefix, 1, node);
        }
        user_id(cells, meant.user);
        cells.integer(meant.cores);
        cells.text(Some("department").filter(|_| lifelike && meant.nodes[0].is_some() && random.in_thousand(40)));
        cells.text(Some(random.pick(["one", "any"])).filter(|_| lifelike && random.in_thousand(150)));
        cells.money(Some(if dated { random.between(100, 100_000) } else { 9_900 }));
        cells.text(Some("EUR"));
        cells.id("contract-", 1, Some(row / 8));
        cells.id("vendor-", 1, Some(random.long_tail(25)));
        cells.id("owner-", 1, Some(random.long_tail(50)).filter(|_| random.in_thousand(800)));
        cells.date(Some(world.as_of + months * 30).filter(|_| lifelike && months >= 0 && random.in_thousand(100)));
        if world.shape == Shape::OwnMachine {
            asset_id(cells, meant.machine);
        }
        tags(world, &mut random, 400, cells);
    }
}
