//! Whom a question is about: an asset, user, consumption, demand or license, by its identifier. Only the columns that can tell are read.

use super::AnswerError;
use super::published::Published;
use crate::model::words::Outcome;
use crate::report::back::{Query, Rows};
use crate::rules::nearest;
use crate::trace::answer::NotNeededAnswer;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeSet;

/// What an identifier can name.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    License,
    Asset,
    User,
    Demand,
    Consumption,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::License, Kind::Asset, Kind::User, Kind::Demand, Kind::Consumption];

    pub fn word(self) -> &'static str {
        match self {
            Kind::License => "license",
            Kind::Asset => "asset",
            Kind::User => "user",
            Kind::Demand => "demand",
            Kind::Consumption => "consumption",
        }
    }
}

/// What an identifier leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub kind: Kind,
    /// The demands that are about it, as (product, demand_id), in the order of the table.
    pub demands: BTreeSet<(String, String)>,
    /// Consumptions that need no license.
    pub not_needed: Vec<NotNeededAnswer>,
    /// The product of a license.
    pub product: Option<String>,
}

/// Everything that an identifier names, in the order of [`Kind::ALL`]; of one kind alone, if that is asked for.
pub fn find(run: &Published, id: &str, kind: Option<Kind>, product: Option<&str>) -> Result<Vec<Found>, AnswerError> {
    let wanted: Vec<Kind> = Kind::ALL.into_iter().filter(|one| kind.is_none_or(|kind| kind == *one)).collect();
    let found: Vec<Option<Found>> = wanted.par_iter().with_max_len(1).map(|kind| of_kind(run, id, *kind)).collect::<Result<_, _>>()?;
    let mut found: Vec<Found> = found.into_iter().flatten().collect();
    if found.is_empty() {
        return Err(unknown(run, id, kind));
    }
    if let Some(product) = product {
        narrow(run, id, product, &mut found)?;
    }
    Ok(found)
}

/// Leaves what is about one product.
fn narrow(run: &Published, id: &str, product: &str, found: &mut Vec<Found>) -> Result<(), AnswerError> {
    let products: BTreeSet<String> = found
        .iter()
        .flat_map(|found| found.demands.iter().map(|(product, _)| product).chain(found.product.as_ref()))
        .chain(found.iter().flat_map(|found| found.not_needed.iter().map(|one| &one.product_id)))
        .cloned()
        .collect();
    for one in found.iter_mut() {
        one.demands.retain(|(other, _)| other == product);
        one.not_needed.retain(|other| other.product_id == product);
    }
    found.retain(|one| !one.demands.is_empty() || !one.not_needed.is_empty() || one.product.as_deref() == Some(product));
    if !found.is_empty() {
        return Ok(());
    }
    let known: Vec<&str> = products.iter().map(String::as_str).collect();
    Err(AnswerError::usage(format!(
        "{id} has nothing to do with product {product} in run {}\n  help: it has to do with {}",
        run.manifest.run_id,
        known.join(", ")
    )))
}

fn of_kind(run: &Published, id: &str, kind: Kind) -> Result<Option<Found>, AnswerError> {
    let mut found = Found { kind, demands: BTreeSet::new(), not_needed: Vec::new(), product: None };
    match kind {
        Kind::License => {
            let rows = run.read(&Query::of("licenses").columns(&["license_id", "product_id"]).only("license_id", [id]))?;
            if rows.is_empty() {
                return Ok(None);
            }
            found.product = rows.texts("product_id")?(0).map(str::to_owned);
            return Ok(Some(found));
        }
        Kind::Demand => found.demands = demands(&run.read(&named("demands", "demand_id", id))?)?,
        Kind::Asset => about(run, "asset_id", id, &mut found)?,
        Kind::User => about(run, "user_id", id, &mut found)?,
        Kind::Consumption => {
            let columns = ["consumption_id", "product_id", "demand_id", "outcome", "exempt_reason"];
            let rows = run.read(&Query::of("coverage").columns(&columns).only("consumption_id", [id]))?;
            found.demands = demands(&rows)?;
            found.not_needed = answers(&rows)?;
        }
    }
    Ok((!found.demands.is_empty() || !found.not_needed.is_empty()).then_some(found))
}

/// What is about an asset or a user: the demands that show it, and the consumptions whose demand does not.
fn about(run: &Published, column: &'static str, id: &str, found: &mut Found) -> Result<(), AnswerError> {
    found.demands = demands(&run.read(&named("demands", column, id))?)?;
    let rows = run.read(&Query::of("further_consumptions").only(column, [id]))?;
    found.demands.extend(demands(&rows)?);
    found.not_needed = answers(&rows)?;
    Ok(())
}

fn named<'a>(table: &'a str, column: &'a str, id: &str) -> Query<'a> {
    Query::of(table).columns(&["product_id", "demand_id", column]).only(column, [id])
}

fn demands(rows: &Rows) -> Result<BTreeSet<(String, String)>, AnswerError> {
    let (product, demand) = (rows.texts("product_id")?, rows.texts("demand_id")?);
    Ok((0..rows.len()).filter_map(|row| Some((product(row)?.to_owned(), demand(row)?.to_owned()))).collect())
}

fn answers(rows: &Rows) -> Result<Vec<NotNeededAnswer>, AnswerError> {
    Ok(not_needed(rows)?.into_iter().map(|(_, answer)| answer).collect())
}

/// The consumptions that need no license: those in no demand, each with its row.
pub(super) fn not_needed(rows: &Rows) -> Result<Vec<(usize, NotNeededAnswer)>, AnswerError> {
    let (id, product, demand) = (rows.texts("consumption_id")?, rows.texts("product_id")?, rows.texts("demand_id")?);
    let outcome = rows.texts("outcome")?;
    let reason = rows.texts("exempt_reason").ok();
    let answer = |row: usize| {
        let answer = NotNeededAnswer {
            consumption_id: id(row)?.to_owned(),
            product_id: product(row)?.to_owned(),
            outcome: outcome(row).and_then(Outcome::parse)?.code(),
            exempt_reason: reason.as_ref().and_then(|reason| reason(row)).map(str::to_owned),
        };
        Some((row, answer))
    };
    Ok((0..rows.len()).filter(|row| demand(*row).is_none()).filter_map(answer).collect())
}

/// What to say of an identifier that names nothing: the nearest of each kind.
fn unknown(run: &Published, id: &str, kind: Option<Kind>) -> AnswerError {
    let what = match kind {
        None => "no asset, user, consumption, demand or license",
        Some(Kind::License) => "no license",
        Some(Kind::Asset) => "no asset",
        Some(Kind::User) => "no user",
        Some(Kind::Demand) => "no demand",
        Some(Kind::Consumption) => "no consumption",
    };
    let sources = [
        (Kind::License, "licenses", "license_id"),
        (Kind::Asset, "demands", "asset_id"),
        (Kind::User, "demands", "user_id"),
        (Kind::Asset, "further_consumptions", "asset_id"),
        (Kind::User, "further_consumptions", "user_id"),
    ];
    let asked = sources.iter().filter(|(one, _, _)| kind.is_none_or(|kind| kind == *one));
    let mut near: Vec<String> =
        asked.filter_map(|(kind, table, column)| Some(format!("{} {}", kind.word(), closest(run, id, table, column)?))).collect();
    near.dedup();
    let help = match near.is_empty() {
        true => "names are compared exactly, upper and lower case too; seatwise show names the products".to_owned(),
        false => format!("did you mean {}?", near.join(", or ")),
    };
    AnswerError::usage(format!("run {} knows {what} {id}\n  help: {help}", run.manifest.run_id))
}

/// The identifier of a column that is nearest to a word, if one is near. Those of another length are not even compared.
pub(super) fn closest(run: &Published, word: &str, table: &str, column: &str) -> Option<String> {
    let rows = run.read(&Query::of(table).columns(&[column])).ok()?;
    let text = rows.texts(column).ok()?;
    let slack = (word.len() / 3).max(1);
    let alike = (0..rows.len()).filter_map(&text).filter(|other| other.len().abs_diff(word.len()) <= slack);
    let known: BTreeSet<&str> = alike.collect();
    nearest(word, known.iter().copied()).map(str::to_owned)
}
