//! Random estates: small, scarce, full of ties, and of everything that the contract knows.
//!
//! The job is always well-formed; its rules are well-typed. Rows may be dirty, references may point nowhere.

mod catalog;
mod consumed;
mod dirt;
mod expressions;
mod job;
mod people;
mod random;
#[cfg(test)]
mod tests;

use crate::reference::{RawEstate, RawTable};
use random::Random;
use std::collections::BTreeMap;

/// What the makers of one estate agree on.
struct Plan {
    random: Random,
    /// The metrics that the estate is made of.
    theme: &'static [&'static str],
    users: Vec<String>,
    assets: Vec<String>,
    products: Vec<String>,
    /// Those of the catalog; empty without one.
    catalogued: Vec<String>,
    licenses: Vec<String>,
    consumptions: Vec<String>,
    extracts: BTreeMap<String, RawTable>,
}

impl Plan {
    fn table(&mut self, extract: &str, columns: &str) {
        let columns = columns.split(' ').map(String::from).collect();
        self.extracts.insert(extract.to_string(), RawTable { columns, rows: Vec::new() });
    }

    fn row(&mut self, extract: &str, cells: Vec<String>) {
        let table = self.extracts.get_mut(extract).expect("a table");
        assert_eq!(cells.len(), table.columns.len(), "a row of {extract}");
        table.rows.push(cells);
    }

    /// A known name, or now and then one that nothing knows.
    fn one_of(&mut self, known: &[String], stranger: &str) -> String {
        if known.is_empty() || self.random.percent(4) { stranger.to_string() } else { self.random.pick(known).clone() }
    }
}

/// The estate of a seed.
pub fn random_estate(seed: u64) -> RawEstate {
    let mut plan = Plan {
        random: Random::new(seed),
        theme: &["device"],
        users: Vec::new(),
        assets: Vec::new(),
        products: Vec::new(),
        catalogued: Vec::new(),
        licenses: Vec::new(),
        consumptions: Vec::new(),
        extracts: BTreeMap::new(),
    };
    people::trees(&mut plan);
    people::users(&mut plan);
    people::assets(&mut plan);
    plan.theme = catalog::theme(&mut plan);
    catalog::products(&mut plan);
    catalog::licenses(&mut plan);
    catalog::bundles(&mut plan);
    consumed::consumptions(&mut plan);
    consumed::assignments(&mut plan);
    consumed::reservations(&mut plan);
    consumed::preferences(&mut plan);
    let dirty = dirt::soil(&mut plan);
    dirt::calamity(&mut plan);
    let renamed = rename(&mut plan);
    let job = job::job(&mut plan, dirty, renamed);
    RawEstate { job, extracts: plan.extracts }
}

/// In some estates the consumptions say `Computer` for `asset_id`.
fn rename(plan: &mut Plan) -> bool {
    let columns = &mut plan.extracts.get_mut("consumptions").expect("a table").columns;
    let renamed = plan.random.percent(10) && columns[3] != "asset_id";
    if renamed {
        columns[2] = "Computer".into();
    }
    renamed
}

/// The same estate with the rows of every extract in another order.
pub fn shuffled(estate: &RawEstate, seed: u64) -> RawEstate {
    let mut random = Random::new(seed);
    let mut other = estate.clone();
    for table in other.extracts.values_mut() {
        random.shuffle(&mut table.rows);
    }
    other
}
