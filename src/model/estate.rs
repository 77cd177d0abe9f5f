//! The estate: all that a run is about, checked, coded and merged. Made once, then only read.

use super::codes::CodeRanks;
use super::date::NULL_DATE;
use super::demand::{Consumptions, Demands, own_name_before};
use super::license::{Licenses, Products};
use super::policy::Policy;
use super::text::{Code, Lists, NULL_CODE, Texts};
use super::tree::Trees;
use super::value::Frame;
use super::words::{ExtractKind, Family, ReservationDimension};

/// An asset or user table: its fields and where each identifier stands.
#[derive(Default, Debug)]
pub struct Registry {
    /// Whether the extract is given at all; without it nothing is unknown (§2.1).
    pub given: bool,
    /// Ascending.
    pub id: Vec<Code>,
    pub frame: Frame,
    pub row_of: CodeRanks,
}

impl Registry {
    /// The row of an identifier.
    pub fn row(&self, id: Code) -> Option<usize> {
        self.row_of.get(id).map(|row| row as usize)
    }
}

/// What an assignment or a preference points at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Target {
    Asset(Code),
    User(Code),
    /// The text of a `consumption_id` (interned), and its row where an accepted consumption has it.
    Consumption {
        id: Code,
        row: u32,
    },
}

/// A direct, explicit link (§2, assignments).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Assignment {
    pub license_id: Code,
    /// The license's row; null if unknown.
    pub license: u32,
    pub target: Target,
    pub assigned_on: i32,
    pub reason: Code,
}

/// Seats set aside (§2, reservations), by `reservation_id`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reservation {
    pub id: Code,
    pub license_id: Code,
    /// The license's row; null if unknown.
    pub license: u32,
    pub dimension: ReservationDimension,
    pub value: Code,
    pub seats: i64,
    pub responsible: Code,
}

/// Extra points or a ban for one pair (§2, preferences).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Preference {
    pub license: u32,
    pub target: Target,
    /// Points to add; none for a ban.
    pub points: Option<i64>,
}

/// A count of references to something that an extract lacks (§2.1), with examples.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownReference {
    pub extract: ExtractKind,
    pub field: String,
    pub rows: u64,
    /// The 5 smallest unknown values.
    pub examples: Vec<String>,
}

/// A role rule that could not be applied (§5.5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SkippedEntitle {
    pub rule: String,
    pub product: String,
    pub why: &'static str,
}

/// All that a run is about.
#[derive(Debug)]
pub struct Estate {
    pub policy: Policy,
    pub texts: Texts,
    pub lists: Lists,
    pub trees: Trees,
    pub products: Products,
    pub licenses: Licenses,
    pub consumptions: Consumptions,
    pub assets: Registry,
    pub users: Registry,
    pub demands: Demands,
    pub assignments: Vec<Assignment>,
    pub reservations: Vec<Reservation>,
    /// (bundle product, component product), as codes, sorted.
    pub bundles: Vec<(Code, Code)>,
    pub preferences: Vec<Preference>,
    pub unknown_references: Vec<UnknownReference>,
    pub skipped_entitles: Vec<SkippedEntitle>,
}

impl Estate {
    /// The `demand_id` of a demand of this estate or of a bundle demand.
    pub fn demand_id(&self, demands: &Demands, demand: usize) -> String {
        let mut id = String::with_capacity(48);
        self.write_demand_id(demands, demand, &mut id);
        id
    }

    /// Appends the `demand_id` (§4.2).
    pub fn write_demand_id(&self, demands: &Demands, demand: usize, out: &mut String) {
        out.push_str(self.texts.get(self.products.id[demands.product[demand] as usize]));
        out.push('/');
        demands.write_name(demand, &self.texts, &self.consumptions.id, out);
    }

    /// Whether a demand was last used longer ago than `inactive_after_days` (§6, usage). One that nobody knows anything about is
    /// not.
    pub fn is_inactive(&self, demand: usize) -> bool {
        let last_used_on = self.demands.last_used_on.get(demand);
        let age = i64::from(self.policy.as_of.0) - i64::from(last_used_on);
        last_used_on != NULL_DATE && age > self.policy.inactive_after_days
    }

    /// The demands of a product, as a range of places.
    pub fn demands_of(&self, product: usize) -> std::ops::Range<usize> {
        let products = &self.demands.product;
        let start = products.partition_point(|other| (*other as usize) < product);
        let end = products.partition_point(|other| (*other as usize) <= product);
        start..end
    }
}

impl Estate {
    /// The demand of a product that is merged for an asset or user.
    pub fn demand_of(&self, product: usize, subject: Code) -> Option<u32> {
        if subject == NULL_CODE {
            return None;
        }
        let range = self.demands_of(product);
        let demands = &self.demands;
        let before = |demand: usize| match demands.subject[demand] {
            // A demand of its own is named `/` and its consumption.
            NULL_CODE => own_name_before(self.consumptions.id.get(demands.members(demand)[0] as usize), self.texts.get(subject)),
            other => other < subject,
        };
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if before(middle) { low = middle + 1 } else { high = middle }
        }
        (low < range.end && demands.subject[low] == subject).then_some(low as u32)
    }

    /// The demand of a product that the target of an explicit link is, if it is one (§4.4): that of an asset in the device family, of
    /// a user in the user family, or the one that holds a consumption.
    pub fn target_demand(&self, product: usize, target: Target) -> Option<u32> {
        let family = self.products.family(product);
        let demand = match target {
            Target::Asset(asset) => (family == Family::Device).then(|| self.demand_of(product, asset)).flatten(),
            Target::User(user) => (family == Family::User).then(|| self.demand_of(product, user)).flatten(),
            Target::Consumption { row: NULL_CODE, .. } => None,
            Target::Consumption { row, .. } if self.consumptions.product[row as usize] as usize != product => None,
            Target::Consumption { row, .. } => Some(self.consumptions.demand[row as usize]).filter(|demand| *demand != NULL_CODE),
        };
        demand.filter(|demand| !self.demands.no_user[*demand as usize])
    }
}
