//! The estate again, as far as some demands have to do with it, made from published tables: so that the code that decided can be asked
//! once more. What is not asked about is not in it.
//!
//! [`raw`] reads the rows · `relatives` which products belong together · `estate` makes products, licenses and rules of them ·
//! `demands` the demands, and those of bundles · `links` assignments, reservations, preferences and their targets.

mod columns;
mod demands;
mod estate;
mod links;
pub mod raw;
mod relatives;

use super::error::AnswerError;
use super::published::Published;
use crate::allocate::assignments::{Assigned, Link};
use crate::allocate::ctx::{Ctx, Preferences};
use crate::allocate::ledger::Reserved;
use crate::allocate::plan::ScorePlan;
use crate::estate::Built;
use crate::model::demand::Demands;
use crate::model::estate::Estate;
use crate::model::text::{Code, TextArena};
use crate::model::value::Frame;
use crate::model::words::Phase;
pub use columns::{codes, dates, integers};
pub use links::target_of;
use raw::{Names, Raw, Scope};
use std::ops::Range;

/// What is known of some demands, their licenses, and what was granted.
pub struct World {
    pub built: Built,
    pub plan: ScorePlan,
    pub preferences: Preferences,
    pub reserved: Reserved,
    /// The valid links of the demands that are here, as `allocate` sorts them.
    pub links: Vec<Link>,
    /// The licenses that a demand is assigned to.
    pub assigned: Assigned,
    pub names: Names,
    /// Every grant of the licenses that are here.
    pub given: Given,
    /// The bundle demands of the bundles that may hold a demand, by bundle.
    pub bundles: Vec<Bundle>,
    /// The rows of tables that answers show as they were published.
    pub rows: PublishedRows,
}

/// Rows as they were published.
pub struct PublishedRows {
    /// Of `demands`, in the order of the estate's.
    pub demands: Frame,
    /// Of `allocations`, about the demands asked for.
    pub grants: Frame,
    /// Of `deficits`, about the demands asked for.
    pub deficits: Frame,
    /// Of `tries`, about the demands asked for.
    pub tries: Frame,
    /// Of `assignments`, in the order of the estate's.
    pub assignments: Frame,
}

/// Grants in the order of `allocations`; the demand's name is in [`Names::given`] at the same place.
#[derive(Default)]
pub struct Given {
    pub product: Vec<u32>,
    pub license: Vec<u32>,
    pub phase: Vec<Phase>,
    pub units: Vec<i64>,
    /// 0 for what rides along with a bundle.
    pub turn: Vec<u32>,
    /// None in phase direct.
    pub score: Vec<Option<i64>>,
    /// Whether the license was the demand's best candidate.
    pub best: Vec<bool>,
    /// The places of each license's grants: `by_license[starts[l]..starts[l + 1]]`, ascending.
    pub starts: Vec<u32>,
    pub by_license: Vec<u32>,
}

impl Given {
    /// The places of a license's grants.
    pub fn of(&self, license: u32) -> &[u32] {
        match (self.starts.get(license as usize), self.starts.get(license as usize + 1)) {
            (Some(start), Some(end)) => &self.by_license[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// Notes where each license's grants are.
    fn index(&mut self, licenses: usize) {
        let mut places: Vec<u32> = (0..self.license.len() as u32).collect();
        places.sort_by_key(|place| self.license[*place as usize]);
        let before = |license: usize| places.partition_point(|place| (self.license[*place as usize] as usize) < license) as u32;
        self.starts = (0..=licenses).map(before).collect();
        self.by_license = places;
    }
}

/// One bundle's demands.
pub struct Bundle {
    /// The bundle product.
    pub product: u32,
    pub demands: Demands,
    /// Their `demand_id`s.
    pub names: Vec<String>,
    /// The products of the parts, ascending, by demand.
    pub parts: Vec<Vec<u32>>,
    /// 0 without candidates.
    pub turns: Vec<u32>,
    /// The licenses that a bundle demand counts as assigned to.
    pub assigned: Assigned,
}

impl World {
    /// Reads and rebuilds what a scope has to do with.
    pub fn of(run: &Published, scope: &Scope) -> Result<Self, AnswerError> {
        let policy = run.policy()?;
        let raw = Raw::read(run, scope, policy.downgrades)?;
        estate::world(run, raw, policy)
    }

    pub fn estate(&self) -> &Estate {
        &self.built.estate
    }

    /// The ground that the calculation stood on.
    pub fn ctx(&self) -> Ctx<'_> {
        Ctx { estate: &self.built.estate, plan: &self.plan, env: self.built.env(), preferences: &self.preferences }
    }

    /// The text of a code; none for null.
    pub fn text(&self, code: Code) -> Option<String> {
        self.estate().texts.opt(code).map(str::to_owned)
    }

    pub fn license_id(&self, license: u32) -> String {
        self.text(self.estate().licenses.id[license as usize]).unwrap_or_default()
    }

    pub fn product_id(&self, product: u32) -> String {
        self.text(self.estate().products.id[product as usize]).unwrap_or_default()
    }

    /// The demand of a name, if it is here.
    pub fn demand(&self, product: u32, name: &str) -> Option<u32> {
        find(&self.names.demands, self.estate().demands_of(product as usize), name)
    }
}

/// The place of a text in a stretch of an arena that is sorted by bytes.
fn find(arena: &TextArena, range: Range<usize>, text: &str) -> Option<u32> {
    let (mut low, mut high) = (range.start, range.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if arena.get(middle) < text { low = middle + 1 } else { high = middle }
    }
    (low < range.end && arena.get(low) == text).then_some(low as u32)
}
