//! Licenses and the products they are for, as columns. A row's place is its rank by identifier.

use super::decimal::Scaled;
use super::text::Code;
use super::tree::Dimension;
use super::value::Column;
use super::words::{Downgrade, Family, LicenseStatus, LicenseType, Metric};

/// Every product that the catalog, an accepted consumption or a license names, by `product_id`.
#[derive(Default, Debug)]
pub struct Products {
    pub id: Vec<Code>,
    /// Whether the catalog has a row for it.
    pub in_catalog: Vec<bool>,
    pub name: Vec<Code>,
    pub publisher: Vec<Code>,
    /// The metric of the catalog, if it states one.
    pub stated_metric: Vec<Option<Metric>>,
    /// The metric that its demands are counted in (§4.2).
    pub metric: Vec<Metric>,
    /// The smallest need under `core` and `processor`; null if none.
    pub min_units: Vec<i64>,
    /// How many devices one user license covers; null if not set.
    pub devices_per_user: Vec<i64>,
    pub free: Vec<bool>,
    /// The `previous_product_id` as read; null for none. It may name an unknown product.
    pub previous: Vec<Code>,
    pub unit_price: Vec<Scaled>,
    pub currency: Vec<Code>,
}

impl Products {
    pub fn len(&self) -> usize {
        self.id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// What the product's demands are merged by. A `site` product's are of the device family (§4.2).
    pub fn family(&self, product: usize) -> Family {
        self.metric[product].family()
    }

    /// The place of a product, if the estate knows it.
    pub fn place(&self, id: Code) -> Option<usize> {
        self.id.binary_search(&id).ok()
    }
}

/// Every accepted license, by `license_id`. Defaults are filled in, but for `seats` and `grace_days` (contract §10).
#[derive(Default, Debug)]
pub struct Licenses {
    pub id: Vec<Code>,
    /// The place in [`Products`].
    pub product: Vec<u32>,
    /// Its own metric, else the catalog's; none for an incomplete license.
    pub metric: Vec<Option<Metric>>,
    /// As read; null for `site` and for incomplete licenses.
    pub seats: Vec<i64>,
    pub kind: Vec<LicenseType>,
    pub status: Vec<LicenseStatus>,
    pub starts_on: Vec<i32>,
    pub ends_on: Vec<i32>,
    /// The last day of grace; null where `ends_on` is.
    pub grace_ends_on: Vec<i32>,
    pub downgrade: Vec<Downgrade>,
    /// The dimensions that are hard, its own or its product's (§5.4), as bits by [`Dimension`].
    pub scope: Vec<ScopeBits>,
    pub department: Vec<Code>,
    pub location: Vec<Code>,
    pub cost_center: Vec<Code>,
    pub unit_cost: Vec<Scaled>,
    pub currency: Vec<Code>,
    pub contract_id: Vec<Code>,
    pub vendor: Vec<Code>,
    pub responsible: Vec<Code>,
    pub renews_on: Vec<i32>,
    /// The fields and attributes of the schema's license side, by slot, with set fields at the end. Always all of them.
    pub fields: Vec<Column>,
    /// Only while the estate is built: the names of `fields` before they are put in the order of the slots.
    pub field_names: Vec<String>,
    /// The licenses of each product: `by_product[starts[p]..starts[p + 1]]`, ascending.
    pub starts: Vec<u32>,
    pub by_product: Vec<u32>,
}

impl Licenses {
    pub fn len(&self) -> usize {
        self.id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The licenses of a product, by `license_id`.
    pub fn of_product(&self, product: usize) -> &[u32] {
        &self.by_product[self.starts[product] as usize..self.starts[product + 1] as usize]
    }

    pub fn usable(&self, license: usize) -> bool {
        self.status[license].usable()
    }

    /// Seats that can be counted: null for a site license (§3: its seats are ignored).
    pub fn counted_seats(&self, license: usize) -> Option<i64> {
        match self.metric[license] {
            Some(Metric::Site) => None,
            _ => (self.seats[license] != super::value::NULL_INT).then(|| self.seats[license]),
        }
    }

    /// The node of a dimension; null if the license has none.
    pub fn node(&self, license: usize, dimension: Dimension) -> Code {
        match dimension {
            Dimension::Department => self.department[license],
            Dimension::Location => self.location[license],
            Dimension::CostCenter => self.cost_center[license],
        }
    }
}

/// A set of dimensions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct ScopeBits(u8);

impl ScopeBits {
    pub fn with(self, dimension: Dimension) -> Self {
        Self(self.0 | 1 << dimension as u8)
    }

    pub fn has(self, dimension: Dimension) -> bool {
        self.0 >> (dimension as u8) & 1 == 1
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}
