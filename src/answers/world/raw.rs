//! Reads from a run's tables what a few demands, or a license, have to do with: their products and relatives, those products'
//! licenses, what was granted of these, and the demands that are asked about. Nothing is calculated here.

use super::super::error::AnswerError;
use super::super::published::Published;
use super::relatives::Relatives;
use crate::estate::accepted::Accepted;
use crate::estate::intern_ahead;
use crate::model::text::{Lists, TextArena, Texts, TextsBuilder};
use crate::model::value::Frame;
use crate::report::back::{Query, Rows};
use crate::rules::ParsedRules;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What is asked about.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The products of the demands.
    pub products: BTreeSet<String>,
    /// The `demand_id`s that must be there as demands.
    pub demands: BTreeSet<String>,
    /// Licenses whose grants are asked for, instead of those of the demands.
    pub licenses: BTreeSet<String>,
}

/// The rows that were read, with provisional codes.
pub struct Raw {
    texts: TextsBuilder,
    pub lists: Lists,
    frames: BTreeMap<&'static str, Frame>,
    /// The `demand_id`s of the rows of `demands`, `allocations` and `bundle_demands`.
    pub names: Names,
}

/// Identifiers that are too many to be interned.
#[derive(Default)]
pub struct Names {
    pub demands: TextArena,
    pub given: TextArena,
    pub bundles: TextArena,
}

/// What is needed of every grant of a license, to know what was free at a turn.
const GIVEN: [&str; 8] = ["product_id", "demand_id", "license_id", "phase", "units", "turn", "score", "rank"];

impl Raw {
    /// Reads what a scope has to do with.
    pub fn read(run: &Published, scope: &Scope, downgrades: bool) -> Result<Self, AnswerError> {
        let mut raw = Self { texts: TextsBuilder::new(), lists: Lists::default(), frames: BTreeMap::new(), names: Names::default() };
        let mut small =
            read_all(run, &[("products", Query::of("products")), ("bundles", Query::of("bundles")), ("trees", Query::of("trees"))])?;
        let relatives = relatives(&small, downgrades)?;
        let suppliers = relatives.suppliers(&scope.products);
        let takers = relatives.takers(&suppliers);

        let of_suppliers = |table| Query::of(table).only("product_id", &suppliers);
        small.extend(read_all(
            run,
            &[
                ("licenses", of_suppliers("licenses")),
                ("assignments", of_suppliers("assignments")),
                ("bundle_demands", of_suppliers("bundle_demands")),
            ],
        )?);
        let licenses: BTreeSet<String> = column(&small["licenses"], "license_id")?;
        let of_licenses = |table| Query::of(table).only("license_id", &licenses);
        small.extend(read_all(run, &[("reservations", of_licenses("reservations")), ("preferences", of_licenses("preferences"))])?);
        // A seat that is reserved is drawn by those for whom it is: then what was free depends on who drew before.
        let reserved = !small["reservations"].is_empty();
        let demands = match reserved {
            true => Query::of("demands").only("product_id", &takers),
            false => Query::of("demands").only("product_id", &scope.products).only("demand_id", &scope.demands),
        };
        let about = |table| Query::of(table).only("product_id", &scope.products).only("demand_id", &scope.demands);
        let grants = match scope.licenses.is_empty() {
            true => about("allocations"),
            false => Query::of("allocations").only("product_id", &takers).only("license_id", &scope.licenses),
        };
        small.extend(read_all(
            run,
            &[
                ("demands", demands),
                ("allocations", Query::of("allocations").columns(&GIVEN).only("product_id", &takers).only("license_id", &licenses)),
                ("grants", grants),
                ("deficits", about("deficits")),
                ("tries", about("tries")),
                ("reservation_users", Query::of("reservation_users")),
            ],
        )?);
        raw.take(small)?;
        Ok(raw)
    }

    fn take(&mut self, tables: BTreeMap<&'static str, Rows>) -> Result<(), AnswerError> {
        for (name, rows) in tables {
            let arena = match name {
                "demands" => Some(&mut self.names.demands),
                "allocations" => Some(&mut self.names.given),
                "bundle_demands" => Some(&mut self.names.bundles),
                _ => None,
            };
            let but_for: &[&str] = if arena.is_some() { &["demand_id"] } else { &[] };
            if let Some(arena) = arena {
                *arena = rows.arena("demand_id")?;
            }
            self.frames.insert(name, rows.frame(but_for, &mut self.texts, &mut self.lists));
        }
        Ok(())
    }

    /// Takes the rows of a table out.
    pub fn frame(&mut self, name: &str) -> Frame {
        self.frames.remove(name).unwrap_or_default()
    }

    /// Sorts the texts, those that the rules name among them, and renumbers every column.
    pub fn freeze(&mut self, rules: &ParsedRules) -> Texts {
        let mut accepted = Accepted { texts: std::mem::take(&mut self.texts), ..Accepted::default() };
        intern_ahead(&mut accepted, rules);
        let (texts, renumbering) = accepted.texts.freeze();
        self.frames.values_mut().for_each(|frame| frame.renumber(&renumbering));
        self.lists.renumber(&renumbering);
        texts
    }
}

fn read_all(run: &Published, queries: &[(&'static str, Query<'_>)]) -> Result<BTreeMap<&'static str, Rows>, AnswerError> {
    queries.par_iter().with_max_len(1).map(|(name, query)| Ok((*name, run.read(query)?))).collect()
}

fn relatives(tables: &BTreeMap<&'static str, Rows>, downgrades: bool) -> Result<Relatives, AnswerError> {
    let (products, bundles) = (&tables["products"], &tables["bundles"]);
    let (product, previous) = (products.texts("product_id")?, products.texts("previous_product_id")?);
    let (bundle, component) = (bundles.texts("bundle_product_id")?, bundles.texts("component_product_id")?);
    let versions = (0..products.len()).filter_map(|row| Some((product(row)?, previous(row)?)));
    let parts = (0..bundles.len()).filter_map(|row| Some((bundle(row)?, component(row)?)));
    Ok(Relatives::new(versions, parts, downgrades))
}

fn column(rows: &Rows, name: &str) -> Result<BTreeSet<String>, AnswerError> {
    let text = rows.texts(name)?;
    Ok((0..rows.len()).filter_map(|row| text(row).map(str::to_owned)).collect())
}
