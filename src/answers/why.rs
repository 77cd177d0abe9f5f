//! `seatwise why`: all that can be told about an identifier.

use super::AnswerError;
use super::demand::Teller;
use super::license;
use super::published::Published;
use super::subject::{Found, Kind, find};
use super::ties::Ties;
use super::world::World;
use super::world::raw::Scope;
use crate::report::back::Query;
use crate::trace::answer::{DemandAnswer, LicenseAnswer, NotNeededAnswer};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The answer on an identifier, from one run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WhyAnswer {
    pub run_id: String,
    pub as_of: String,
    pub job: String,
    pub subject: String,
    /// One for each kind of thing that the identifier names.
    pub found: Vec<SubjectAnswer>,
}

/// The answer on an identifier as one kind of thing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SubjectAnswer {
    pub kind: Kind,
    pub demands: Vec<DemandAnswer>,
    /// Consumptions that need no license.
    pub not_needed: Vec<NotNeededAnswer>,
    /// For a license.
    pub license: Option<LicenseAnswer>,
}

/// Answers on an identifier; of one kind, about one product, if that is asked for.
pub fn why(run: &Published, id: &str, kind: Option<Kind>, product: Option<&str>) -> Result<WhyAnswer, AnswerError> {
    // A run without what an answer needs is told before anything is looked for.
    run.policy()?;
    let found = find(run, id, kind, product)?;
    let demands: BTreeSet<(String, String)> = found.iter().flat_map(|found| found.demands.iter().cloned()).collect();
    let told = told(run, &demands)?;
    let mut answers = Vec::with_capacity(found.len());
    for Found { kind, demands, not_needed, product } in found {
        let license = product.map(|product| license::tell(run, &product, id)).transpose()?;
        let demands = demands.iter().filter_map(|key| told.get(key).cloned()).collect();
        answers.push(SubjectAnswer { kind, demands, not_needed, license });
    }
    let manifest = &run.manifest;
    Ok(WhyAnswer {
        run_id: manifest.run_id.clone(),
        as_of: manifest.as_of.to_string(),
        job: manifest.job.name.clone(),
        subject: id.to_owned(),
        found: answers,
    })
}

/// The answers on some demands, by product and `demand_id`.
pub fn told(run: &Published, demands: &BTreeSet<(String, String)>) -> Result<BTreeMap<(String, String), DemandAnswer>, AnswerError> {
    let answers = told_as(run, demands, |demands| members(run, demands), |answer| answer)?;
    Ok(demands.iter().cloned().zip(answers).collect())
}

/// The consumptions that made demands, ascending, by product and `demand_id`.
pub type Members = BTreeMap<(String, String), Vec<String>>;

/// What a reader makes of the answers on some demands, in their order: of many demands, no two answers need be in memory at a time.
pub fn told_as<T: Send>(
    run: &Published,
    demands: &BTreeSet<(String, String)>,
    members: impl Fn(&BTreeSet<(String, String)>) -> Result<Members, AnswerError> + Sync,
    read: impl Fn(DemandAnswer) -> T + Sync,
) -> Result<Vec<T>, AnswerError> {
    if demands.is_empty() {
        return Ok(Vec::new());
    }
    let scope = Scope {
        products: demands.iter().map(|(product, _)| product.clone()).collect(),
        demands: demands.iter().map(|(_, demand)| demand.clone()).collect(),
        licenses: BTreeSet::new(),
    };
    let (world, members) = rayon::join(|| World::of(run, &scope), || members(demands));
    let (world, members) = (world?, members?);
    let teller = Teller::new(&world, Ties::read(run, &world)?);
    let tell = |key: &(String, String)| {
        let place = world.estate().texts.code(&key.0).and_then(|code| world.estate().products.place(code));
        let demand = place.and_then(|product| world.demand(product as u32, &key.1));
        let demand = demand.ok_or_else(|| AnswerError::damaged(&run.folder, format_args!("demands.parquet lost the demand {}", key.1)))?;
        Ok(read(teller.tell(demand, members.get(key).cloned().unwrap_or_default())))
    };
    let keys: Vec<&(String, String)> = demands.iter().collect();
    keys.into_par_iter().map(tell).collect()
}

/// The consumptions that made each demand: all of `coverage` is looked through for them.
pub fn members(run: &Published, demands: &BTreeSet<(String, String)>) -> Result<Members, AnswerError> {
    let names = demands.iter().map(|(_, demand)| demand);
    let rows = run.read(&Query::of("coverage").columns(&["consumption_id", "product_id", "demand_id"]).only("demand_id", names))?;
    let (id, product, demand) = (rows.texts("consumption_id")?, rows.texts("product_id")?, rows.texts("demand_id")?);
    let mut members = Members::new();
    for row in 0..rows.len() {
        if let (Some(id), Some(product), Some(demand)) = (id(row), product(row), demand(row)) {
            members.entry((product.to_owned(), demand.to_owned())).or_default().push(id.to_owned());
        }
    }
    Ok(members)
}
