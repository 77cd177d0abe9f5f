//! Outcomes → tables (contract §6, §6.3): one file a table, its schema beside it. Owns arrow and parquet.
//!
//! [`schema`] what a table is, `units` what its numbers count, `physical` how it lies in the file, [`closed`] what codes it holds · `columns`
//! how its columns are made, a row group at a time · `encode` what becomes of them in a file · `storage` how they are stored, `orders`
//! so that every reader understands · `writer` the files · `numbers` money and percentages · `pool` the texts behind all codes ·
//! `demand_ids` identifiers of demands without copies · then the tables, and [`compare`], which reads those of two runs. Where the files
//! go and when they are published is for others; what sentences say is `explain`'s.

pub mod affinity;
pub mod alerts;
pub mod allocations;
pub mod back;
pub mod closed;
pub mod compare;
pub mod coverage;
pub mod deficits;
pub mod demands;
pub mod ground;
pub mod licenses;
pub mod movements;
pub mod positions;
pub mod recommendations;
pub mod rejects;
pub mod reservations;
pub mod rows;
pub mod usage;
pub mod usage_by;

mod columns;
mod demand_ids;
mod encode;
mod error;
mod fields;
pub mod numbers;
mod orders;
mod physical;
mod pool;
pub mod schema;
mod storage;
mod units;
mod writer;

#[cfg(test)]
mod tests;

pub use error::ReportError;
pub use physical::{Physical, physical};
pub use pool::TextPool;
pub use schema::{ColumnDef, Kind, TableDef, Unit};
pub use writer::{CONTRACT_VERSION, TableInfo};

use demand_ids::DemandIds;

use crate::explain::rule_names::MatchWords;
use crate::model::date::Date;
use crate::model::estate::Estate;
use crate::rules::{Program, Schema};
use crate::trace::Trace;

/// Every table of a run: those of the contract (§6, §6.3) in its order, then those of [`ground`].
pub const TABLES: [&TableDef; 23] = [
    &allocations::TABLE,
    &deficits::TABLE,
    &usage::TABLE,
    &positions::TABLE,
    &coverage::TABLE,
    &demands::TABLE,
    &licenses::TABLE,
    &affinity::TABLE,
    &alerts::TABLE,
    &rejects::TABLE,
    &usage_by::TABLE,
    &reservations::TABLE,
    &recommendations::TABLE,
    &movements::TABLE,
    &ground::products::TABLE,
    &ground::trees::TABLE,
    &ground::assignments::TABLE,
    &ground::preferences::TABLE,
    &ground::bundles::TABLE,
    &ground::bundle_demands::TABLE,
    &ground::reservation_users::TABLE,
    &ground::tries::TABLE,
    &ground::further_consumptions::TABLE,
];

/// What a run's tables are made of. Made once; the tables can then be written side by side.
pub struct Report<'a> {
    estate: &'a Estate,
    program: &'a Program,
    schema: &'a Schema,
    trace: &'a Trace,
    texts: TextPool<'a>,
    matches: MatchWords,
    demand_ids: DemandIds<'a>,
}

impl<'a> Report<'a> {
    pub fn new(estate: &'a Estate, program: &'a Program, schema: &'a Schema, trace: &'a Trace) -> Self {
        let matches = MatchWords::of(program, &trace.matches);
        Self { estate, program, schema, trace, texts: TextPool::Estate(&estate.texts), matches, demand_ids: DemandIds::new(estate) }
    }

    fn as_of(&self) -> Date {
        self.estate.policy.as_of
    }
}
