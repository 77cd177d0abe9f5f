//! The estate as functions: who a machine belongs to, what a consumption is of, which licenses a product has. Tables show it, and
//! rows of different tables agree because they ask here.

use super::error::GenerateError;
use super::forest::Forest;
use super::plan::{Plan, Sizes};
use super::random::Random;
use super::shape::Shape;
use crate::model::date::Date;
use crate::model::words::{Family, Metric};

/// What draws are for; each has numbers of its own.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    Product = 1,
    Asset,
    User,
    License,
    LicenseProduct,
    Consumption,
    ConsumptionDetail,
    Assignment,
    Reservation,
    Preference,
    Dirt,
}

/// An estate that can be asked for anything in it.
pub(super) struct World {
    pub seed: u64,
    pub shape: Shape,
    pub sizes: Sizes,
    pub dirty: u32,
    /// Departments, locations, cost centers.
    pub forests: [Forest; 3],
    /// The date that jobs of the estate answer for, as days since 1970-01-01.
    pub as_of: i32,
    /// The product of each license.
    license_products: Vec<u32>,
    /// The licenses by product, and where each product begins in them.
    by_product: Vec<u32>,
    starts: Vec<usize>,
}

/// Where somebody or something is: nodes of the three forests.
pub(super) type Nodes = [u64; 3];

/// A machine.
pub(super) struct Asset {
    pub user: Option<u64>,
    pub nodes: Nodes,
    pub cores: i64,
    pub processors: i64,
}

/// What a consumption is of.
pub(super) struct Use {
    pub product: u64,
    pub asset: Option<u64>,
    pub user: Option<u64>,
}

impl World {
    pub fn new(plan: &Plan) -> Result<Self, GenerateError> {
        let sizes = plan.sizes()?;
        let (seed, shape) = (plan.seed, plan.shape);
        let product = |license: u64| match shape.one_product() {
            true => 0,
            // The first licenses are one of each product, so that the tail has some too.
            false if license < sizes.products => license as u32,
            false => Random::of(seed, Stream::LicenseProduct as u64, license).long_tail(sizes.products) as u32,
        };
        let license_products: Vec<u32> = (0..sizes.licenses).map(product).collect();
        let mut starts = vec![0; sizes.products as usize + 1];
        license_products.iter().for_each(|product| starts[*product as usize + 1] += 1);
        (1..starts.len()).for_each(|place| starts[place] += starts[place - 1]);
        let mut next = starts.clone();
        let mut by_product = vec![0; license_products.len()];
        for (license, product) in license_products.iter().enumerate() {
            by_product[next[*product as usize]] = license as u32;
            next[*product as usize] += 1;
        }
        let as_of = Date::from_ymd(2026, 11, 22).map_or(0, |date| date.0);
        let forests = Forest::all(shape, &sizes, seed);
        Ok(Self { seed, shape, sizes, dirty: plan.dirty, forests, as_of, license_products, by_product, starts })
    }

    pub fn random(&self, stream: Stream, row: u64) -> Random {
        Random::of(self.seed, stream as u64, row)
    }

    /// The metric of a product.
    pub fn metric(&self, product: u64) -> Metric {
        use Metric::{Concurrent, Core, Device, Instance, Processor, User};
        match self.shape {
            shape if shape.one_product() => Device,
            Shape::AllDifferent => [Device, Instance][product as usize % 2],
            _ => [Device, User, Device, Core, Device, User, Processor, Device, User, Instance, Device, Concurrent][product as usize % 12],
        }
    }

    pub fn in_user_family(&self, product: u64) -> bool {
        self.metric(product).family() == Family::User
    }

    pub fn license_product(&self, license: u64) -> u64 {
        self.license_products.get(license as usize).map_or(0, |product| u64::from(*product))
    }

    /// A license of a product, if it has one.
    pub fn license_of(&self, product: u64, random: &mut Random) -> Option<u64> {
        let licenses = &self.by_product[self.starts[product as usize]..self.starts[product as usize + 1]];
        licenses.get(random.below(licenses.len() as u64) as usize).map(|license| u64::from(*license))
    }

    /// Where a person is.
    pub fn user_nodes(&self, user: u64) -> Nodes {
        let mut random = self.random(Stream::User, user);
        self.nodes(&mut random, user)
    }

    fn nodes(&self, random: &mut Random, place: u64) -> Nodes {
        let mut nodes = [0, 1, 2].map(|forest| self.forests[forest].of_asset(random, place));
        if self.shape == Shape::Alike {
            nodes = [0, 1, 2].map(|forest| self.forests[forest].nodes() - 1);
        }
        nodes
    }

    pub fn asset(&self, asset: u64) -> Asset {
        let mut random = self.random(Stream::Asset, asset);
        let user = match self.shape {
            Shape::Alike => None,
            shape if shape.own_assets() => Some(asset % self.sizes.users),
            _ => Some(random.below(self.sizes.users)).filter(|_| !random.in_thousand(40)),
        };
        let mut nodes = self.nodes(&mut random, asset);
        // Most machines stand where their users belong; what they cost may be booked anywhere.
        if let Some(user) = user.filter(|_| random.in_thousand(700)) {
            nodes = [self.user_nodes(user)[0], nodes[1], nodes[2]];
        }
        let cores = random.pick([2, 4, 8, 16, 32, 64]);
        let processors = random.pick([1, 2, 4]);
        match self.shape {
            Shape::Alike => Asset { user, nodes, cores: 8, processors: 1 },
            Shape::AllDifferent => Asset { user, nodes, cores: asset as i64 + 1, processors },
            _ => Asset { user, nodes, cores, processors },
        }
    }

    pub fn consumption(&self, consumption: u64) -> Use {
        let mut random = self.random(Stream::Consumption, consumption);
        let product = if self.shape.one_product() { 0 } else { random.long_tail(self.sizes.products) };
        if self.shape.own_assets() {
            return Use { product, asset: Some(consumption % self.sizes.assets), user: None };
        }
        let asset = random.below(self.sizes.assets);
        if !self.in_user_family(product) {
            return Use { product, asset: Some(asset), user: None };
        }
        let user = random.below(self.sizes.users);
        match random.below(10) {
            0 => Use { product, asset: None, user: Some(user) },
            1..6 => Use { product, asset: Some(asset), user: Some(user) },
            _ => Use { product, asset: Some(asset), user: None },
        }
    }

    /// Whether a row of an extract is spoiled: evenly spread, so that the share is what was announced.
    pub fn is_dirty(&self, row: u64) -> bool {
        let before = |row: u64| u128::from(row) * u128::from(self.dirty) / 1_000_000;
        before(row + 1) > before(row)
    }
}
