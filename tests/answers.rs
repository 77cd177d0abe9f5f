//! What `seatwise why` says, held against the slow second implementation of the contract: pair by pair, and by running again with
//! nothing but what an explanation cites.

mod pages;
mod pairs;
mod shown;
mod suffices;

use crate::agreement::{run, write};
use crate::estates::random_estate;
use crate::reference::{RawEstate, Tables, solve};
use seatwise::answers::Published;
use seatwise::answers::subject::Kind;
use seatwise::answers::why::{told, why};
use seatwise::trace::answer::DemandAnswer;
use std::collections::{BTreeMap, BTreeSet};

/// A random estate that was run, with what the second implementation says of it.
struct Ran {
    seed: u64,
    raw: RawEstate,
    tables: Tables,
    run: Published,
    /// The answers on all demands, from one look at all of them.
    told: BTreeMap<(String, String), DemandAnswer>,
    _home: tempfile::TempDir,
}

/// The estates from a seed on that can be published.
fn estates(from: u64) -> impl Iterator<Item = Ran> {
    (from..).filter_map(|seed| {
        let raw = random_estate(seed);
        let tables = solve(&raw).ok()?;
        let home = tempfile::tempdir().expect("a folder");
        write(&raw, home.path());
        assert_eq!(run(home.path(), 2).status.code(), Some(0), "seed {seed}");
        let published = Published::open(&home.path().join("out/latest")).expect("a published run");
        let demands = &tables["demands"];
        let key = |row: usize| ["product_id", "demand_id"].map(|column| demands.cell(row, column).expect("a value").to_owned());
        let keys: BTreeSet<(String, String)> = (0..demands.rows.len()).map(key).map(|[product, demand]| (product, demand)).collect();
        let told = told(&published, &keys).unwrap_or_else(|error| panic!("seed {seed}: {}", error.message));
        Some(Ran { seed, raw, tables, run: published, told, _home: home })
    })
}

impl Ran {
    /// The demands, as (product, demand_id, outcome).
    fn demands(&self) -> Vec<(String, String, String)> {
        let table = &self.tables["demands"];
        let cell = |row: usize, column: &str| table.cell(row, column).expect("a value").to_owned();
        (0..table.rows.len()).map(|row| (cell(row, "product_id"), cell(row, "demand_id"), cell(row, "outcome"))).collect()
    }

    /// The answer on a demand, as one of all.
    fn told(&self, product: &str, demand: &str) -> &DemandAnswer {
        &self.told[&(product.to_owned(), demand.to_owned())]
    }

    /// The answer on a demand, asked for alone.
    fn ask(&self, product: &str, demand: &str) -> DemandAnswer {
        let answer = why(&self.run, demand, Some(Kind::Demand), Some(product));
        let answer = answer.unwrap_or_else(|error| panic!("seed {}, {demand}: {}", self.seed, error.message));
        assert_eq!(answer.found.len(), 1, "seed {}, {demand}", self.seed);
        let demands = answer.found.into_iter().next().expect("one").demands;
        assert_eq!(demands.len(), 1, "seed {}, {demand}", self.seed);
        demands.into_iter().next().expect("one")
    }

    /// The rows of a table that are about a demand.
    fn rows_of(&self, table: &str, product: &str, demand: &str) -> Vec<usize> {
        let table = &self.tables[table];
        let about = |row: &usize| table.cell(*row, "product_id") == Some(product) && table.cell(*row, "demand_id") == Some(demand);
        (0..table.rows.len()).filter(about).collect()
    }
}
